"""The facts that a page says of itself."""

import pytest

from articles.cards.page_head import facts_of

pytestmark = pytest.mark.any_database

PAGE = "https://www.video.example/watch?v=1"


def facts(html, charset="utf-8", **options):
    return facts_of(PAGE, html.encode(charset, **options), charset)


def test_the_words_of_open_graph_come_before_the_title():
    found = facts(
        "<title>Pont - Video</title><meta property=og:title content='L&rsquo;&eacute;t&eacute;'>"
        "<meta property='og:site_name' content='Vid\u200beo'>"
        "<meta property='og:image' content='/p.jpg'>"
    )
    assert (found.title, found.source) == ("L’été", "Video")
    assert found.picture == "https://www.video.example/p.jpg"


def test_a_page_without_open_graph_has_its_title_and_its_host():
    found = facts("<title>\n Le pont\n tient </title><svg><title>Logo</title></svg>")
    assert (found.title, found.source, found.picture) == ("Le pont tient", "video.example", "")


def test_what_stands_in_scripts_comments_and_the_body_says_nothing():
    meta = '<meta property="og:title" content="no">'
    assert facts(f"<script>'{meta}'</script><!--{meta}--><body>{meta}").title == ""


def test_a_long_title_is_shortened():
    assert facts(f"<title>{'a' * 999}</title>").title == "a" * 199 + "…"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("<title>été</title>".encode("latin-1"), "iso-8859-1"),
        ("<meta charset=windows-1252><title>été</title>".encode("cp1252"), ""),
        ("\ufeff<title>été</title>".encode("utf-16"), "utf-8"),
        ("<title>été</title>".encode(), "zip"),
        ("<title>été</title>".encode(), "no-such"),
    ],
)
def test_the_character_set_is_the_one_that_is_said(body, said):
    assert facts_of(PAGE, body, said).title == "été"
