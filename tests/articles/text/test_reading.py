"""Additions of a page to a body: linked headings, contents, reading time, tables, spaces."""

import re

import pytest

from articles.text import cleaner
from articles.text.reading import MIN_WORDS, WORDS_PER_MINUTE, read
from articles.text.typography import TAG
from tests import factories


def words(count):
    return "<p>" + "mot " * count + "</p>"


# --- Headings and contents ------------------------------------------------------------------------


def test_a_heading_can_be_linked_to_by_its_words():
    shown = read("<h2>L’élection, et <em>après</em> ?</h2>", "fr").html
    assert shown == (
        '<h2 id="part-l-election-et-apres">'
        '<a id="part-lelection-et-apres" href="#part-l-election-et-apres">'
        "L’élection, et <em>après</em>\u202f?</a></h2>"
    )


def test_the_id_of_a_heading_does_not_depend_on_what_stands_before_it():
    alone, later = read("<h3>Costs</h3>", "en"), read("<h2>New</h2><p>x</p><h3>Costs</h3>", "en")
    assert alone.headings[0].id == later.headings[1].id == "part-costs"


def test_headings_of_the_same_words_have_ids_of_their_own():
    reading = read("<h2>Costs</h2><h2>Costs</h2><h3>Costs</h3>", "en")
    assert [h.id for h in reading.headings] == ["part-costs", "part-costs-2", "part-costs-3"]


def test_no_heading_gets_the_id_of_another_whose_words_end_in_a_number():
    reading = read("<h2>Costs</h2><h2>Costs</h2><h2>Costs 2</h2><h2>Costs-2</h2>", "en")
    assert len({heading.id for heading in reading.headings}) == 4


def test_the_first_heading_is_of_the_level_below_the_headline():
    shown = read("<h3>Costs</h3><h3>Gains</h3>", "en")
    assert [heading.level for heading in shown.headings] == [2, 3]
    assert shown.html.startswith('<h2 id="part-costs"><a href="#part-costs">Costs</a></h2><h3 ')


def test_a_table_in_a_table_scrolls_with_it():
    inner = "<table><tbody><tr><td>b</td></tr></tbody></table>"
    shown = read(f"<table><tbody><tr><td>{inner}</td></tr></tbody></table><p>c</p>{inner}", "en")
    assert f"<td>{inner}</td>" in shown.html
    assert shown.html.count('<div class="table"') == shown.html.count("</table></div>") == 2


def test_links_to_the_id_that_a_heading_had_before_still_lead_there():
    shown = read("<h2>L’été</h2><h2>Lete</h2><h2>L’œuvre</h2><h2>Été</h2>", "fr").html
    assert re.findall(r'<h2 id="([^"]*)"><a(?: id="([^"]*)")?', shown) == [
        ("part-l-ete", ""),  # its former id is the id of the next one
        ("part-lete", "part-lete-2"),
        ("part-l-oeuvre", "part-luvre"),
        ("part-ete", ""),
    ]


def test_no_two_ids_are_equal_whatever_the_headings_say():
    headings = ["A", "A", "A 2", "A-2", "A_2", "A 2 2", "l’A", "LA", "???", "0", "0 2"] * 3
    shown = read("".join(f"<h2>{heading}</h2>" for heading in headings), "en").html
    ids = re.findall(r' id="([^"]*)"', shown)
    assert len(ids) == len(set(ids)) >= len(headings)


@pytest.mark.parametrize("heading", ["comments", "Comment form", "main", "refusal"])
def test_a_heading_never_takes_an_id_of_the_page(heading):
    assert read(f"<h2>{heading}</h2>", "en").headings[0].id.startswith("part-")


def test_a_heading_with_a_link_that_leads_nowhere_holds_no_link_in_a_link():
    body = cleaner.clean('<h2>See <a href="http://">this</a></h2>')
    assert read(body, "en").html == '<h2 id="part-see-this">See <a>this</a></h2>'


def test_a_heading_with_a_link_keeps_it_and_is_not_one_itself():
    shown = read('<h2>See <a href="/x/">this</a></h2>', "en").html
    assert shown == '<h2 id="part-see-this">See <a href="/x/">this</a></h2>'


@pytest.mark.parametrize("inner", ["", " ", "<strong></strong>", "&nbsp;"])
def test_a_heading_without_words_gets_no_link(inner):
    reading = read(f"<h2>{inner}</h2>", "en")
    assert (reading.headings, "<a" in reading.html) == ([], False)


