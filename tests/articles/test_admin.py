"""The article's form in the admin, as an editor uses it."""

from datetime import timedelta

import pytest
from django.contrib import admin
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from articles.admin.article import BylineInline
from articles.models import Article
from articles.publishing.stages import Stage

from .. import factories
from ..pages import form_values, words

pytestmark = pytest.mark.django_db

ADD = reverse("admin:articles_article_add")


def change_url(article):
    return reverse("admin:articles_article_change", args=[article.pk])


def send(client, url, button="_save", **values):
    """Fill in the form at `url` as a browser would, and press `button`."""
    shown = client.get(url)
    return client.post(url, {**form_values(shown, "article_form"), button: "1", **values})


def moment(name, when):
    """Return the field `name` as somebody types `when`, in the site's time zone."""
    return {name: f"{timezone.localtime(when):%Y-%m-%d %H:%M:%S}"}


def errors_of(response):
    form = response.context["adminform"].form
    return {name: [e.code for e in found.as_data()] for name, found in form.errors.items()}


def messages_in(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


@pytest.fixture
def soon():
    return (timezone.now() + timedelta(hours=3)).replace(microsecond=0)


# --- From draft to withdrawal ---------------------------------------------------------------------


def test_an_editor_writes_an_article_with_its_byline_and_topics(editor_client):
    section, author = factories.section(), factories.author()
    topic = factories.topic()
    send(
        editor_client, ADD,
        **{"headline": "The bridge", "body": "<p>Text</p>", "section": section.pk,
           "topics": [topic.pk], "bylines-TOTAL_FORMS": 1, "bylines-0-author": author.pk,
           "bylines-0-role": "in Lyon", "bylines-0-position": 0},
    )  # fmt: skip
    article = Article.objects.get()
    assert (article.headline, article.body) == ("The bridge", "<p>Text</p>")
    assert (article.stage, article.slug) == (Stage.DRAFT, "the-bridge")
    assert [(b.author, b.role) for b in article.bylines.all()] == [(author, "in Lyon")]
    assert list(article.topics.all()) == [topic]
    assert not article.editions.exists()


@pytest.mark.parametrize(
    ("origin", "button", "target"),
    [
        (Stage.DRAFT, "_submit_for_review", Stage.IN_REVIEW),
        (Stage.IN_REVIEW, "_approve", Stage.APPROVED),
        (Stage.IN_REVIEW, "_send_back", Stage.DRAFT),
        (Stage.APPROVED, "_publish", Stage.PUBLISHED),
    ],
)
def test_each_button_takes_the_article_to_its_stage(editor_client, editor, origin, button, target):
    article = factories.article()
    Article.objects.filter(pk=article.pk).update(stage=origin)
    response = send(editor_client, change_url(article), button)
    article.refresh_from_db()
    assert article.stage == target
    assert article.events.first().by == editor
    assert response["Location"] == change_url(article)


def test_an_editor_publishes_and_readers_read(editor_client, client):
    article = factories.article()
    response = send(editor_client, change_url(article), "_publish", headline="It is open")
    article.refresh_from_db()
    assert "It is open" in client.get(article.path).text
    assert any("Edition 1 is public." in message for message in messages_in(response))


def test_a_new_article_can_be_published_at_once(editor_client):
    values = {"headline": "It is open", "body": "<p>a</p>", "section": factories.section().pk}
    send(editor_client, ADD, "_publish", **values)
    assert Article.objects.get().live_edition().headline == "It is open"


def test_an_editor_schedules_an_edition_in_the_sites_time(editor_client, soon):
    article = factories.article()
    ends = soon + timedelta(days=1)
    send(
        editor_client, change_url(article), "_publish",
        **moment("publish_at", soon), **moment("publish_until", ends),
    )  # fmt: skip
    edition = article.editions.get()
    assert (edition.visible_from, edition.visible_until) == (soon, ends)
    page = editor_client.get(change_url(article))
    assert "Edition 1 is scheduled for" in words(page)
    assert reverse("admin:articles_edition_change", args=[edition.pk]) in page.text


def test_readers_keep_the_live_edition_while_an_editor_works_on_the_next(editor_client, client):
    article = factories.published("The bridge reopens")
    send(editor_client, change_url(article), headline="The bridge falls")
    article.refresh_from_db()
    assert article.stage == Stage.DRAFT
    assert "The bridge reopens" in client.get(article.path).text
    send(editor_client, change_url(article), "_publish")
    assert "The bridge falls" in client.get(article.path).text


def test_saving_without_a_change_leaves_the_article_published(editor_client):
    article = factories.published()
    send(editor_client, change_url(article))
    article.refresh_from_db()
    assert article.stage == Stage.PUBLISHED


@pytest.mark.parametrize(
    "change",
    [
        {"standfirst": "At last."},
        {"embargo_until": "2020-01-01 00:00"},
        {"bylines-TOTAL_FORMS": "1", "bylines-0-role": "", "bylines-0-position": "0"},
    ],
)
def test_what_changes_the_next_edition_makes_the_copy_a_draft_again(editor_client, change):
    if "bylines-0-role" in change:
        change = {**change, "bylines-0-author": factories.author().pk}
    article = factories.published()
    send(editor_client, change_url(article), **change)
    article.refresh_from_db()
    assert article.stage == Stage.DRAFT


def test_closing_the_comments_makes_no_draft(editor_client):
    article = factories.published()
    values = form_values(editor_client.get(change_url(article)), "article_form")
    del values["comments_open"]
    editor_client.post(change_url(article), values)
    article.refresh_from_db()
    assert (article.comments_open, article.stage) == (False, Stage.PUBLISHED)


def test_a_correction_tells_readers_what_it_changes(editor_client, client):
    article = factories.published(at=timezone.now() - timedelta(days=1))
    values = {"correction_kind": "update", "correction_text": "New figures from the city."}
    send(editor_client, change_url(article), "_publish", **values)
    assert article.live_edition().updated_at
    assert "New figures from the city." in client.get(article.path).text


def test_an_editor_gives_an_article_another_address(editor_client, client):
    article = factories.published(slug="bridge")
    old = article.path
    send(editor_client, change_url(article), slug="tramway")
    article.refresh_from_db()
    assert article.path == old.replace("bridge", "tramway")
    assert client.get(old)["Location"] == article.path
    assert article.stage == Stage.PUBLISHED


def test_an_editor_withdraws_with_a_notice(editor_client, client):
    article = factories.published()
    url = reverse("admin:articles_article_withdraw", args=[article.pk])
    assert url in editor_client.get(change_url(article)).text
    assert editor_client.get(url).status_code == 200
    response = editor_client.post(url, {"notice": "It was wrong.", "at": ""})
    assert response["Location"] == change_url(article)
    gone = client.get(article.path)
    assert gone.status_code == 410
    assert "It was wrong." in gone.text


# --- Errors are shown at their field --------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed_values", "field", "code"),
    [
        ({"body": ""}, "body", "incomplete"),
        ({"correction_kind": "correction"}, "correction_text", "correction_text"),
        ({"correction_text": "It was wrong."}, "correction_kind", "correction_kind"),
        (
            {"correction_kind": "correction", "correction_text": "It was wrong."},
            "correction_kind",
            "uncorrectable",
        ),
        (moment("publish_at", timezone.now() - timedelta(hours=1)), "publish_at", "past_date"),
        (moment("publish_until", timezone.now() - timedelta(hours=1)), "publish_until", "order"),
        (moment("embargo_until", timezone.now() + timedelta(hours=1)), "publish_at", "embargo"),
    ],
)
def test_a_rule_of_publishing_is_an_error_at_its_field(editor_client, typed_values, field, code):
    article = factories.article()
    response = send(
        editor_client, change_url(article), "_publish",
        **{"headline": "Typed and kept", **typed_values},
    )  # fmt: skip
    assert response.status_code == 200
    assert list(errors_of(response)) == [field]
    assert errors_of(response)[field] == [code]
    kept = form_values(response, "article_form")
    assert kept["headline"] == "Typed and kept"
    assert {name: kept.get(name, "") for name in typed_values} == typed_values
    article.refresh_from_db()
    assert article.headline == "The bridge reopens"
    assert not article.editions.exists()


