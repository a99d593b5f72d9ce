"""The page before a deletion: what refuses it, told in words, whatever its number."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.models import Section, Topic
from common import bounded_counts
from common.deletion import MOST
from tests import factories

pytestmark = pytest.mark.django_db


def page_of(client, row, language="en"):
    url = f"/admin/articles/{row._meta.model_name}/{row.pk}/delete/"
    return client.get(url, headers={"accept-language": language}).text


def test_a_section_with_articles_names_them_and_stays(editor_client):
    section = factories.section("Culture")
    article = factories.published("The <old> theatre", section=section)
    draft = factories.article("The new theatre", section=section)
    page = page_of(editor_client, section)
    address = "/admin/articles/article/{}/change/"
    for each, headline in ((article, "The &lt;old&gt; theatre"), (draft, "The new theatre")):
        assert f'Article: <a href="{address.format(each.pk)}">{headline}</a>' in page
    assert "permission" not in page
    editor_client.post(f"/admin/articles/section/{section.pk}/delete/", {"post": "yes"})
    assert Section.objects.filter(pk=section.pk).exists()


def test_of_very_many_the_first_are_named_and_none_is_read(editor_client):
    section, numbers = factories.section("Culture"), []
    for more in (MOST + 1, 4):
        for _each in range(more):
            factories.article("A theatre", section=section)
        with CaptureQueriesContext(connection) as captured:
            page = page_of(editor_client, section)
        numbers.append(len(captured))
        assert page.count("A theatre</a>") == MOST
        assert "and others" in page
        assert not any('articles_article"."body"' in query["sql"] for query in captured)
    assert numbers[0] == numbers[1]
    assert "et d’autres" in page_of(editor_client, section, "fr")


def test_what_nothing_refuses_is_deleted(editor_client):
    section = factories.section("Culture")
    assert "Are you sure" in page_of(editor_client, section)
    editor_client.post(f"/admin/articles/section/{section.pk}/delete/", {"post": "yes"})
    assert not Section.objects.filter(pk=section.pk).exists()


def test_very_many_rows_that_go_too_are_told_by_their_number(editor_client, monkeypatch):
    monkeypatch.setattr(bounded_counts, "COUNT_LIMIT", 2)
    topic = factories.topic("Floods")
    for number in range(3):
        assert "2+" not in page_of(editor_client, topic)
        factories.published(f"Story {number}", topics=[topic])
    page = page_of(editor_client, topic)
    assert "Topics of an edition: 2+" in page
    assert 'Topic: <a href="' in page
    assert page.count("Topic of an edition:") == 0
    editor_client.post(f"/admin/articles/topic/{topic.pk}/delete/", {"post": "yes"})
    assert not Topic.objects.filter(pk=topic.pk).exists()
