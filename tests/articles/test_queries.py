"""A page makes the same number of queries for many rows as for few."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.models import kept_rows
from comments.moderation.states import Moderation

from .. import factories

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.any_database]

MAY = datetime(2025, 5, 4, 12, tzinfo=UTC)


def publish(start, end):
    """Publish articles that share an author and a topic, and have others of their own."""
    common = {"authors": [factories.author()], "topics": [factories.topic()]}
    for number in range(start, end):
        own_author = factories.author(f"Author {number}", photo=factories.image())
        factories.published(
            f"Story {number}",
            at=MAY + timedelta(hours=number),
            # Every second article is in the same section, so that its list grows too.
            section=factories.section("City" if number % 2 else f"Section {number}"),
            lead_image=factories.image(), lead_alt="A bridge",
            authors=[*common["authors"], own_author],
            topics=[*common["topics"], factories.topic(f"Topic {number}")],
        )  # fmt: skip


def counted(client, url):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def addresses():
    return {
        "front": "/",
        "section": factories.section("City").get_absolute_url(),
        "topic": factories.topic().get_absolute_url(),
        "author": factories.author().get_absolute_url(),
    }


def test_lists_make_as_many_queries_for_thirty_articles_as_for_three(client):
    publish(1, 4)
    few = {name: counted(client, url) for name, url in addresses().items()}
    publish(4, 31)
    many = {name: counted(client, url) for name, url in addresses().items()}
    # The front page has strips only from its fifth article on; these need no query of their own.
    assert many == few
    assert all(count <= 9 for count in many.values()), many


@pytest.mark.django_db(transaction=True)
def test_a_page_asks_for_nothing_that_the_process_knows(client, monkeypatch):
    monkeypatch.setattr(kept_rows, "LASTS", 3600)
    publish(1, 9)
    article = factories.Article.objects.first()
    factories.comment(article).approve(by=None)
    for url, most in {**dict.fromkeys(addresses().values(), 4), article.path: 12}.items():
        client.get(url)
        assert counted(client, url) <= most, url


def test_an_article_page_makes_as_many_queries_for_thirty_comments_as_for_three(client):
    publish(1, 4)
    article = factories.Article.objects.first()

    def comment(count):
        for number in range(count):
            made = factories.comment(article, address=f"192.0.2.{number}")
            made.decide(Moderation.APPROVED, by=None)

    comment(3)
    few = counted(client, article.path)
    comment(27)
    publish(4, 31)
    assert "What about the trams?" in client.get(article.path).text
    assert article.comments.published().count() == 30
    assert counted(client, article.path) == few <= 19


def test_an_article_page_makes_as_many_queries_for_many_names_as_for_one(client):
    def cast(count):
        return {
            "authors": [factories.author(f"A {n}", photo=factories.image()) for n in range(count)],
            "topics": [factories.topic(f"T {n}") for n in range(count)],
        }

    one = factories.published("One", at=MAY, **cast(1))
    ten = factories.published("Ten", at=MAY, **cast(10))
    assert counted(client, ten.path) == counted(client, one.path)


def test_the_desk_lists_articles_with_as_many_queries_for_thirty_as_for_three(editor_client):
    publish(1, 4)
    few = counted(editor_client, "/admin/articles/article/")
    publish(4, 31)
    assert counted(editor_client, "/admin/articles/article/") == few
