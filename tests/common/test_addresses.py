"""Permanent names of things on this site."""

from datetime import date

import pytest

from common.addresses import tag_uri


@pytest.mark.parametrize(
    ("site_url", "authority"),
    [
        ("https://news.example", "news.example"),
        ("http://127.0.0.1:8000", "127.0.0.1"),
        ("http://[2001:db8::1]:8000", f"1.{'0.' * 23}8.b.d.0.1.0.0.2.ip6.arpa"),
    ],
)
def test_a_name_holds_the_host_alone(site_url, authority):
    assert (
        tag_uri(site_url, date(2025, 5, 4), "article-1") == f"tag:{authority},2025-05-04:article-1"
    )