def test_signs_in_a_heading_are_read_as_signs():
    [heading] = read("<h2>R&amp;D &lt;b&gt;</h2>", "en").headings
    assert (heading.id, heading.words) == ("part-rd-b", "R&amp;D &lt;b&gt;")
    assert read("<h2>???</h2>", "en").headings[0].id == "part-0"


def test_a_long_piece_has_a_table_of_contents_of_its_main_headings():
    body = "<h2>A</h2><h3>a</h3><h2>B</h2><h2>C</h2>" + words(MIN_WORDS)
    assert [heading.words for heading in read(body, "en").contents] == ["A", "B", "C"]


@pytest.mark.parametrize(
    "body", ["<h2>A</h2><h2>B</h2>" + words(MIN_WORDS), "<h2>A</h2><h2>B</h2><h2>C</h2>"]
)
def test_a_short_piece_or_one_of_few_parts_has_none(body):
    assert read(body, "en").contents == []


# --- Reading time ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "minutes"),
    [(0, 1), (10, 1), (WORDS_PER_MINUTE * 3, 3), (WORDS_PER_MINUTE * 10 + 9, 10)],
)
def test_the_time_that_reading_takes_is_told_in_minutes(count, minutes):
    assert read(words(count), "en").minutes == minutes


def test_words_in_neighbouring_blocks_are_counted_apart():
    assert read("<p>one</p><p>two</p><ul><li>three</li></ul>", "en").words == 3


def test_an_article_without_spaces_between_words_takes_its_time_too():
    body = f"<p>iPhone {'東京都は晴れ。' * 200}</p>"
    assert (read(body, "ja").words, read(body, "ja").minutes) == (601, 3)


# --- Tables ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "name"), [("en", "Table 2"), ("fr", "Tableau 2")])
def test_a_table_is_a_region_with_a_name_that_a_keyboard_can_scroll(language, name):
    table = "<table><tbody><tr><td>1</td></tr></tbody></table>"
    shown = read(table + table, language).html
    assert shown.count("<table>") == 2
    region = f'<div class="table" role="region" tabindex="0" aria-label="{name}">{table}</div>'
    assert region in shown


# --- Safety ---------------------------------------------------------------------------------------

BODIES = [
    "<h2>a <strong>b</strong></h2><p>c</p>",
    '<blockquote class="pull"><p>« Oui »</p></blockquote>',
    "<p>&lt;script&gt;alert(1)&lt;/script&gt; ; &lt;h2&gt;x&lt;/h2&gt;</p>",
    "<h2>&lt;script&gt;alert(1)&lt;/script&gt;</h2>",
    '<p><a href="/?%22%3E%3Cscript%3E">x</a></p>',
]


def tags(shown):
    return set(re.findall(r"<(\w+)", shown))


@pytest.mark.parametrize("body", BODIES)
def test_reading_only_adds_links_and_regions(body):
    stored = cleaner.clean(body)
    shown = read(stored, "en").html
    assert TAG.sub("", shown) == TAG.sub("", stored)
    assert tags(shown) <= tags(stored) | {"a", "div"}


def test_the_stored_body_stays_as_it_was_typed(client, db):
    article = factories.published("Quoi ?", language="fr", body="<h2>Vrai ?</h2><p>« Oui »</p>")
    page = client.get(article.path).text
    assert "<p>«\xa0Oui\xa0»</p>" in page
    assert "Quoi\u202f?</h1>" in page
    assert article.live_edition().body == "<h2>Vrai ?</h2><p>« Oui »</p>"


def test_an_article_in_english_on_a_french_site_keeps_its_spaces(client, db, settings):
    settings.LANGUAGE_CODE = "fr"
    article = factories.published("Really?", language="en", body="<p>So: this?</p>")
    page = client.get(article.path).text
    assert "Really?</h1>" in page
    assert "<p>So: this?</p>" in page


# --- Pull quotes ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ('<blockquote class="pull"><p>a</p></blockquote>',) * 2,
        ('<blockquote class="pull evil"><p>a</p></blockquote>',
         '<blockquote class="pull"><p>a</p></blockquote>'),
        ('<p class="pull">a</p>', "<p>a</p>"),
    ],
)  # fmt: skip
def test_a_pull_quote_is_the_only_class_that_a_body_may_hold(typed, stored):
    assert cleaner.clean(typed) == stored
