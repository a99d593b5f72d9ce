"""Reading leaves nothing behind: no cookie, no other site, no script that a page would need."""

from urllib.parse import urlsplit

import pytest

from .newspaper import Quiet, newspaper, visit
from .test_newsroom_in_chromium import DESK

pytestmark = [pytest.mark.needs_chromium, pytest.mark.any_database]


@pytest.fixture(scope="module")
def pages(site):
    return newspaper(site)


def test_no_page_sets_a_cookie_or_keeps_anything_in_the_browser(open_browser, pages):
    reader = open_browser(**DESK)
    for name in pages:
        visit(reader, pages, name)
        kept = reader.evaluate("[document.cookie, localStorage.length, sessionStorage.length]")
        assert (name, kept) == (name, ["", 0, 0])
    assert reader.context.cookies() == []


def test_no_page_asks_another_site(open_browser, pages, site):
    reader = open_browser(**DESK)
    quiet, asked = Quiet(reader), set()
    reader.on("request", lambda request: asked.add(urlsplit(request.url).netloc))
    for name in pages:
        visit(reader, pages, name)
        reader.evaluate("scrollTo(0, document.body.scrollHeight)")
        quiet.wait()
    assert asked == {urlsplit(site.url).netloc}


def test_every_page_says_the_same_without_scripts(open_browser, pages):
    """So whatever script a page has is not required. The browsers of these tests also fail where
    a page breaks its policy."""
    scripted, plain = open_browser(**DESK), open_browser(**DESK, java_script_enabled=False)
    for name in pages:
        visit(scripted, pages, name)
        visit(plain, pages, name)
        assert plain.locator("body").inner_text() == scripted.locator("body").inner_text(), name
