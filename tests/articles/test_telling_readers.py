"""Whoever publishes another figure, name or date than readers have is asked to tell them, once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from .. import factories
from ..pages import form_values
from .test_admin import change_url, errors_of, moment, send

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

MENDED = "<p>The fire at the harbour killed 14 people.</p>"


@pytest.fixture
def live(db):
    body = "<p>The fire at the harbour killed 12 people.</p>"
    return factories.published("A fire", body=body, at=timezone.now() - timedelta(hours=1))


def publish(client, article, **values):
    return send(client, change_url(article), "_publish", **{"body": MENDED, **values})


def press(client, article, question, value):
    """Press a button of the form that asks."""
    values = form_values(question, "article_form")
    return client.post(change_url(article), {**values, "_publish": value})


def test_the_question_names_what_readers_have_and_opens_the_correction(editor_client, live):
    question = publish(editor_client, live)
    assert errors_of(question) == {"correction_text": ["tell_readers"]}
    assert "Until now: 12. From now on: 14." in question.text
    values = form_values(question, "article_form")
    assert (values["correction_kind"], values["body"]) == ("correction", MENDED)
    assert live.live_edition().number == 1


def test_readers_are_told(editor_client, live):
    values = form_values(publish(editor_client, live), "article_form")
    told = {**values, "correction_text": "14 people died, not 12.", "_publish": "1"}
    editor_client.post(change_url(live), told)
    assert live.live_edition().correction.text == "14 people died, not 12."


def test_a_button_publishes_without_telling(editor_client, live):
    question = publish(editor_client, live)
    assert '<button type="submit" class="quiet" name="_publish"' in question.text
    press(editor_client, live, question, "without-telling")
    edition = live.live_edition()
    assert (edition.body, hasattr(edition, "correction")) == (MENDED, False)


def test_nobody_is_asked_twice_about_the_same_facts(editor_client, live):
    values = form_values(publish(editor_client, live), "article_form")
    values |= {"correction_kind": "", "_publish": "1"}
    other = {**values, "body": MENDED.replace("14", "15")}
    assert errors_of(editor_client.post(change_url(live), other)) == {
        "correction_text": ["tell_readers"]
    }
    editor_client.post(change_url(live), values)
    assert live.live_edition().body == MENDED


@pytest.mark.parametrize(
    "values",
    [
        {"body": "<p>The fire at the harbor killed 12 people.</p>"},
        {"correction_kind": "update", "correction_text": "Two more died."},
        {"correction_kind": "note", "correction_text": "A note."},
    ],
    ids=["a typo", "they are told", "they are told in a note"],
)
def test_nobody_is_asked_without_need(editor_client, live, values):
    publish(editor_client, live, **values)
    assert live.live_edition().number == 2


def test_nobody_is_asked_where_readers_have_nothing(editor_client):
    article = factories.article("A fire")
    publish(editor_client, article)
    assert article.live_edition().body == MENDED


def test_nobody_is_asked_who_only_saves(editor_client, live):
    send(editor_client, change_url(live), body=MENDED)
    live.refresh_from_db()
    assert live.body == MENDED


def test_a_scheduled_edition_is_compared_with_the_one_that_it_replaces(editor_client, live):
    soon = timezone.now().replace(microsecond=0) + timedelta(hours=3)
    question = publish(editor_client, live, **moment("publish_at", soon))
    assert errors_of(question) == {"correction_text": ["tell_readers"]}
