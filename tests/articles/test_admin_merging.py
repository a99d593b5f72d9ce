"""The merge of topics, sections and authors in the admin, and forms that were open meanwhile."""

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from articles.admin.article import ArticleAdmin
from articles.models import Article, Author, Draft, Section, Topic
from articles.publishing.absorption import MOST, absorb
from common import bounded_counts

from .. import factories
from ..pages import form_values, words
from .test_stale_saves import byline, shown, url_of

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

ADDRESS = "/admin/articles/topic/merge/"
LIST = reverse("admin:articles_topic_changelist")


@pytest.fixture
def rivers():
    return [factories.topic(name) for name in ("Rivers", "River", "The river")]


def keys(rows):
    return [row.pk for row in rows]


def test_the_list_leads_to_the_page_on_which_one_is_chosen(editor_client, rivers):
    sent = {"action": "merge_selected", "_selected_action": keys(rivers)}
    page = editor_client.post(LIST, sent, follow=True)
    assert page.status_code == 200
    assert [each["row"] for each in page.context["chosen"]] == sorted(rivers, key=lambda r: r.pk)
    assert page.text.count('name="kept"') == 3
    assert "Nobody can part them again" in words(page)


def test_the_form_of_a_row_leads_to_the_page_with_those_that_are_called_nearly_alike(
    editor_client, rivers
):
    for number in range(25):
        factories.topic(f"Subject {number} of another kind")
    form = editor_client.get(reverse("admin:articles_topic_change", args=[rivers[0].pk]))
    address = form.context["merge_address"]
    assert f'href="{address}"' in form.text
    page = editor_client.get(address)
    assert page.context["others"] == [rivers[1]]
    page = editor_client.get(address, {"row": rivers[0].pk, "q": "the rív"})
    assert page.context["others"] == [rivers[2]]


def test_no_more_texts_are_counted_than_anybody_reads(editor_client, rivers, monkeypatch):
    monkeypatch.setattr(bounded_counts, "COUNT_LIMIT", 2)
    for number in range(3):
        factories.published(topics=rivers[:1] if number else rivers[:2])
    with CaptureQueriesContext(connection) as queries:
        page = editor_client.get(ADDRESS, {"row": keys(rivers)})
    assert "Rivers 2+ articles, 2+ of them public · 2+ editions" in words(page)
    assert "River 1 article, 1 of them public · 1 edition" in words(page)
    assert "The river 0 articles · 0 editions" in words(page)
    texts = [q["sql"] for q in queries if "COUNT(" in q["sql"] and "_topics" in q["sql"]]
    assert len(texts) == 9
    assert all("LIMIT 3" in sql for sql in texts)


def test_the_chosen_ones_are_merged(editor_client, rivers):
    article = factories.article(topics=rivers[1:])
    answer = editor_client.post(ADDRESS, {"row": keys(rivers), "kept": rivers[0].pk}, follow=True)
    assert list(article.topics.all()) == [rivers[0]]
    assert answer.redirect_chain == [
        (reverse("admin:articles_topic_change", args=[rivers[0].pk]), 303)
    ]
    assert "“River” and “The river” are now part of “Rivers”" in words(answer)


def test_a_form_that_says_too_little_merges_nothing(editor_client, rivers):
    for sent in (
        {"row": keys(rivers)},
        {"row": keys(rivers[:1]), "kept": rivers[0].pk},
        {"row": [*keys(rivers), 10**17], "kept": rivers[0].pk},
        {"row": [*keys(rivers), "\x00", "٣"], "kept": rivers[0].pk},
        {"row": keys(rivers), "kept": "x"},
        {},
    ):
        answer = editor_client.post(ADDRESS, sent)
        assert answer.status_code == 422
        assert 'role="alert"' in answer.text
    assert Topic.objects.count() == 3


def test_what_a_colleague_has_merged_meanwhile_is_said(editor_client, rivers):
    sent = {"row": keys(rivers), "kept": rivers[0].pk}
    absorb(rivers[1], rivers[2:], by=None)
    assert "no longer there" in words(editor_client.post(ADDRESS, sent))
    assert Topic.objects.count() == 2


def test_more_than_can_be_merged_at_once_are_not_shown(editor_client):
    rows = [factories.topic(f"Topic {number}") for number in range(MOST + 1)]
    sent = {"action": "merge_selected", "_selected_action": keys(rows)}
    page = editor_client.post(LIST, sent, follow=True)
    assert len(page.context["chosen"]) == MOST
    assert f"At most {MOST}" in words(page)


