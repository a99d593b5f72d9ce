"""Previews in the admin: of the text in the form, and of editions."""

import pytest
from django.urls import reverse
from lxml import html

from articles.models import Article
from articles.publishing.takedown.edition import take_down_edition

from .. import factories, machines
from ..pages import form_values, words
from .test_admin import ADD, change_url

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def preview_url(row=None):
    if row is None:
        return reverse("admin:articles_article_preview_new")
    return reverse(f"admin:articles_{row._meta.model_name}_preview", args=[row.pk])


#: What readers get and previews leave out: the discussion and the address to share.
LEFT_OUT = "//*[@id='comments' or contains(@class, 'share') or a[starts-with(@href, '#comment')]]"


def story(response) -> str:
    """Return the HTML of an article and what follows it, without what previews add or leave out."""
    page = machines.page(response)
    for element in page.xpath(f"{LEFT_OUT} | //*[@class='preview-bar']"):
        element.drop_tree()
    return " ".join(html.tostring(page.xpath("//main")[0], encoding="unicode").split())


@pytest.fixture
def typed(editor_client, clock):
    """What an editor has typed into an empty form."""
    photographer, writer = factories.author("Paul Roy"), factories.author()
    topic = factories.topic()
    factories.published("Another story", topics=[topic])
    return {
        **form_values(editor_client.get(ADD), "article_form"),
        "headline": 'The "bridge" reopens',
        "kicker": "City",
        "standfirst": "After a year.",
        "dateline": "Lyon",
        "body": '<p onclick="x()">It <b>holds</b>.</p><script>x()</script>',
        "section": factories.section().pk,
        "topics": [topic.pk],
        "lead_image": factories.image().pk,
        "lead_alt": "A bridge",
        "lead_caption": "The bridge today",
        "bylines-TOTAL_FORMS": 2,
        "bylines-0-author": photographer.pk,
        "bylines-0-role": "photographs",
        "bylines-0-position": 2,
        "bylines-1-author": writer.pk,
        "bylines-1-position": 1,
    }


@pytest.mark.parametrize("kind", ["", "correction"])
def test_a_preview_is_the_page_that_readers_get_once_it_is_published(
    editor_client, typed, clock, kind
):
    first = editor_client.post(preview_url(), typed)
    assert not Article.objects.filter(headline__contains="bridge").exists()
    editor_client.post(ADD, {**typed, "_publish": "1"})
    article = Article.objects.get(headline__contains="bridge")
    assert story(first) == story(editor_client.get(article.path))
    assert "Another story" in story(first)

    clock.forward(hours=1)
    shown = form_values(editor_client.get(change_url(article)), "article_form")
    told = {"correction_kind": kind, "correction_text": "It was closed." if kind else ""}
    changed = {**typed, **shown, "headline": "It falls", "topics": [], **told}
    changed["bylines-0-DELETE"] = "on"
    second = editor_client.post(preview_url(article), changed)
    assert Article.objects.get(pk=article.pk).version == article.version
    editor_client.post(change_url(article), {**changed, "_publish": "1"})
    assert story(second) == story(editor_client.get(article.path))
    assert ("It was closed." in story(second)) == bool(kind)


def test_topics_and_authors_that_are_made_with_the_article_are_in_its_preview(editor_client, typed):
    made = {"topics": ["new:Floods"], "bylines-0-author": "new:Jean Neuf"}
    shown = story(editor_client.post(preview_url(), {**typed, **made}))
    editor_client.post(ADD, {**typed, **made, "_publish": "1"})
    article = Article.objects.get(headline__contains="bridge")
    assert shown == story(editor_client.get(article.path))
    assert "Floods" in shown
    assert "Jean Neuf" in shown


def test_a_form_with_errors_is_previewed_as_far_as_it_can_be(editor_client, typed):
    typed |= {"section": "", "headline": "<b>" + "x" * 300, "bylines-0-position": "first"}
    shown = editor_client.post(preview_url(), typed)
    assert shown.status_code == 200
    assert f"&lt;b&gt;{'x' * 300}</h1>" in shown.text
    assert "Section: This field is required." in words(shown)
    assert "Headline: Ensure this value has at most 200 characters" in words(shown)
    assert "Anne Leroy" in story(shown)


def test_a_body_that_is_refused_before_it_is_cleaned_is_not_shown(editor_client, typed):
    body = "<ul><li>" * 300 + "<img src=x onerror=x()>"
    shown = editor_client.post(preview_url(), {**typed, "body": body})
    assert "Body: " in words(shown)
    assert "onerror" not in shown.text


def test_a_preview_speaks_the_language_of_the_site(editor_client, typed, settings):
    settings.LANGUAGE_CODE = "fr"
    british = {"Accept-Language": "en-GB"}
    shown = editor_client.post(preview_url(), {**typed, "section": ""}, headers=british)
    assert shown["Content-Language"] == "fr"
    assert '<html lang="fr">' in shown.text
    assert "Aller au contenu" in words(shown)
    # What it says to the editor is in the editor's own.
    assert '<div class="preview-bar" lang="en-gb">' in shown.text
    assert "This field is required." in words(shown)


def test_only_a_preview_may_be_framed_and_only_by_this_site(editor_client, typed):
    shown = editor_client.post(preview_url(), typed)
    assert "frame-ancestors 'self'" in shown["Content-Security-Policy"]
    assert "form-action 'none'" in shown["Content-Security-Policy"]
    assert "nonce" not in shown["Content-Security-Policy"]
    assert "no-store" in shown["Cache-Control"]


def test_who_may_only_read_articles_previews_what_is_stored(moderator_client):
    article = factories.article()
    shown = moderator_client.post(preview_url(article), {"headline": "Forged"})
    assert "The bridge reopens</h1>" in shown.text
    assert moderator_client.post(preview_url(), {"headline": "Forged"}).status_code == 403


def test_a_scheduled_edition_shows_itself(editor_client, clock):
    article = factories.published("Now")
    article.headline = "Tomorrow"
    article.save()
    to_come = factories.correction("It did not.", kind="correction")
    edition = article.press(by=None, at=clock.plus(days=1), correction=to_come)
    article.headline = "Later"
    article.save()
    shown = editor_client.get(preview_url(edition))
    assert "Tomorrow</h1>" in shown.text
    assert "It did not." in words(shown)
    seen = story(shown)
    form = editor_client.get(reverse("admin:articles_edition_change", args=[edition.pk]))
    assert preview_url(edition) in form.text
    # The address of the article shows another edition.
    assert form.context["absolute_url"] is None
    clock.forward(days=1)
    assert seen == story(editor_client.get(article.path))


def test_an_edition_that_was_taken_down_has_no_preview(editor_client):
    edition = factories.published().editions.get()
    take_down_edition(edition, by=None, reason="§ 1")
    assert editor_client.get(preview_url(edition)).status_code == 404
