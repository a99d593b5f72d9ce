"""The links of a page of readers stay under the address where the page is shown."""

import pytest

from newsroom.kept_links import keep_links


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        ('<a href="/">', '<a href="/t/">'),
        (
            "<a class=\"x\" href='/section/a/?b=1&amp;c=2'>",
            '<a class="x" href="/t/section/a/?b=1&amp;c=2">',
        ),
        ('<form method="get" action="/search/">', '<form method="get" action="/t/search/">'),
        ('<a href="https://news.example/a/">', '<a href="/t/a/">'),
        ('<a title="href=\'/no/\' >" href="/yes/">', '<a title="href=\'/no/\' >" href="/t/yes/">'),
    ],
)
def test_a_link_to_a_page_of_this_site_stays(settings, html, kept):
    settings.SITE_URL = "https://news.example"
    assert keep_links(html, "/t/") == kept


@pytest.mark.parametrize(
    "html",
    [
        *('<a href="#top">', '<a href="?before=1">', '<a href="//other.example/">'),
        *('<a href="https://news.example.org/">', '<a href="mailto:a@news.example">'),
        *('<a href="/media/a.png">', '<a href="/static/a.css">', '<a href="/admin/">'),
        *('<link rel="canonical" href="/a/">', '<img src="/a/">', '<p>href="/a/"</p>', "<a>"),
    ],
)
def test_everything_else_stays_as_it_is(settings, html):
    settings.SITE_URL = "https://news.example"
    assert keep_links(html, "/t/") == html