def test_a_photo_and_a_choice_are_shown_in_words(editor_client):
    author = factories.author("Anne Leroy", role="Reporter", photo=factories.image("Portrait"))
    page = editor_client.get("/admin/articles/author/merge/", {"row": author.pk})
    assert "Job title Reporter Photo Portrait" in words(page)
    section = factories.section()
    page = editor_client.get("/admin/articles/section/merge/", {"row": section.pk})
    assert "Comments are open Yes" in words(page)


def test_the_form_of_what_was_merged_leads_to_what_it_is_part_of(editor_client, rivers):
    absorb(rivers[0], rivers[1:], by=None)
    form, gone = (reverse("admin:articles_topic_change", args=[row.pk]) for row in rivers[:2])
    for answer in (editor_client.get(gone), editor_client.post(gone, {"name": "Brook"})):
        assert answer["Location"] == form
    assert "was merged into “Rivers”" in words(editor_client.get(form))


# --- Forms that were open -------------------------------------------------------------------------


@pytest.fixture
def filed():
    """Return an article and, for each kind, the one that stays and the one that goes."""
    kinds = {
        Section: [factories.section(name) for name in ("Town", "City")],
        Topic: [factories.topic(name) for name in ("Cycling", "Bicycles")],
        Author: [factories.author(name) for name in ("Anne Leroy", "A. Leroy")],
    }
    article = factories.article(
        section=kinds[Section][1], topics=kinds[Topic][1:], authors=kinds[Author][1:]
    )
    return article, kinds


def merge_all(kinds):
    for stays, goes in kinds.values():
        absorb(stays, [goes], by=None)


def test_a_form_that_was_open_meanwhile_is_saved_and_names_those_that_stay(editor_client, filed):
    article, kinds = filed
    form = shown(editor_client, article)
    sent = {**form, "headline": "Reopened", **byline(kinds[Author][1], "text"), "_save": "1"}
    merge_all(kinds)
    answer = editor_client.post(url_of(article), sent)
    assert answer.status_code == 302, words(answer)
    article = Article.objects.get()
    assert article.headline == "Reopened"
    assert article.section == kinds[Section][0]
    assert list(article.topics.all()) == kinds[Topic][:1]
    assert [(row.author, row.role) for row in article.bylines.all()] == [(kinds[Author][0], "text")]


def test_a_form_that_is_shown_again_has_those_that_stay(editor_client, filed):
    article, kinds = filed
    sent = {**shown(editor_client, article), **byline(kinds[Author][1]), "headline": ""}
    merge_all(kinds)
    answer = editor_client.post(url_of(article), {**sent, "_save": "1"})
    assert answer.status_code == 200
    again = form_values(answer, "article_form")
    assert again["section"] == str(kinds[Section][0].pk)
    assert again["topics"] in (str(kinds[Topic][0].pk), [str(kinds[Topic][0].pk)])
    assert again["bylines-0-author"] == str(kinds[Author][0].pk)


def test_an_unsaved_text_differs_by_nothing_that_was_merged(editor_client, editor, filed):
    article, kinds = filed
    values = {name: [value] for name, value in shown(editor_client, article).items()}
    values["topics"] = [str(kinds[Topic][1].pk)]
    values["headline"] = ["Typed only"]
    Draft.objects.write(editor, article)
    Draft.objects.write_text(editor, article, over=[""], content=values, version=1, sitting="a")
    merge_all(kinds)
    page = words(editor_client.get(url_of(article)))
    assert "Typed only" in page
    assert "Bicycles" not in page


def test_a_save_that_the_database_refuses_at_its_end_is_tried_once_more(
    editor_client, filed, monkeypatch
):
    article, _kinds = filed
    save, tries = ArticleAdmin.save_related, []

    def refused_once(*args):
        save(*args)
        tries.append(1)
        if len(tries) == 1:
            raise IntegrityError

    sent = {**shown(editor_client, article), "headline": "Reopened", "_save": "1"}
    monkeypatch.setattr(ArticleAdmin, "save_related", refused_once)
    assert editor_client.post(url_of(article), sent).status_code == 302
    assert Article.objects.get().headline == "Reopened"


def test_the_search_of_readers_in_a_section_follows_it(client):
    stays, goes = factories.section("Town", slug="town"), factories.section("City", slug="city")
    factories.published("The bridge", section=goes)
    absorb(stays, [goes], by=None)
    page = client.get("/search/?q=bridge&section=city")
    assert "The bridge" in words(page)
    assert '<option value="town" selected>' in page.text
