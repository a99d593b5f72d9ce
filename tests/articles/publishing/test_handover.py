"""Who has an article and until when, and what waits for whom."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from articles.models import Article, Mention, Note
from articles.publishing import handover, waiting
from articles.publishing.stages import Stage
from tests import factories
from tests.articles.publishing.test_stages import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def second_editor(editor, django_user_model):
    person = django_user_model.objects.create_user("élodie", is_staff=True)
    person.groups.set(editor.groups.all())
    return person


def waits_for(person):
    return {article.headline for article in waiting.waiting_for(Article.objects.all(), person)}


def test_a_hand_over_is_a_row_of_history_and_neither_a_version_nor_a_stage(draft, editor, reporter):
    before = Article.objects.values("version", "stage", "saved_at").get(pk=draft.pk)
    due = timezone.now() + timedelta(days=1)
    changes = {"assignee": reporter, "due_at": due}
    assert handover.hand_over(draft, changes, by=editor, note="Call her.")
    assert not handover.hand_over(draft, changes, by=editor, note="Twice.")
    event = draft.events.get()
    assert (event.kind, event.by, event.recipient) == ("handed_over", editor, reporter)
    assert (event.moment, event.note) == (due, "Call her.")
    assert Article.objects.values("version", "stage", "saved_at").get(pk=draft.pk) == before


def test_a_hand_over_overwrites_no_other_that_was_not_seen(draft, editor, reporter, second_editor):
    handover.hand_over(draft, {"assignee": reporter}, by=editor)
    with refused("handed_over"):
        handover.hand_over(
            draft, {"assignee": second_editor}, by=second_editor, seen={"assignee": None}
        )
    draft.refresh_from_db()
    assert draft.assignee == reporter


def test_nobody_gets_an_article_who_has_left_or_may_not_write(draft, editor, reporter, moderator):
    reporter.is_active = False
    reporter.save()
    for person in (reporter, moderator):
        with refused("not_at_work"):
            handover.hand_over(draft, {"assignee": person}, by=editor)
    with pytest.raises(PermissionDenied):
        handover.hand_over(draft, {"assignee": editor}, by=moderator)


def test_the_work_of_another_is_sent_back_with_a_note_and_to_its_writer(draft, editor, reporter):
    draft.move_to(Stage.IN_REVIEW, by=reporter)
    with refused("say_why"):
        draft.move_to(Stage.DRAFT, by=editor, note="  ")
    draft.move_to(Stage.DRAFT, by=editor, note="The end is missing.")
    assert draft.assignee == reporter
    # Their own work needs no reason.
    draft.move_to(Stage.IN_REVIEW, by=reporter)
    assert draft.assignee is None
    draft.move_to(Stage.DRAFT, by=reporter)


def test_what_waits_goes_as_soon_as_it_is_done(draft, editor, reporter, second_editor):
    handover.hand_over(draft, {"assignee": reporter}, by=editor)
    assert (waits_for(reporter), waits_for(editor)) == ({draft.headline}, set())
    draft.move_to(Stage.IN_REVIEW, by=reporter)
    assert (waits_for(reporter), waits_for(editor)) == (set(), {draft.headline})
    handover.hand_over(draft, {"assignee": second_editor}, by=editor)
    assert (waits_for(second_editor), waits_for(editor)) == ({draft.headline}, set())
    draft.move_to(Stage.DRAFT, by=second_editor, note="Shorter, please.")
    assert (waits_for(reporter), waits_for(second_editor)) == ({draft.headline}, set())
    draft.press(by=editor)
    draft.refresh_from_db()
    assert (draft.assignee, draft.due_at, waits_for(reporter)) == (None, None, set())


def test_nobody_decides_about_what_they_have_submitted_themselves(draft, editor, second_editor):
    draft.move_to(Stage.IN_REVIEW, by=editor)
    assert (waits_for(editor), waits_for(second_editor)) == (set(), {draft.headline})


def test_a_mention_waits_until_it_is_answered_or_seen(draft, editor, reporter, second_editor):
    for settle in (
        lambda: Note.objects.add(draft, "Yes.", by=reporter),
        lambda: Mention.objects.settle(draft, reporter),
    ):
        text = "@rita: is it true?"
        Note.objects.add(draft, text.replace("rita", reporter.username), by=editor)
        assert (waits_for(reporter), waits_for(second_editor)) == ({draft.headline}, set())
        settle()
        assert waits_for(reporter) == set()


@pytest.mark.parametrize(
    ("text", "logins"),
    [
        ("@edith, and @edith. Also @élodie!", ["edith", "élodie"]),
        ("mail edith@example.org", []),
        ("@", []),
    ],
)
def test_a_mention_is_an_at_sign_and_a_login_name(draft, editor, second_editor, text, logins):
    note = Note.objects.add(draft, text, by=None)
    assert [mention.person.username for mention in note.mentions.all()] == logins


def test_a_mention_of_nobody_is_refused_and_the_same_note_is_added_once(draft, editor):
    with pytest.raises(ValidationError, match="@nobody"):
        Note.objects.add(draft, "@edith and @nobody", by=editor)
    assert not Note.objects.exists()
    assert Note.objects.add(draft, "Hm.", by=editor) == Note.objects.add(draft, "Hm.", by=editor)


def test_what_is_due_comes_first_and_is_overdue_until_it_is_published(editor):
    now = timezone.now()
    for headline, days in (("later", 2), ("never", None), ("past", -1)):
        due = days and now + timedelta(days=days)
        factories.article(headline, due_at=due, assignee=editor)
    rows = waiting.by_due_time(waiting.waiting_for(Article.objects.all(), editor))
    assert [article.headline for article in rows] == ["past", "later", "never"]
    [late] = waiting.overdue(Article.objects.all())
    assert handover.due_in_words(late).startswith("overdue")
    late.press(by=editor)
    assert not waiting.overdue(Article.objects.all())


@pytest.mark.parametrize("few", [0, 1, 2, 3])
def test_few_scheduled_articles_and_many_are_found(monkeypatch, few):
    monkeypatch.setattr(waiting, "FEW", few)
    tomorrow = timezone.now() + timedelta(days=1)
    coming = {factories.published(at=tomorrow) for _ in range(2)}
    factories.published()
    found = waiting.scheduled(Article.objects.all())
    assert set(found) == coming
    # PostgreSQL would look for a few of them among all articles.
    assert ("articles_edition" in str(found.query)) == (few < 2)
