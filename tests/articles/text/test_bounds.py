"""Bodies are bounded before they are cleaned, whichever door they come in by."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import translation

from articles.models import Article, ImageUse, Page
from articles.publishing.importing import PastEdition, import_article
from articles.text import bounds, cleaner
from tests import factories
from tests.articles.text.test_cleaner import KEPT
from tests.pages import form_values

#: HTML that a parser of HTML would work at for seconds or minutes, and the code of the refusal.
SLOW = {
    "nested blockquotes": ("<blockquote>" * 50_000, "too_deep"),
    "nested figures": ("<figure>" * 50_000, "too_deep"),
    "unknown elements": ("<x-y>" * 20_000, "too_deep"),
    "elements closed late": ("<div>" * 20_000 + "</div>" * 20_000, "too_deep"),
    "nested tables": ("<table><tr><td>" * 5000, "too_deep"),
    "end tags that are ignored": ("<span><div></span></div>" * 12_000, "too_deep"),
    "end tags of others": ("<div></b>" * 20_000, "too_deep"),
    "formatting that goes on": (
        "".join(f"<div><b class={n}></div>" for n in range(9000)),
        "too_deep",
    ),
    "formatting in each paragraph": (
        "".join(f"<b class={n}>" for n in range(150)) + "<p>x</p>" * 9000,
        "too_deep",
    ),
    "end tags in attributes": ('<b title="</b>">' * 9000, "too_deep"),
    "end tags in odd attributes": ("<b a\"='</b>'>" * 9000, "too_deep"),
    "end tags in comments": ("<b><!-- > </b> --!>" * 9000, "too_deep"),
    "end tags in styles": ("<b><style></b></style>" * 9000, "too_deep"),
    "end tags in objects": ("<b><object></b></object>" * 9000, "too_deep"),
    "end tags in a script": (
        "<script><!--<script></script>" + "<b></b>" * 300 + "</script>",
        "too_deep",
    ),
    "end tags outside a cell": ("<table>" + "<div></td>" * 9000, "too_deep"),
    "cells of SVG": ("<svg>" + "<td>" * 9000, "too_deep"),
    "two kinds of lists": ("<li><dd>" * 9000, "too_deep"),
    "ruby": ("<rt>" * 9000, "too_deep"),
    "elements between cells": ("<table>" + "<br>" * 50_000, "misplaced_in_table"),
    "elements after a cell": ("<table><td></td>" + "<br>x" * 9000, "misplaced_in_table"),
    "elements before a row": ("<table><div><tr>" + "<br>x" * 9000, "misplaced_in_table"),
    "pictures": ('<img data-file="1">' * 30_000, "too_many_pictures"),
    "pictures by their other name": ("<IMAGE>" * 9000, "too_many_pictures"),
    "attributes": (f"<p {' '.join(f'a{n}' for n in range(90_000))}>", "too_many_attributes"),
    "attributes without spaces": (f"<p {'a="1"' * 90_000}>", "too_many_attributes"),
    "attributes in SVG": (f"<svg><g {'a ' * 90_000}></svg>", "too_many_attributes"),
    "ampersands": ("a&b " * 200_000, "too_many_entities"),
    "entities": ("&nbsp;" * 150_000, "too_many_entities"),
    "no-break spaces": ("\xa0" * 400_000, "too_many_entities"),
    "quotation marks": ("« " * 400_000, "too_many_entities"),
    "entities that cleaning makes": (">" * 150_000, "too_many_entities"),
    "angle brackets": ("<" * 900_000, "too_many_tags"),
    "paragraphs": ("<p>" * 200_000, "too_many_tags"),
    "comments without an end": ("<!--" * 200_000, "too_many_tags"),
    "words": ("word " * 200_001, "too_long"),
}

#: HTML that old editors wrote, not clean, but no burden.
BORNE = {
    "long table": "<table><tbody>"
    + "<tr><td><p>Lille</p></td><td>1&nbsp;234</td></tr>" * 5000
    + "</tbody></table>",
    "paragraphs without ends": "<p>One<br>two" * 5000,
    "lists without ends": "<ul>" + "<li>One<li>two" * 5000 + "</ul>",
    "cells with unclosed fonts": "<table>" + "<tr><td><font size=2>a<td><b>b" * 5000 + "</table>",
    "crossed tags": "<p><b><i>x</b></i></p>" * 5000,
    "comments of blocks": '<!-- wp:paragraph {"a":"b"} --><p>x</p><!-- /wp:paragraph -->' * 5000,
    "embedded players": '<p>x</p><iframe src="https://video.example/"></iframe>' * 500,
    "wrappers": "<div>" * 50 + "<p>x</p>" * 5000 + "</div>" * 50,
    "one long word": "a" * 1_000_000,
    "a quote without an end": '<p title="' + "<b>" * 100,
}


@pytest.mark.parametrize("name", SLOW)
def test_what_a_parser_would_work_at_for_long_is_refused(name):
    html, code = SLOW[name]
    with pytest.raises(ValidationError) as refused:
        cleaner.clean(html)
    assert refused.value.code == code


@pytest.mark.parametrize("name", [n for n in SLOW if n != "entities that cleaning makes"])
def test_it_is_refused_before_the_parser_gets_it(name):
    with pytest.raises(ValidationError):
        bounds.refuse_beyond_bounds(SLOW[name][0])


@pytest.mark.parametrize("name", BORNE)
def test_what_journalists_paste_is_borne(name, db):
    stored = cleaner.clean(BORNE[name])
    assert cleaner.clean(str(stored)) == stored


@pytest.mark.parametrize("body", KEPT)
def test_what_the_editors_buttons_make_is_borne(body):
    bounds.refuse_beyond_bounds(body)


def test_depth_is_counted_to_the_limit():
    most = "<div>" * bounds.MAX_DEPTH + "<p>x<br>y</p>" + "</div>" * bounds.MAX_DEPTH
    bounds.refuse_beyond_bounds(most * 2)
    with pytest.raises(ValidationError):
        bounds.refuse_beyond_bounds(f"<div>{most}</div>")


@pytest.mark.parametrize("code", bounds.WORDS)
def test_the_refusal_is_in_the_language_of_the_editor(code):
    with translation.override("fr"):
        french = str(bounds.WORDS[code])
    assert french != str(bounds.WORDS[code])


# --- Every door -----------------------------------------------------------------------------------

DEEP = "<p>Kept</p>" + "<blockquote>" * 2000


def test_an_article_that_is_too_deep_comes_back_with_all_that_was_typed(editor_client):
    article, form = factories.article("Bridge"), "article_form"
    address = reverse("admin:articles_article_change", args=[article.pk])
    values = form_values(editor_client.get(address), form)
    response = editor_client.post(address, {**values, "headline": "New bridge", "body": DEEP})
    assert response.status_code == 200
    assert "nested too deeply: at most 200 elements" in response.text
    typed = form_values(response, form)
    assert (typed["headline"], typed["body"].strip()) == ("New bridge", DEEP)
    article.refresh_from_db()
    assert article.headline == "Bridge"


def test_a_page_that_is_too_deep_comes_back_in_french(editor_client):
    page, form = factories.page("About"), "page_form"
    address = reverse("admin:articles_page_change", args=[page.pk])
    values = form_values(editor_client.get(address), form)
    response = editor_client.post(
        address, {**values, "body": DEEP}, headers={"accept-language": "fr"}
    )
    assert "au plus 200 éléments" in response.text
    assert form_values(response, form)["body"].strip() == DEEP


@pytest.mark.parametrize("make", [factories.article, factories.page, factories.published])
def test_code_cannot_store_it_without_a_form(make, db):
    with pytest.raises(ValidationError):
        make(body=DEEP)
    assert not Article.objects.filter(body__contains="blockquote").exists()
    assert not Page.objects.filter(body__contains="blockquote").exists()


def test_an_import_of_it_stores_nothing(db, clock):
    article = Article(headline="Bridge", section=factories.section())
    past = PastEdition(visible_from=clock.plus(hours=-1), content={"body": DEEP})
    with pytest.raises(ValidationError):
        import_article(article, [past])
    assert not Article.objects.exists()


def test_as_many_pictures_as_are_allowed_cost_one_query(db, django_assert_max_num_queries):
    image = factories.image()
    body = f'<figure><img data-file="{image.pk}"></figure>' * bounds.MAX_PICTURES
    with django_assert_max_num_queries(1):
        stored = cleaner.clean(body)
    assert stored.count("<img") == bounds.MAX_PICTURES
    page = factories.page(body=stored)
    assert ImageUse.objects.filter(page=page).count() == 1
