"""Links from an article to related articles and to its neighbours in the section."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from articles.pages import onward
from articles.pages.onward import RELATED_COUNT, onward_links
from common import questions
from tests import factories

pytestmark = pytest.mark.django_db

MAY = datetime(2025, 5, 4, 12, tzinfo=UTC)


def story(number, **fields):
    return factories.published(f"Story {number}", at=MAY + timedelta(hours=number), **fields)


def headlines(editions):
    return [edition.headline for edition in editions]


def related(article):
    return headlines(onward_links(article.live_edition()).related)


def test_an_article_alone_leads_nowhere(client):
    alone = story(1)
    found = onward_links(alone.live_edition())
    assert (found.related, found.newer, found.older) == ([], None, None)
    assert "related-title" not in client.get(alone.path).text


def test_those_with_the_most_topics_in_common_come_first_then_the_newest():
    rivers, bridges, tolls = (factories.topic(name) for name in ("Rivers", "Bridges", "Tolls"))
    story(1, topics=[rivers, bridges])
    story(2, topics=[tolls])
    story(3, topics=[rivers])
    story(4)
    article = story(5, topics=[rivers, bridges, tolls])
    assert related(article) == ["Story 1", "Story 3", "Story 2"]


def test_what_an_editor_chose_comes_first_once_it_is_pressed(client):
    rivers = factories.topic()
    chosen = story(1)
    for number in range(2, 6):
        story(number, topics=[rivers])
    article = story(6, topics=[rivers])
    article.related.set([chosen])
    assert "Story 1" not in related(article)
    article.press(by=None)
    assert related(article) == ["Story 1", "Story 5", "Story 4"]
    assert "Story 1" in client.get(article.path).text


def test_an_editor_may_choose_more_than_would_be_found():
    article = factories.article("Story 9")
    article.related.set([story(number) for number in range(1, RELATED_COUNT + 2)])
    article.press(by=None, at=MAY + timedelta(hours=9))
    assert len(related(article)) == RELATED_COUNT + 1
    assert related(article) == [f"Story {number}" for number in range(RELATED_COUNT + 1, 0, -1)]


def test_nothing_stands_twice():
    rivers = factories.topic()
    both = story(1, topics=[rivers])
    article = story(2, topics=[rivers])
    article.related.set([both, article])
    article.press(by=None)
    assert related(article) == ["Story 1"]


def test_an_article_on_very_many_topics_has_a_page(client):
    topics = [factories.topic(f"Topic {number}") for number in range(510)]
    factories.published("Another", topics=topics[:1])
    page = client.get(factories.published("Of everything", topics=topics).path)
    assert page.status_code == 200
    assert "Another" in page.text


def test_what_is_not_public_is_not_related(clock):
    rivers = factories.topic()
    story(1, topics=[rivers]).withdraw(by=None)
    factories.published("Coming", at=clock.plus(hours=1), topics=[rivers])
    draft = factories.article("Draft", topics=[rivers])
    article = story(2, topics=[rivers])
    article.related.set([draft])
    article.press(by=None)
    assert related(article) == []
    clock.forward(hours=1)
    assert related(article) == ["Coming"]


def test_neighbours_are_of_the_same_section_in_the_order_of_first_publication(client):
    sports = factories.section("Sports")
    first, _other, second, third = story(1), story(2, section=sports), story(3), story(4)
    second.press(by=None, correction=factories.correction("New figures."))
    found = onward_links(second.live_edition())
    assert (found.older.headline, found.newer.headline) == ("Story 1", "Story 4")
    assert onward_links(first.live_edition()).older is None
    assert onward_links(third.live_edition()).newer is None
    page = client.get(second.path).text
    assert f'rel="prev" href="{first.path}"' in page
    assert f'rel="next" href="{third.path}"' in page


def test_neighbours_of_the_same_instant_are_told_apart():
    same = [factories.published(f"Same {number}", at=MAY) for number in range(3)]
    found = onward_links(same[1].live_edition())
    assert (found.older.headline, found.newer.headline) == ("Same 0", "Same 2")


def test_a_preview_leads_where_the_edition_will_lead_and_shares_nothing(editor_client):
    rivers = factories.topic()
    story(1, topics=[rivers])
    draft = factories.article("Draft", topics=[rivers])
    preview = f"/admin/articles/article/{draft.pk}/preview/"
    page = editor_client.get(preview).text
    assert "Story 1" in page
    assert "mailto:" not in page
    assert "Draft</h1>" in page
    draft.press(by=None)
    public = editor_client.get(draft.path).text
    assert "Story 1" in public
    assert "mailto:" in public
    page = editor_client.get(preview).text
    assert "Draft</h1>" in page
    assert "Story 1" in page
    assert "mailto:" not in page


def test_an_article_is_shared_without_anybody_else(client, settings):
    settings.SITE_URL = "https://news.example"
    article = story(1, body="<p>x</p>")
    page = client.get(article.path).text
    address = f"https://news.example{article.path}"
    quoted = address.replace(":", "%3A").replace("/", "%2F")
    assert f'href="mailto:?subject=Story%201&amp;body={quoted}"' in page
    assert f">{address}</a>" in page


def test_a_text_without_neighbours_is_compared_with_no_more_rows(monkeypatch):
    topics = [factories.topic(name) for name in ("Rivers", "Bridges")]
    for number, topic in enumerate(topics):
        story(number, topics=[topic])
    monkeypatch.setattr(onward, "CANDIDATE_LIMIT", 1)
    draft = {"section": None, "published_at": MAY, "article": 10**9, "related": []}
    found = onward.links_of(**draft, topics=topics)
    assert headlines(found.related) == ["Story 1"]
    assert (found.newer, found.older) == (None, None)


def test_neighbours_of_an_article_without_topics_are_a_question_too():
    before, article = (story(number) for number in range(2))
    edition = article.live_edition()
    edition.may_lead_on, edition.subjects = False, []
    with questions.noted() as asked, connection.execute_wrapper(asked.statement):
        assert onward_links(edition).older.headline == before.headline
    assert asked
    assert len(asked) == 2
