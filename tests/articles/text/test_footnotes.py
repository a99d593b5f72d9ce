"""Footnotes: where they may stand, how readers find them, and all that reads a body knows them."""

import re

import pytest

from articles.text import cleaner, footnotes, markup
from articles.text.differences import html_differences
from articles.text.passages import Passage
from articles.text.reading import read
from articles.text.typography import typeset_html

pytestmark = pytest.mark.any_database


def note(words):
    return f"<foot-note>{words}</foot-note>"


TEXT = f"<p>The dam{note('Built in 1911.')} holds{note('So far.')} well.</p>"


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (TEXT, TEXT),
        (
            f"<p>a{note('b <em>c</em> <a href="/d">d</a>')}</p>",
            f"<p>a{note('b <em>c</em> <a href="/d">d</a>')}</p>",
        ),
        (f"<h2>a{note('b')}</h2>", f"<h2>a{note('b')}</h2>"),
        # Empty notes vanish, and a note has no spaces at its ends.
        (f"<p>a{note(' <br> ')}b{note(' c ')}</p>", f"<p>ab{note('c')}</p>"),
        # A note is no part of the link or the emphasis around it, nor of another note.
        (
            f"<p><em>a{note('b')}c</em></p>",
            f"<p><em>a</em>{note('b')}<em>c</em></p>",
        ),
        (
            f"<p><a href='/x'>a{note('b')}c</a></p>",
            f'<p><a href="/x">a</a>{note("b")}<a href="/x">c</a></p>',
        ),
        (f"<p>a{note('b' + note('c'))}</p>", f"<p>a{note('b c')}</p>"),
        # Blocks in a note are its lines.
        (
            f"<li>a{note('<p>b</p><ul><li>c</li></ul><hr>')}</li>",
            f"<ul><li>a{note('b<br>c')}</li></ul>",
        ),
        (f"<ul>{note('a')}</ul>", f"<ul><li>{note('a')}</li></ul>"),
        ("<p>a<foot-note onclick=x class=y>b", f"<p>a{note('b')}</p>"),
    ],
)  # fmt: skip
def test_a_note_is_stored_where_it_may_stand(typed, stored):
    assert cleaner.clean(typed) == stored
    assert cleaner.clean(stored) == stored


def test_readers_find_the_notes_at_the_end_with_links_both_ways():
    html = read(TEXT, "en", 42).html
    assert re.sub("<section.*", "", html) == (
        '<p>The dam<sup class="note-ref"><a id="note-42-1-ref" href="#note-42-1"'
        ' role="doc-noteref" aria-label="Note 1">1</a></sup> holds<sup class="note-ref">'
        '<a id="note-42-2-ref" href="#note-42-2" role="doc-noteref" aria-label="Note 2">2</a></sup>'
        " well.</p>"
    )
    assert '<section class="endnotes" role="doc-endnotes" aria-labelledby="note-42s">' in html
    assert '<li id="note-42-2">So far. <a href="#note-42-2-ref" role="doc-backlink"' in html
    ids = re.findall(r' id="([^"]*)"', html)
    assert len(ids) == len({*ids})
    assert {*re.findall(r'href="#([^"]*)"', html)} < {*ids}
    assert "foot-note" not in html


def test_a_note_on_a_heading_is_no_part_of_its_words_and_of_its_link():
    reading = read(f"<h2>Costs{note('In euros.')}</h2>", "en")
    assert [(heading.id, heading.words) for heading in reading.headings] == [
        ("part-costs", "Costs")
    ]
    assert reading.html.startswith(
        '<h2 id="part-costs"><a href="#part-costs">Costs</a><sup class="note-ref">'
    )


def test_a_note_is_typeset_as_a_text_of_its_own():
    body = f"<p>« Il dit{note('« Oui »')} non » ?</p>"
    assert typeset_html(body, "fr") == (
        f"<p>«\xa0Il dit{note('«\xa0Oui\xa0»')} non\xa0»\u202f?</p>"
    )
    assert typeset_html(f'<p>"One{note("two")} three"</p>', "en") == (
        f"<p>“One{note('two')} three”</p>"
    )


def test_the_words_of_notes_come_after_the_text_and_are_not_counted():
    assert markup.plain_text(TEXT) == "The dam holds well.\nBuilt in 1911.\nSo far.\n"
    assert markup.count_words(TEXT) == 4
    assert markup.count_characters(TEXT) == len("The dam holds well.")


def test_a_comparison_shows_the_changes_of_a_note_in_its_place():
    new = TEXT.replace("1911", "1912").replace(" well", f" well{note('Mostly.')}")
    assert html_differences(TEXT, new) == (
        '<p>The dam<small class="note-in-place">[Note: Built in <del>1911</del><ins>1912</ins>.]'
        '</small> holds<small class="note-in-place">[Note: So far.]</small> well<ins>'
        '<small class="note-in-place">[Note: Mostly.]</small></ins>.</p>'
    )


@pytest.mark.parametrize(
    ("passage", "left"),
    [
        ("Built in 1911", f"<p>The dam{note('[…].')} holds{note('So far.')} well.</p>"),
        # A note inside of a passage goes with it; copied from the page, the passage has its number.
        ("dam holds", f"<p>The […]{note('So far.')} well.</p>"),
        ("dam1 holds2", "<p>The […] well.</p>"),
        ("holds2 well", f"<p>The dam{note('Built in 1911.')} […].</p>"),
        ("dam1", f"<p>The […] holds{note('So far.')} well.</p>"),
    ],
)
def test_a_passage_is_taken_down_in_a_note_and_across_it(passage, left):
    assert Passage(passage).replace_in_html(TEXT, "[…]") == (left, 1)


def test_a_note_without_words_is_left_out_after_a_takedown():
    assert Passage("So far.").replace_in_html(TEXT, "")[0].count("<foot-note>") == 1


def test_notes_are_put_back_where_they_were():
    assert footnotes.together(*footnotes.apart(TEXT)) == TEXT
