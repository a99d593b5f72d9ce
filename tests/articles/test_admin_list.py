"""The list of articles in the admin: its columns and its filters, and that nothing is counted."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.models import Revision
from articles.publishing.stages import Stage
from articles.publishing.standing import Standing
from articles.publishing.takedown.edition import take_down_edition
from tests import factories
from tests.pages import words

pytestmark = pytest.mark.django_db

ADDRESS = "/admin/articles/article/"


@pytest.fixture
def articles(editor, moderator):
    """Return the articles by name: one for each state."""
    now = timezone.now()
    made = {
        "draft": factories.article("draft", authors=[factories.author("Zoé Roy")]),
        "in_review": factories.article("in_review", stage=Stage.IN_REVIEW),
        "approved": factories.article("approved", stage=Stage.APPROVED),
        "scheduled": factories.published("scheduled", at=now + timedelta(days=1)),
        "live": factories.published("live"),
        "changed": factories.published("changed"),
        "withdrawn": factories.published("withdrawn", at=now - timedelta(days=2)),
    }
    made["changed"].return_to_draft_after_edit(by=None)
    made["withdrawn"].withdraw(by=None)
    Revision.objects.record(made["draft"], {}, by=editor)
    Revision.objects.record(made["live"], {}, by=moderator)
    return made


def found(client, query):
    return {
        article.headline for article in client.get(f"{ADDRESS}?{query}").context["cl"].result_list
    }


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("state=draft", "draft"),
        ("state=in_review", "in_review"),
        ("state=approved", "approved"),
        ("state=scheduled", "scheduled"),
        ("state=live", "live changed"),
        ("state=changed", "changed"),
        ("state=withdrawn", "withdrawn"),
        ("state=unpublished", "draft in_review approved changed withdrawn"),
        ("state=mine", "in_review"),
        ("holder=me", "draft"),
        ("holder={moderator}", "live"),
        ("author={author}", "draft"),
        ("author={author}&state=live", ""),
        ("q=zoe", "draft"),
        # What only a program sends leaves everything in the list.
        *((f"{name}=x", None) for name in ("state", "holder", "author")),
    ],
)
def test_a_filter_leaves_what_it_says(editor_client, articles, moderator, query, expected):
    author = articles["draft"].bylines.get().author_id
    expected = set(articles) if expected is None else set(expected.split())
    assert found(editor_client, query.format(moderator=moderator.pk, author=author)) == expected


def test_an_article_is_in_one_language_of_the_filter(editor_client):
    languages = ["en", "fr", "br", "ja", "eo", "fr-CA", "en-US", "de-ch", "zh-Hans", ""]
    for language in languages:
        factories.article(language, language=language)
    listed = {
        choice: found(editor_client, f"language={choice}") for choice in ("en", "fr", "other")
    }
    assert listed == {"en": {"en"}, "fr": {"fr"}, "other": set(languages) - {"en", "fr"}}


def test_an_article_whose_edition_was_taken_down_is_withdrawn(editor_client, editor):
    article = factories.published("Taken down")
    take_down_edition(article.editions.get(), by=editor, reason="§ 1", notice="Gone.")
    [article] = editor_client.get(f"{ADDRESS}?state=withdrawn").context["cl"].result_list
    assert article.standing == Standing.WITHDRAWN


def test_a_row_says_what_it_is_where_it_stands_whose_it_is_and_when(editor_client, articles):
    text = words(editor_client.get(f"{ADDRESS}?state=changed"))
    assert "changed City Live · unpublished changes" in text
    text = words(editor_client.get(f"{ADDRESS}?holder=me"))
    assert "draft City Draft Zoé Roy changed by Edith saved" in text


def test_names_to_choose_from_hold_the_chosen_one(editor_client, articles):
    idle = factories.author("Never signs")
    page = editor_client.get(f"{ADDRESS}?author={idle.pk}")
    assert "Zoé Roy" in words(page)
    assert "Never signs" in words(page)


@pytest.mark.parametrize(
    "query",
    [
        *("article/?", "article/?state=live", "article/?holder=me", "article/?q=bridge"),
        *("article/?p=2", "article/?_facets=1&author=1", "article/?_popup=1"),
        *("edition/?", "edition/?q=live", "edition/?_facets=1", "edition/?p=2"),
    ],
)
def test_a_list_counts_no_further_than_it_can_be_read(editor_client, articles, query):
    with CaptureQueriesContext(connection) as queries:
        editor_client.get(f"/admin/articles/{query}")
    counts = [q["sql"] for q in queries if "COUNT(" in q["sql"]]
    assert counts
    assert all("LIMIT 1001" in sql for sql in counts)


def test_all_rows_of_a_list_are_chosen_without_counting_the_table(admin_client, articles):
    chosen = {"action": "delete_selected", "select_across": 1, "_selected_action": 1}
    with CaptureQueriesContext(connection) as queries:
        page = admin_client.post(f"{ADDRESS}?state=draft", chosen)
    assert "draft" in words(page)
    counts = [q["sql"] for q in queries if "COUNT(" in q["sql"]]
    assert all("LIMIT" in sql for sql in counts if "articles_article" in sql)
