"""The articles that the rich text editor offers for a link."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from .. import factories

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

LINK = reverse("admin:articles_article_link")


def found(client, words):
    return client.post(LINK, {"words": words}).json()["articles"]


def test_a_link_is_offered_to_articles_that_readers_can_open(editor_client):
    live = factories.published("L’été au pont")
    factories.article("Un été en brouillon")
    factories.published("Un été à venir", at=timezone.now() + timedelta(days=1))
    gone = factories.published("Un été retiré")
    gone.withdraw(by=gone.events.first().by)
    assert found(editor_client, "ete") == [{"headline": "L’été au pont", "path": live.path}]
    assert found(editor_client, live.path) == [{"headline": "L’été au pont", "path": live.path}]


def test_a_link_is_offered_by_the_headline_that_readers_see(editor_client):
    live = factories.published("Le pont tient")
    live.headline = "Le pont tombe"
    live.save()
    assert [row["headline"] for row in found(editor_client, "pont")] == ["Le pont tient"]


def test_at_most_eight_articles_are_offered_the_newest_first(editor_client):
    for number in range(10):
        factories.published(f"Pont {number}")
    assert [row["headline"] for row in found(editor_client, "pont")] == [
        f"Pont {number}" for number in range(9, 1, -1)
    ]


@pytest.mark.parametrize("words", ["", "   ", "rien de tel"])
def test_no_article_is_offered_for_words_that_none_has(editor_client, words):
    factories.published("Le pont tient")
    assert found(editor_client, words) == []


def test_an_article_is_offered_only_to_those_who_may_see_articles(client, django_user_model):
    factories.published("Le pont tient")
    client.force_login(django_user_model.objects.create_user("nobody", is_staff=True))
    assert client.post(LINK, {"words": "pont"}).status_code == 403
