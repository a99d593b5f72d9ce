"""The page before a deletion: what refuses it, told in words, whatever its number."""

import re

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.models import Article, ArticleEvent, Section, Topic
from common import bounded_counts
from common.deletion import MOST, OTHER_FIELDS
from tests import factories
from tests.conftest import make_user

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


# --- Who may see and delete what ------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["article", "image"])
def test_of_rows_that_only_others_may_see_the_kind_is_told(client, django_user_model, kind):
    picture = factories.image()
    factories.article("A secret draft", lead_image=picture)
    article = factories.published("The bridge reopens")
    factories.comment(article, name="Zoé", text="Nobody has read this yet")
    user = django_user_model.objects.create_user("anne", is_staff=True)
    names = [f"{verb}_{kind}" for verb in ("view", "delete")]
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    client.force_login(user)
    row, told = {"article": (article, "Comments"), "image": (picture, "Articles")}[kind]
    page = page_of(client, row)
    assert f"<li>{told}</li>" in page
    for secret in ("Zoé", "Nobody has read", "A secret draft"):
        assert secret not in page


@pytest.mark.parametrize("limit", [1000, 2])
def test_of_many_rows_none_is_deleted_that_the_user_may_not_delete(
    client, django_user_model, monkeypatch, limit
):
    monkeypatch.setattr(bounded_counts, "COUNT_LIMIT", limit)
    me, other = (make_user(django_user_model, name, "author") for name in ("me", "other"))
    articles = [factories.article(f"Theirs {n}", started_by=other) for n in range(3)]
    for article in articles:
        article.events.create(kind=ArticleEvent.Kind.PRESSED)
    client.force_login(me)
    data = {"action": "delete_selected", "_selected_action": [each.pk for each in articles]}
    url = "/admin/articles/article/"
    assert "permission" in client.post(url, data).text
    assert client.post(url, {**data, "post": "yes"}).status_code == 403
    assert Article.objects.count() == 3


def test_more_rows_than_a_form_has_room_for_are_refused_in_words(admin_client, settings):
    topics = [factories.topic(f"Topic {number}") for number in range(3)]
    chosen = {"action": "delete_selected", "_selected_action": [topic.pk for topic in topics]}
    address = "/admin/articles/topic/"
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = OTHER_FIELDS + 2
    assert "At most 2 can be" in admin_client.post(address, chosen, follow=True).text
    across = {"action": "delete_selected", "_selected_action": topics[0].pk, "select_across": 1}
    assert (
        "At most 2 can be deleted at once" in admin_client.post(address, across, follow=True).text
    )
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS += 1
    asked = admin_client.post(address, across)
    keys = re.findall(r'name="_selected_action" value="(\d+)"', asked.text)
    assert len(keys) == 3
    sent = {"action": "delete_selected", "_selected_action": keys, "post": "yes"}
    assert admin_client.post(address, sent).status_code == 302
    assert not Topic.objects.exists()
