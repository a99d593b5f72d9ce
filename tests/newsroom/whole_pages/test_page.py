"""The codings of a page: the one that a browser takes, and the ETag of each."""

import zlib

import pytest

from newsroom.whole_pages import page as pages
from newsroom.whole_pages.page import WholePage, accepted

LONG = b"<p>The bridge reopens.</p>" * 100


def page_of(body, **fields):
    headers = [("ETag", '"abc"'), ("Content-Length", str(len(body))), ("Cache-Control", "no-cache")]
    return WholePage(headers, body, made_at=0, ends_at=9, names=(), lagging=(), **fields)


@pytest.mark.parametrize(
    ("header", "coding"),
    [
        *(("", ""), ("identity", ""), ("gzip;q=0", ""), ("gzip;q=odd", ""), ("deflate", "")),
        *(("gzip", "gzip"), ("GZIP, deflate", "gzip"), ("deflate, gzip;q=0.5", "gzip")),
        *((f"{'x' * 300}, gzip", ""), (";;,=;q", ""), ("br;q=0, gzip", "gzip")),
    ],
)
def test_the_best_coding_that_a_browser_takes(header, coding):
    assert accepted(header) == coding


def test_brotli_is_taken_where_it_is_installed(monkeypatch):
    accepted.cache_clear()
    monkeypatch.setattr(pages, "brotli", object())
    assert accepted("gzip, deflate, br, zstd") == "br"
    assert accepted("br;q=0.5, gzip;q=0.8") == "gzip"
    accepted.cache_clear()


def test_each_coding_has_a_strong_etag_of_its_own():
    page = page_of(LONG)
    page.add_variant("gzip")
    plain, zipped = page.variants[""], page.variants["gzip"]
    assert (plain.etag, zipped.etag) == ('"abc"', '"abc-gzip"')
    assert zlib.decompress(zipped.body, zlib.MAX_WBITS | 16) == plain.body == LONG
    found = dict(zipped.headers)
    assert found["Content-Encoding"] == "gzip"
    assert found["Content-Length"] == str(len(zipped.body))
    assert ("Vary", "Accept-Encoding") in plain.headers
    assert page.size >= len(plain.body) + len(zipped.body)


def test_a_small_page_is_not_compressed():
    page = page_of(b"short")
    page.add_variant("gzip")
    assert page.variants["gzip"] is page.plain
