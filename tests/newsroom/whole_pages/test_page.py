"""The codings of a page: the one that a browser takes, and the ETag of each."""

import zlib

import brotli
import pytest

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
        *(("gzip, deflate, br, zstd", "br"), ("br;q=0.5, gzip;q=0.8", "gzip")),
    ],
)
def test_the_best_coding_that_a_browser_takes(header, coding):
    assert accepted(header) == coding


@pytest.mark.parametrize(
    ("coding", "unpacked"),
    [("gzip", lambda body: zlib.decompress(body, zlib.MAX_WBITS | 16)), ("br", brotli.decompress)],
)
def test_each_coding_has_a_strong_etag_of_its_own(coding, unpacked):
    page = page_of(LONG)
    page.add_variant(coding)
    plain, packed = page.variants[""], page.variants[coding]
    assert (plain.etag, packed.etag) == ('"abc"', f'"abc-{coding}"')
    assert unpacked(packed.body) == plain.body == LONG
    found = dict(packed.headers)
    assert found["Content-Encoding"] == coding
    assert found["Content-Length"] == str(len(packed.body))
    assert ("Vary", "Accept-Encoding") in plain.headers
    assert page.size >= len(plain.body) + len(packed.body)


def test_a_small_page_is_not_compressed():
    page = page_of(b"short")
    page.add_variant("gzip")
    assert page.variants["gzip"] is page.plain
