"""The hand-over and the notes beside an article: at once, with the text, and in the list."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from articles.models import Article, Mention, Note
from articles.publishing import handover
from articles.publishing.stages import Stage

from .. import factories
from ..pages import form_values

pytestmark = pytest.mark.django_db


def url(article, name="change"):
    return reverse(f"admin:articles_article_{name}", args=[article.pk])


def shown(client, article):
    return form_values(client.get(url(article)), "article_form")


def test_a_hand_over_without_a_script_keeps_all_that_was_typed(editor_client, draft, reporter):
    typed = {"headline": "Typed", "with_whom": reporter.pk, "due": "2031-05-06 18:00"}
    typed |= {"move_note": "Please call.", "new_note": "Half a note"}
    page = editor_client.post(url(draft, "hand_over"), shown(editor_client, draft) | typed)
    values = form_values(page, "article_form")
    assert (values["headline"], values["new_note"]) == ("Typed", "Half a note")
    assert (values["with_whom"], values["move_note"]) == (str(reporter.pk), "")
    stored = Article.objects.get(pk=draft.pk)
    assert (stored.assignee, stored.headline, stored.version) == (reporter, draft.headline, 1)
    assert (stored.due_at.year, stored.events.get().note) == (2031, "Please call.")
    # A save of the form that is shown hands nothing over again.
    editor_client.post(url(draft), values | {"_save": "1"})
    assert stored.events.count() == 1
    assert Note.objects.get().note == "Half a note"


def test_a_save_stores_the_hand_over_with_the_text_and_a_move_takes_the_note(
    editor_client, draft, reporter
):
    typed = {"with_whom": reporter.pk, "move_note": "Yours.", "_submit_for_review": "1"}
    editor_client.post(url(draft), shown(editor_client, draft) | typed)
    draft.refresh_from_db()
    assert (draft.stage, draft.assignee) == (Stage.IN_REVIEW, reporter)
    assert [(e.kind, e.note) for e in draft.events.all()] == [
        ("moved", "Yours."),
        ("handed_over", ""),
    ]


def test_an_open_form_takes_no_hand_over_back_and_asks_before_it_overwrites_one(
    editor_client, editor, draft, reporter
):
    values = shown(editor_client, draft)
    handover.hand_over(draft, {"assignee": reporter}, by=editor)
    editor_client.post(url(draft), values | {"headline": "Other words", "_save": "1"})
    draft.refresh_from_db()
    assert (draft.headline, draft.assignee) == ("Other words", reporter)
    mine = {"with_whom": editor.pk, "handed": values["handed"]}
    page = editor_client.post(url(draft), shown(editor_client, draft) | mine | {"_save": "1"})
    assert "has handed this article over since" in page.text
    again = form_values(page, "article_form")
    assert editor_client.post(url(draft), again | {"_save": "1"}).status_code == 302
    draft.refresh_from_db()
    assert draft.assignee == editor


@pytest.mark.parametrize(
    ("name", "values", "field"),
    [
        ("note", {"new_note": "@nobody"}, "new_note"),
        ("note", {"new_note": " "}, "new_note"),
        ("note", {"new_note": "a\0b" + "n" * 2001}, "new_note"),
        ("hand_over", {"with_whom": "9" * 30, "handed": "0|"}, "with_whom"),
        ("hand_over", {"due": "soon", "handed": "x"}, "due"),
        ("hand_over", {"move_note": "@nobody", "handed": "0|"}, "move_note"),
    ],
)
def test_a_script_is_told_what_is_wrong(editor_client, draft, name, values, field):
    answer = editor_client.post(f"{url(draft, name)}?at-once", values)
    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert not Note.objects.exists()
    assert not draft.events.exists()


def test_a_note_is_text_with_links_and_a_mention_is_settled(client, editor, draft, reporter):
    client.force_login(reporter)
    text = f"<b>See</b> https://example.org/ @{editor.username}"
    thread = client.post(f"{url(draft, 'note')}?at-once", {"new_note": text}).json()["thread"]
    assert "&lt;b&gt;See&lt;/b&gt; <a href" in thread
    client.force_login(editor)
    assert "Mark as seen" in client.get(url(draft)).text
    client.post(url(draft, "notes_seen"))
    assert not Mention.objects.waiting_for(editor).exists()
    assert draft.notes.get().by == reporter


def test_a_reader_of_the_article_answers_only_a_note_that_asks(moderator_client, moderator, draft):
    assert moderator_client.post(url(draft, "note"), {"new_note": "Hello"}).status_code == 403
    assert moderator_client.post(url(draft, "hand_over")).status_code == 403
    Note.objects.add(draft, f"@{moderator.username}?", by=None)
    assert 'name="new_note"' in moderator_client.get(url(draft)).text
    answer = moderator_client.post(url(draft, "note"), {"new_note": "Yes."})
    assert answer.status_code == 302
    assert [note.note for note in draft.notes.all()][1:] == ["Yes."]


def test_the_list_says_with_whom_and_since_when_overdue(editor_client, editor, reporter):
    reporter.is_active = False
    reporter.save()
    late = timezone.now() - timedelta(days=1)
    factories.article("Left behind", assignee=reporter, due_at=late)
    factories.article("Mine", assignee=editor)
    factories.article("Nobody’s")
    address = reverse("admin:articles_article_changelist")

    def listed(query):
        page = editor_client.get(f"{address}?{query}")
        return {article.headline for article in page.context["cl"].result_list}

    assert listed("with=me") == {"Mine"}
    assert listed("with=nobody") == {"Nobody’s"}
    assert listed(f"with={reporter.pk}") == listed("due=overdue") == {"Left behind"}
    assert listed("with=x") == listed("due=x") == {"Left behind", "Mine", "Nobody’s"}
    page = editor_client.get(address).text
    assert "with rose (no longer here)" in page
    assert "overdue: " in page
