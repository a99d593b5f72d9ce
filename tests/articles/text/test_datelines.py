"""The dateline runs into the first paragraph of a body."""

import pytest

from articles.text.datelines import with_dateline
from tests import factories

LYON = '<span class="dateline">Lyon —</span> '


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("<p>Un.</p><p>Deux.</p>", f"<p>{LYON}Un.</p><p>Deux.</p>"),
        ("<h2>A</h2><p>Un.</p>", f"<h2>A</h2><p>{LYON}Un.</p>"),
        ("<h2>A</h2><h3>B</h3><p>Un.</p>", f"<h2>A</h2><h3>B</h3><p>{LYON}Un.</p>"),
        (
            '<figure><img alt="a > b"><figcaption>x</figcaption></figure><hr><p>Un.</p>',
            '<figure><img alt="a > b"><figcaption>x</figcaption></figure><hr>'
            f"<p>{LYON}Un.</p>",
        ),
        (
            '<blockquote class="pull"><p>Q</p></blockquote><p>Un.</p>',
            f'<blockquote class="pull"><p>Q</p></blockquote><p>{LYON}Un.</p>',
        ),
        ("<ul><li><p>a</p></li></ul><p>Un.</p>", f"<ul><li><p>a</p></li></ul><p>{LYON}Un.</p>"),
        (
            "<table><tbody><tr><td><p>1</p></td></tr></tbody></table><p>Un.</p>",
            f"<table><tbody><tr><td><p>1</p></td></tr></tbody></table><p>{LYON}Un.</p>",
        ),
        ("<p></p><p>&nbsp;<br></p><p><em>Un.</em></p>",
         f"<p></p><p>&nbsp;<br></p><p>{LYON}<em>Un.</em></p>"),
        # Text in no element, as an importer may send it.
        ("Un.<p>Deux.</p>", f"{LYON}Un.<p>Deux.</p>"),
        ("<h2>A</h2>\n Un.", f"<h2>A</h2>\n {LYON}Un."),
        ("<em>Un</em> deux.<hr>", f"{LYON}<em>Un</em> deux.<hr>"),
        ('<a href="/x"><img></a>&nbsp;<p>Un.</p>',
         f'<a href="/x"><img></a>&nbsp;<p>{LYON}Un.</p>'),
    ],
)  # fmt: skip
def test_it_stands_in_the_first_paragraph_with_words(body, shown):
    assert with_dateline(body, "Lyon") == shown


@pytest.mark.parametrize("body", ["", "<h2>A</h2>", "<ul><li><p>a</p></li></ul>"])
def test_without_a_paragraph_it_stands_on_a_line_of_its_own(body):
    assert with_dateline(body, "Lyon") == f'<p class="dateline">Lyon</p>{body}'


def test_it_is_escaped_and_none_is_shown_where_there_is_none():
    assert "&lt;b&gt; —" in with_dateline("<p>x</p>", "<b>")
    assert with_dateline("<p>x</p>", " ") == "<p>x</p>"


@pytest.mark.django_db
def test_the_page_and_the_feed_show_it_in_the_same_place(client):
    article = factories.published(dateline="Lyon", body="<h2>Tolls</h2><p>None.</p>")
    assert f"<p>{LYON}None.</p>" in client.get(article.path).text
    feed = client.get("/atom.xml").text
    assert 'Tolls&lt;/h2&gt;&lt;p&gt;&lt;span class="dateline"&gt;Lyon —&lt;/span&gt; None.' in feed
