"""The writing screen: what its buttons say, where it leads to errors, and what it shows to whom."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from articles.models import Article
from articles.publishing.stages import Stage
from articles.text import markup

from .. import factories
from ..pages import form_values, words
from .test_admin import ADD, change_url, messages_in, moment, send

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def at_stage(stage, article):
    Article.objects.filter(pk=article.pk).update(stage=stage)
    return article


def with_changes(article):
    Article.objects.filter(pk=article.pk).update(headline="The bridge falls", stage=Stage.DRAFT)
    return article


def withdrawn(editor):
    article = factories.published()
    article.withdraw(by=editor)
    return article


def primary(page):
    """Return the name and the words of the primary button, or None."""
    found = re.search(r'class="primary" name="(\w+)"[^>]*>([^<]+)<', page.text)
    return found and found.groups()


# --- The primary button ---------------------------------------------------------------------------


def test_the_primary_button_of_a_publisher_says_what_publishing_will_do(editor_client, editor):
    tomorrow = timezone.now() + timedelta(days=1)

    def button(article):
        return primary(editor_client.get(change_url(article)))

    assert primary(editor_client.get(ADD)) == ("_publish", "Publish")
    assert button(factories.article()) == ("_publish", "Publish")
    assert button(with_changes(factories.published())) == ("_publish", "Publish the changes")
    assert button(factories.published()) == ("_save", "Save")
    assert button(factories.published(at=tomorrow)) == ("_publish", "Publish now")
    assert button(withdrawn(editor)) == ("_publish", "Publish again")


@pytest.mark.parametrize(
    ("stage", "button"),
    [
        (Stage.DRAFT, ("_submit_for_review", "Submit for review")),
        (Stage.IN_REVIEW, ("_save", "Save")),
        (Stage.APPROVED, ("_save", "Save")),
    ],
)
def test_the_primary_button_of_a_reporter_submits_or_saves(reporter_client, stage, button):
    page = reporter_client.get(change_url(at_stage(stage, factories.article())))
    assert primary(page) == button


def test_the_first_button_of_the_form_saves_for_a_press_of_the_enter_key(editor_client):
    page = editor_client.get(change_url(factories.article())).text
    form = page[page.index('id="article_form"') :]
    assert re.search(r"<button[^>]*>", form)[0] == '<button type="submit" hidden>'


def test_what_readers_have_already_is_not_published_again(editor_client):
    article = factories.published("It opens")
    for headline in ("It opens", "It closes", "It opens"):
        press = "_save" if headline == "It closes" else "_publish"
        response = send(editor_client, change_url(article), press, headline=headline)
    [message] = messages_in(response)
    assert message == "Saved. Nothing was published: readers have this text already."
    article.refresh_from_db()
    assert (article.stage, article.editions.count()) == (Stage.PUBLISHED, 1)


def test_an_end_or_a_correction_is_news_without_another_text(editor_client):
    article = factories.published(at=timezone.now() - timedelta(hours=1))
    told = {"correction_kind": "note", "correction_text": "A note."}
    for values in (told, moment("publish_until", timezone.now() + timedelta(days=1))):
        send(editor_client, change_url(article), "_publish", **values)
    assert article.editions.count() == 3


def test_after_a_save_the_same_page_says_so(editor_client):
    article = factories.article()
    response = send(editor_client, change_url(article), headline="It is open")
    assert response["Location"] == change_url(article)
    assert messages_in(response) == ["Saved."]


# --- Where the article stands ---------------------------------------------------------------------


def test_a_live_article_with_changes_is_no_mere_draft(editor_client):
    article = at_stage(Stage.DRAFT, factories.published())
    assert "Live · unpublished changes" in words(editor_client.get(change_url(article)))


def test_a_withdrawn_article_is_called_withdrawn(editor_client, editor):
    page = words(editor_client.get(change_url(withdrawn(editor))))
    assert "Withdrawn Readers see nothing at the moment." in page


def test_what_stops_a_press_is_listed_with_a_link_to_its_field(editor_client):
    page = editor_client.get(change_url(factories.article(body="")))
    assert '<a href="#id_body">Before publishing, please give the article: body.</a>' in page.text


def test_what_is_typed_is_checked_before_it_is_saved(editor_client, moderator):
    article = factories.article(body="")
    url = reverse("admin:articles_article_checks", args=[article.pk])
    values = form_values(editor_client.get(change_url(article)), "article_form")

    def found(**typed):
        return words(editor_client.post(url, {**values, **typed}))

    assert found() == "Before publishing 1 Before publishing, please give the article: body."
    assert "The article can be published as it is." in found(body="<p>a</p>")
    assert "Headline: This field is required." in found(headline="")
    assert "That moment has gone by." in found(body="<p>a</p>", publish_at="1 May 2020 6:00")
    article.refresh_from_db()
    assert article.body == ""
    editor_client.force_login(moderator)
    assert editor_client.post(url, values).status_code == 403


@pytest.mark.parametrize(("make", "can"), [(factories.article, True), (factories.published, False)])
def test_the_page_says_before_the_click_if_an_article_cannot_be_deleted(admin_client, make, can):
    article = make()
    page = admin_client.get(change_url(article)).text
    assert (f"/admin/articles/article/{article.pk}/delete/" in page) == can
    assert ("can’t be deleted" in page) != can


# --- Errors ---------------------------------------------------------------------------------------


def test_each_error_is_listed_on_top_with_a_link_and_its_fold_is_open(editor_client):
    late = timezone.now() - timedelta(hours=1)
    page = send(editor_client, ADD, "_publish", body="<p>a</p>", **moment("publish_at", late)).text
    top = page[page.index("writing-errors") : page.index("writing-page")]
    assert re.findall(r'href="#([\w-]+)"', top) == ["id_section", "id_headline"]
    article = factories.article()
    page = send(editor_client, change_url(article), "_publish", **moment("publish_at", late)).text
    assert '<a href="#id_publish_at">Public from</a> That moment has gone by.' in page
    assert '<details class="fold" id="fold-publishing" open>' in page
    assert "popover>" not in page, "the sheet of a phone would hide the field"


def test_errors_are_in_the_order_of_the_page(editor_client):
    wrong = {"standfirst": "s" * 601, "dateline": "d" * 81, "embargo_until": "soon", "slug": "é!"}
    byline = {"bylines-0-role": "in Lyon", "bylines-0-position": "0"}
    page = send(editor_client, ADD, body="<p>a</p>", **wrong, **byline).text
    top = page[page.index("writing-errors") : page.index("writing-page")]
    assert re.findall(r'href="#id_([\w-]+)"', top) == [
        *("section", "headline", "standfirst", "bylines-0-author", "dateline"),
        *("embargo_until", "slug"),
    ]
    assert 'id="id_section"' in re.search(r"<\w+[^>]* autofocus[^>]*>", page)[0]


def test_each_line_that_is_no_link_is_named_and_nothing_typed_is_lost(editor_client):
    article = factories.article()
    typed = "https://example.org/?utm_source=x Good\nhttps://a:b@example.org/ Bad\nWorse"
    page = send(editor_client, change_url(article), elsewhere=typed).text
    assert "Link 2: the address must not hold a name or a password." in page
    assert "Link 3: begin with an address" in page
    assert "https://a:b@example.org/ Bad\nWorse</textarea>" in page
    assert not Article.objects.get().elsewhere
    send(editor_client, change_url(article), elsewhere=typed.partition("\n")[0])
    assert Article.objects.get().elsewhere == "https://example.org/ Good"


# --- Those who may not change the article ---------------------------------------------------------


def test_who_may_only_read_gets_the_text_set_as_text(moderator_client):
    article = factories.article(body="<p>It <em>holds</em>.</p>")
    page = moderator_client.get(change_url(article))
    assert "<p>It <em>holds</em>.</p>" in page.text
    assert "<textarea" not in page.text
    assert primary(page) is None


# --- Language -------------------------------------------------------------------------------------


def test_spelling_is_checked_in_the_language_of_the_article(editor_client):
    page = editor_client.get(change_url(factories.article(language="en"))).text
    found = re.findall(r'<(?:input|textarea) [^>]*name="(\w+)"[^>]* lang="en"', page)
    assert {"headline", "standfirst", "kicker", "body", "correction_text"} <= set(found)
    assert "slug" not in found


# --- Lengths --------------------------------------------------------------------------------------


def test_the_page_counts_words_characters_and_minutes_as_readers_are_told(editor_client):
    body = "<h2>Le pont</h2><p>L’eau monte&nbsp;: 3,5 m.</p>" + "<p>mot 水位上升</p>" * 300
    page = editor_client.get(change_url(factories.article(body=body))).text
    shown = re.findall(r'data-count="(\w+)">([^<]+)<', page)
    assert dict(shown) == {
        "words": str(markup.count_words(body)),
        "characters": str(len("Le pont" + "L’eau monte : 3,5 m." + "mot 水位上升" * 300)),
        "minutes": "4",
    }
