"""The feed of an article's comments."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from comments.feeds import FEED_SIZE
from comments.models import CommentEvent
from comments.writing.revision import revise

from .. import factories, machines
from ..machines import instant

pytestmark = pytest.mark.django_db

FORMS = ["atom", "rss"]


def address(article, form="atom"):
    return reverse("comments:feed", args=[article.pk, form])


def approved(article, number=1, **fields):
    comment = factories.comment(article, address=f"192.0.2.{number}", **fields)
    comment.approve(by=None)
    return comment


@pytest.mark.parametrize("form", FORMS)
def test_a_feed_holds_the_approved_comments_newest_first(client, article, form):
    first = approved(article, 1, name="Paul", text="First <b>word</b>.")
    approved(article, 2, name="Zoé", text="Second.")
    for number, decide in enumerate(["reject", "mark_as_spam"], start=3):
        getattr(factories.comment(article, address=f"192.0.2.{number}"), decide)(by=None)
    factories.comment(article, address="192.0.2.9", text="Undecided.")
    feed = machines.feed(client, address(article, form))
    assert [entry.author for entry in feed.entries] == ["Zoé", "Paul"]
    entry = feed.entries[1]
    assert entry.title == "Paul: First <b>word</b>."
    assert entry.content[0].value == first.html
    assert entry.link.endswith(first.get_absolute_url())
    assert entry.id.startswith("tag:")
    assert instant(entry.updated_parsed) == first.submitted_at.replace(microsecond=0)


@pytest.mark.parametrize("form", FORMS)
def test_a_feed_without_comments_is_valid_and_always_the_same(client, article, form):
    assert machines.feed(client, address(article, form)).entries == []
    first = client.get(address(article, form))
    assert client.get(address(article, form)).content == first.content


def test_a_comment_removed_again_is_told_to_whoever_only_knows_dates(client, article, monkeypatch):
    def clock(year):
        monkeypatch.setattr(timezone, "now", lambda: datetime(year, 1, 1, tzinfo=UTC))

    comment = approved(article)
    clock(2098)
    since = {"If-Modified-Since": client.get(address(article))["Last-Modified"]}
    assert client.get(address(article), headers=since).status_code == 304
    comment.reject(by=None)
    clock(2099)
    again = client.get(address(article), headers=since)
    assert again.status_code == 200
    assert "<entry" not in again.text


def test_the_comments_of_what_is_not_public_have_no_feed(client, article):
    draft = factories.article("Draft")
    comment = approved(article)
    article.withdraw(by=None)
    for hidden in (article, draft):
        response = client.get(address(hidden))
        assert response.status_code == 404
        assert comment.text not in response.text
    assert client.get("/comments/999999999999999999/atom.xml").status_code == 404


def test_a_feed_names_nobodys_receipt(client, article):
    comment = approved(article)
    assert str(comment.receipt) not in client.get(address(article)).text


def test_a_feed_costs_the_same_for_many_comments(client, article):
    def counted():
        with CaptureQueriesContext(connection) as queries:
            client.get(address(article))
        return len(queries)

    approved(article)
    few = counted()
    for number in range(2, FEED_SIZE + 3):
        approved(article, number)
    assert len(machines.feed(client, address(article)).entries) == FEED_SIZE
    assert counted() == few <= 13


@pytest.mark.parametrize("form", FORMS)
def test_an_entry_is_updated_when_a_moderator_edits_the_comment(client, article, form, monkeypatch):
    comment, other = approved(article, 1), approved(article, 2)
    later = timezone.now() + timedelta(hours=2)
    before = machines.feed(client, address(article, form))
    monkeypatch.setattr(timezone, "now", lambda: later)
    comment.edit("Other words.", by=None)
    feed = machines.feed(client, address(article, form))
    edited, untouched = feed.entries[1], feed.entries[0]
    whole = later.replace(microsecond=0)
    assert instant(edited.updated_parsed) == whole
    assert instant(edited.published_parsed) == comment.submitted_at.replace(microsecond=0)
    assert instant(untouched.updated_parsed) == other.submitted_at.replace(microsecond=0)
    assert instant(feed.feed.updated_parsed) == whole > instant(before.feed.updated_parsed)


def test_an_entry_is_dated_by_what_its_writer_changed_before_it_was_approved(client, article):
    comment = factories.comment(article)
    revise(comment, factories.SENDER, name=comment.name, text="Better words.")
    revised = comment.events.get(kind=CommentEvent.Kind.REVISED)
    CommentEvent.objects.filter(pk=revised.pk).update(
        at=comment.submitted_at + timedelta(minutes=3)
    )
    comment.approve(by=None)
    [entry] = machines.feed(client, address(article)).entries
    expected = (comment.submitted_at + timedelta(minutes=3)).replace(microsecond=0)
    assert instant(entry.updated_parsed) == expected


@pytest.mark.parametrize(
    "text", ["語" * 5_000, "x" * 5_000, "👩‍👩‍👧‍👦" * 500], ids=["han", "x", "emoji"]
)
def test_a_comment_without_spaces_is_cut_in_its_title_and_summary(client, article, text):
    approved(article, text=text)
    [entry] = machines.feed(client, address(article)).entries
    assert len(entry.title) < 100
    assert len(entry.summary) <= 400
    assert "‍…" not in entry.title


@pytest.mark.parametrize("form", FORMS)
def test_the_headline_in_the_title_has_the_typography_of_its_article(client, form):
    article = factories.published('The town\'s "new" bridge', language="en")
    title = machines.feed(client, address(article, form)).feed.title
    assert "The town’s “new” bridge" in title.replace("‘", "“").replace("new’", "new”")