def test_an_edition_that_would_last_into_the_next_is_an_error_at_its_field(editor_client, soon):
    article = factories.published(at=soon)
    response = send(
        editor_client, change_url(article), "_publish",
        **moment("publish_until", soon + timedelta(hours=1)),
    )  # fmt: skip
    assert errors_of(response) == {"publish_until": ["overlap"]}


def test_a_lead_image_needs_words_for_who_does_not_see_it(editor_client):
    image, article = factories.image(), factories.article()
    response = send(editor_client, change_url(article), lead_image=image.pk)
    assert list(errors_of(response)) == ["lead_alt"]


def test_an_embargo_after_what_is_scheduled_is_an_error_at_its_field(editor_client, soon):
    article = factories.published(at=soon)
    values = moment("embargo_until", soon + timedelta(hours=1))
    response = send(editor_client, change_url(article), **values)
    assert list(errors_of(response)) == ["embargo_until"]


def test_an_embargo_on_what_is_public_is_an_error_at_its_field(editor_client):
    article = factories.published()
    values = moment("embargo_until", timezone.now() + timedelta(hours=1))
    for button in ({}, {"_publish": "1"}):
        response = send(editor_client, change_url(article), **values, **button)
        assert list(errors_of(response)) == ["embargo_until"]


def test_a_withdrawal_in_the_past_keeps_the_notice_typed(editor_client):
    article = factories.published()
    url = reverse("admin:articles_article_withdraw", args=[article.pk])
    values = moment("at", timezone.now() - timedelta(hours=1))
    response = editor_client.post(url, {**values, "notice": "It was wrong."})
    assert response.status_code == 200
    assert [e.code for e in response.context["form"].errors.as_data()["at"]] == ["past_date"]
    assert "It was wrong." in response.text
    assert article.live_edition()


def test_a_byline_has_a_bound_whatever_number_of_rows_a_browser_claims(rf, editor):
    request = rf.get(ADD)
    request.user = editor
    formset = BylineInline(Article, admin.site).get_formset(request)
    claimed = {"bylines-TOTAL_FORMS": "9" * 20, "bylines-INITIAL_FORMS": "0"}
    assert formset(claimed).total_form_count() == 200
