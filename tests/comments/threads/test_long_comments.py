"""A very long comment is folded on pages: nothing of it is lost, and both parts are well-formed."""

import re
from html import unescape

import pytest

from comments.models import Comment
from comments.threads.long_comments import SHORTEST_REST, SHOWN, fold
from comments.writing.text import to_html
from tests import factories

LINK = "https://example.org/" + "a" * 300
FAMILY, FLAG = "👨\u200d👩\u200d👧", "🇫🇷"
LONG = {
    "one paragraph": "Un mot et puis un autre. " * 200,
    "paragraphs": "\n\n".join(["Une phrase. " * 20] * 15),
    "short lines": "a\n" * 400,
    "no spaces": "字" * 5000,
    "letters": "x" * 5000,
    "links": f"{LINK} " * 15,
    "one link": "x https://example.org/" + "a" * 4000,
    "signs": "<&>\"'" * 900,
    "families": FAMILY * 900,
    "flags": FLAG * 1600,
    "accents": "e\u0301\u0302" * 1500,
    "mixed": f"Vu <b> & {LINK}\nligne\n\n{FAMILY} été " * 12,
}


def letters(html):
    return re.sub(r"<[^>]*>|\s", "", html)


@pytest.mark.parametrize("typed", LONG.values(), ids=LONG)
def test_a_long_comment_is_cut_once_and_loses_nothing(typed):
    html = to_html(typed)
    shown, rest = fold(html)
    assert rest
    assert letters(shown) + letters(rest) == letters(html)
    assert re.findall("https?[^<]*</a>", shown + rest) == re.findall("https?[^<]*</a>", html)
    for part in (shown, rest):
        assert part.startswith("<p>")
        assert part.endswith("</p>")
        assert part.count("<p>") == part.count("</p>")
        assert part.count("<a ") == part.count("</a>")
        assert not re.search(r"&(?!#?\w+;)", part)
    assert len(unescape(letters(shown))) <= SHOWN + len(LINK)


@pytest.mark.parametrize(
    "typed", ["", "Oui.", "Un mot. " * 100, "a\n\n" * 10, "x" * (SHOWN + SHORTEST_REST - 7)]
)
def test_a_shorter_comment_is_left_whole(typed):
    assert fold(to_html(typed)) == (to_html(typed), "")


@pytest.mark.parametrize(
    ("typed", "whole"), [(LONG["families"], FAMILY), (LONG["flags"], FLAG), (LONG["accents"], "e")]
)
def test_no_sign_is_cut_in_two(typed, whole):
    shown, rest = (letters(part) for part in fold(to_html(typed)))
    assert rest.startswith(whole)
    assert shown.replace(FAMILY, "").replace(FLAG, "").replace("e\u0301\u0302", "") == ""


def test_words_stay_whole_and_paragraphs_are_not_broken_near_their_end():
    shown, _rest = fold(to_html("abcde " * 900))
    assert re.fullmatch(r"<p>(?:abcde ?)+</p>", shown)
    text = "\n\n".join(["w " * 350, "x " * 350, "y " * 350])
    assert fold(to_html(text))[0].count("x") == 0


def test_a_paragraph_that_goes_on_keeps_its_attributes():
    shown, rest = fold(f'<p dir="auto">{"mot " * 900}</p>')
    assert (shown[:14], rest[:14]) == ('<p dir="auto">',) * 2


def test_pages_fold_and_what_is_stored_does_not(client, article, moderator):
    factories.comment(article, text="Oui.", name="Ada").approve(by=moderator)
    assert '<details class="rest">' not in client.get(article.path).text
    comment = factories.comment(article, text=LONG["mixed"][:5000], address="198.51.100.1")
    comment.approve(by=moderator)
    assert "<details" not in Comment.objects.get(pk=comment.pk).html
    page = client.get(article.path).text
    assert page.count('<details class="rest"><summary>') == 1
    assert '<details class="rest">' in client.get(f"/comments/{comment.pk}/reply/").text
