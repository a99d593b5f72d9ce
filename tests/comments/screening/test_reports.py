"""Reports to Akismet when a person contradicts it: one for each change, as it was submitted."""

import pytest

from comments.models import Comment, CommentEvent
from comments.moderation.states import Moderation, Screening
from comments.screening import attempts
from tests import factories


@pytest.fixture
def comment(article):
    return factories.comment(article, name="Zoé", text="Hello\n\nthere")


def screen_now(comment):
    attempts.screen_due()
    comment.refresh_from_db()
    return comment


def endpoints(akismet):
    return [received.endpoint for received in akismet.reports]


@pytest.mark.parametrize(
    ("verdict", "verb", "reports"),
    [
        ("ham", "approve", []),
        ("ham", "reject", []),
        ("ham", "mark_as_spam", ["submit-spam"]),
        ("spam", "approve", ["submit-ham"]),
        ("spam", "reject", []),
        ("spam", "mark_as_spam", []),
        ("discard", "approve", ["submit-ham"]),
        ("discard", "reject", []),
        ("discard", "mark_as_spam", []),
    ],
)
def test_a_contradiction_is_reported_once(akismet, comment, moderator, verdict, verb, reports):
    akismet.set_mode(verdict)
    getattr(screen_now(comment), verb)(by=moderator)
    for _sweep in range(3):
        screen_now(comment)
    assert endpoints(akismet) == reports
    assert comment.next_attempt_at is None


def test_a_report_holds_what_the_check_held(akismet, comment, moderator):
    akismet.set_mode("spam")
    screen_now(comment).approve(by=moderator)
    Comment.objects.filter(pk=comment.pk).update(name="Mended", text="Mended")
    screen_now(comment)
    (check,), (report,) = akismet.checks, akismet.reports
    assert report.fields == {**check.fields, "recheck_reason": "recheck"}


def test_a_report_leaves_a_history_row_that_names_its_fields(akismet, comment, moderator):
    comment.mark_as_spam(by=moderator)
    screen_now(comment)
    event = comment.events.get(kind=CommentEvent.Kind.REPORTED)
    assert event.target == "spam"
    assert "comment_content" in event.data["fields"]
    assert "Zoé" not in str(event.data)


def test_each_change_of_mind_is_reported_once(akismet, comment, moderator):
    akismet.set_mode("spam")
    screen_now(comment)
    for verb in ("approve", "mark_as_spam", "reject", "approve", "approve", "mark_as_spam"):
        getattr(comment, verb)(by=moderator)
        screen_now(comment)
        screen_now(comment)
    assert endpoints(akismet) == ["submit-ham", "submit-spam", "submit-ham", "submit-spam"]


def test_a_change_of_mind_before_the_report_takes_it_back(akismet, comment, moderator):
    akismet.set_mode("spam")
    screen_now(comment).approve(by=moderator)
    comment.reject(by=moderator)
    screen_now(comment)
    assert endpoints(akismet) == []


def test_a_change_of_mind_while_a_report_fails_begins_with_fresh_tries(
    akismet, comment, moderator, clock
):
    akismet.set_mode("spam")
    screen_now(comment).approve(by=moderator)
    akismet.set_mode("unavailable")
    assert screen_now(comment).attempts == 1
    comment.reject(by=moderator)
    assert comment.next_attempt_at is None
    comment.approve(by=moderator)
    assert (comment.attempts, comment.next_attempt_at) == (0, clock.now)


def test_a_change_of_mind_while_the_report_is_on_its_way_is_reported_after_it(
    akismet, comment, moderator
):
    akismet.set_mode("spam")
    screen_now(comment).approve(by=moderator)
    on_its_way = Comment.objects.get(pk=comment.pk)
    assert on_its_way.claim()
    comment.mark_as_spam(by=moderator)
    on_its_way.record_report("ham")
    screen_now(comment)
    assert endpoints(akismet) == ["submit-spam"]
    assert comment.reported == "spam"


@pytest.mark.parametrize(
    ("verb", "verdict", "wanted"),
    [
        ("approve", "spam", "ham"),
        ("approve", "discard", "ham"),
        ("approve", "ham", ""),
        ("mark_as_spam", "ham", "spam"),
        ("mark_as_spam", "spam", ""),
        ("reject", "spam", ""),
        ("reject", "ham", ""),
    ],
)
def test_a_verdict_that_arrives_after_the_decision_decides_nothing_and_is_answered(
    comment, moderator, verb, verdict, wanted
):
    asked = Comment.objects.get(pk=comment.pk)
    assert asked.claim()
    getattr(comment, verb)(by=moderator)
    decided = comment.moderation
    asked.record_verdict(verdict)
    comment.refresh_from_db()
    assert (comment.moderation, comment.screening) == (decided, verdict)
    assert comment.report_wanted == wanted
    assert Comment.objects.due().exists() == bool(wanted)


def test_a_comment_marked_as_spam_before_its_screening_is_reported_and_never_checked(
    akismet, comment, moderator
):
    comment.mark_as_spam(by=moderator)
    screen_now(comment)
    assert [received.endpoint for received in akismet.requests] == ["submit-spam"]
    assert (comment.screening, comment.moderation) == (Screening.WAITING, Moderation.SPAM)


@pytest.mark.parametrize("verb", ["approve", "reject"])
def test_a_comment_decided_before_its_screening_is_not_sent_at_all(
    akismet, comment, moderator, verb
):
    getattr(comment, verb)(by=moderator)
    screen_now(comment)
    assert akismet.requests == []
