"""Permissions in the admin: the actions of reporters, moderators and editors on articles."""

import pytest
from django.urls import reverse

from articles.models import Article
from articles.publishing.stages import Stage

from .. import factories
from ..pages import form_values
from .test_admin import ADD, change_url, send

pytestmark = pytest.mark.django_db

BUTTONS = {"_submit_for_review", "_send_back", "_approve", "_publish"}


def preview_url(article):
    return reverse("admin:articles_article_preview", args=[article.pk])


def withdraw_url(article):
    return reverse("admin:articles_article_withdraw", args=[article.pk])


def buttons(response):
    return {name for name in BUTTONS if f'name="{name}"' in response.text}


# --- A reporter writes and does not publish -------------------------------------------------------


def test_a_reporter_writes_and_submits(reporter_client):
    values = {"headline": "The bridge", "body": "<p>a</p>", "section": factories.section().pk}
    send(reporter_client, ADD, "_submit_for_review", **values)
    assert Article.objects.get().stage == Stage.IN_REVIEW


@pytest.mark.parametrize(
    ("stage", "offered"),
    [
        (Stage.DRAFT, {"_submit_for_review"}),
        (Stage.IN_REVIEW, {"_send_back"}),
        (Stage.APPROVED, set()),
        (Stage.PUBLISHED, set()),
    ],
)
def test_a_reporter_is_offered_only_what_a_reporter_may(reporter_client, stage, offered):
    article = factories.article()
    Article.objects.filter(pk=article.pk).update(stage=stage)
    assert buttons(reporter_client.get(change_url(article))) == offered


@pytest.mark.parametrize("button", ["_publish", "_approve"])
def test_a_reporter_who_forges_a_button_publishes_nothing(reporter_client, button):
    article = factories.article()
    Article.objects.filter(pk=article.pk).update(stage=Stage.IN_REVIEW)
    url = change_url(article)
    values = form_values(reporter_client.get(url), "article_form")
    response = reporter_client.post(url, {**values, "headline": "Forged", button: "1"})
    article.refresh_from_db()
    assert response.status_code == 403
    assert (article.stage, article.headline) == (Stage.IN_REVIEW, "The bridge reopens")
    assert not article.editions.exists()


def test_a_reporter_does_not_see_how_an_edition_is_pressed(reporter_client):
    page = reporter_client.get(change_url(factories.article()))
    assert 'name="publish_at"' not in page.text
    assert 'name="embargo_until"' not in page.text


def test_a_reporter_does_not_change_the_address_of_what_is_public(reporter_client):
    article = factories.published(slug="bridge")
    send(reporter_client, change_url(article), slug="tramway", headline="Edited")
    article.refresh_from_db()
    assert (article.slug, article.headline) == ("bridge", "Edited")


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_reporter_does_not_withdraw(reporter_client, method):
    article = factories.published()
    assert getattr(reporter_client, method)(withdraw_url(article)).status_code == 403
    assert article.live_edition()


def test_a_reporter_does_not_move_a_scheduled_edition(reporter_client, reporter, clock):
    edition = factories.published(at=clock.plus(hours=1)).editions.get()
    url = reverse("admin:articles_edition_change", args=[edition.pk])
    assert reporter_client.post(url, {"begins_at": "2099-01-01"}).status_code == 403


# --- A moderator writes nothing -------------------------------------------------------------------


def test_a_moderator_reads_articles_and_writes_none(moderator_client):
    article = factories.article()
    page = moderator_client.get(change_url(article))
    assert page.status_code == 200
    assert buttons(page) == set()
    assert moderator_client.post(change_url(article), {"headline": "Forged"}).status_code == 403
    assert moderator_client.get(ADD).status_code == 403
    article.refresh_from_db()
    assert article.headline == "The bridge reopens"


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_moderator_does_not_withdraw(moderator_client, method):
    article = factories.published()
    assert getattr(moderator_client, method)(withdraw_url(article)).status_code == 403
    assert article.live_edition()


@pytest.mark.parametrize(
    "model", ["section", "topic", "series", "author", "image", "page", "edition"]
)
def test_a_moderator_has_no_business_with_what_articles_are_made_of(moderator_client, model):
    url = reverse(f"admin:articles_{model}_changelist")
    assert moderator_client.get(url).status_code == 403


# --- Preview --------------------------------------------------------------------------------------


def test_a_preview_shows_the_working_copy_as_readers_would_see_it(editor_client):
    article = factories.published("The bridge reopens")
    article.headline = "The bridge falls"
    article.save()
    response = editor_client.get(preview_url(article))
    assert response.status_code == 200
    assert "The bridge falls" in response.text
    assert "noindex" in response.text
    assert "no-store" in response["Cache-Control"]


def test_an_article_that_was_never_saved_for_readers_can_be_previewed(editor_client):
    article = factories.article(authors=[factories.author()], topics=[factories.topic()])
    page = editor_client.get(preview_url(article))
    assert "Anne Leroy" in page.text
    assert "comment-form" not in page.text


def test_a_preview_needs_an_account(client):
    article = factories.article("The bridge falls")
    response = client.get(preview_url(article))
    assert response.status_code == 302
    assert response["Location"].startswith("/admin/login/")


def test_a_preview_needs_the_permission_to_see_articles(client, django_user_model):
    client.force_login(django_user_model.objects.create_user("temp", is_staff=True))
    response = client.get(preview_url(factories.article("The bridge falls")))
    assert "The bridge falls" not in response.text


def test_a_preview_of_nothing_is_not_found(editor_client):
    url = reverse("admin:articles_article_preview", args=[99999])
    assert editor_client.get(url).status_code == 404
