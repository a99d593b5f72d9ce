"""X-akismet-recheck-after: Akismet's verdict is provisional, and the check is repeated later."""

from datetime import timedelta

import pytest

from comments.models import Comment
from comments.moderation.states import Moderation, Screening
from comments.screening import attempts
from comments.screening.api import Answer
from comments.screening.work_queue import LONGEST_WAIT, MOST_RECHECKS
from tests import factories


@pytest.fixture
def comment(akismet, article, clock):
    akismet.set_mode("recheck_after")
    return screened(factories.comment(article))


def screened(comment):
    attempts.screen_due()
    return Comment.objects.get(pk=comment.pk)


def test_the_first_answer_is_kept_and_stands_until_the_second(akismet, comment, clock):
    assert (comment.screening, comment.attempts) == (Screening.HAM, 0)
    assert comment.recheck_at == comment.next_attempt_at == clock.now + timedelta(seconds=60)
    assert comment.needs_check
    assert not comment.awaits_check


def test_it_is_asked_again_after_that_time_and_not_before_and_told_why(akismet, comment, clock):
    clock.forward(seconds=59)
    attempts.screen_due()
    assert len(akismet.checks) == 1
    clock.forward(seconds=1)
    akismet.set_mode("spam")
    again = screened(comment)
    assert akismet.checks[-1].fields["recheck_reason"] == "recheck"
    assert (again.screening, again.recheck_at, again.next_attempt_at) == (
        *(Screening.SPAM, None, None),
    )
    assert [e.target for e in again.events.filter(kind="screened")] == ["ham", "spam"]
    assert not again.needs_check


def test_one_that_is_asked_for_without_end_is_settled(akismet, comment, clock):
    for _time in range(20):
        clock.forward(minutes=2)
        comment = screened(comment)
    assert len(akismet.checks) == MOST_RECHECKS + 1
    assert (comment.screening, comment.recheck_at, comment.next_attempt_at) == ("ham", None, None)


def test_a_person_who_decides_meanwhile_ends_it_and_undo_brings_it_back(
    akismet, comment, clock, moderator
):
    comment.approve(by=moderator)
    clock.forward(minutes=2)
    attempts.screen_due()
    assert len(akismet.checks) == 1
    Comment.objects.get().undo(by=moderator)
    assert screened(comment).moderation == Moderation.PENDING
    assert len(akismet.checks) == 2


def test_a_second_check_that_fails_for_good_leaves_the_first_answer(akismet, comment, clock):
    akismet.set_mode("unavailable")
    for _try in range(25):
        clock.now = max(clock.now, screened(comment).next_attempt_at or clock.now)
    comment = screened(comment)
    assert (comment.screening, comment.recheck_at, comment.next_attempt_at) == ("ham", None, None)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("60", 60),
        (" 900 ", 900),
        *((odd, None) for odd in ("", "0", "-5", "soon", "1e9", "1.5", "９", "9" * 400)),
    ],
)
def test_an_odd_time_is_none(header, seconds):
    answer = Answer(None, 1, {"x-akismet-recheck-after": header})
    assert answer.recheck_after == (seconds and timedelta(seconds=seconds))


def test_a_very_long_time_is_cut_to_the_longest_wait(comment, clock):
    Comment.objects.update(next_attempt_at=clock.now)
    assert comment.claim()
    comment.record_verdict(Screening.HAM, recheck_after=timedelta(days=9000))
    comment.refresh_from_db()
    assert comment.next_attempt_at == clock.now + LONGEST_WAIT


def test_the_queue_says_that_the_verdict_is_for_now(comment, moderator_client):
    page = moderator_client.get(f"/admin/comments/comment/{comment.pk}/moderate/").text
    assert "for now: it will be asked again" in page
