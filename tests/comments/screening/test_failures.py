"""Failures of Akismet: the comment is kept and retried, up to the maximum of attempts."""

import socket
from datetime import timedelta

import pytest

from comments.models import AkismetStatus, Comment, CommentEvent
from comments.moderation.states import Moderation, Screening
from comments.screening import attempts
from comments.screening.work_queue import LONGEST_WAIT, MOST_ATTEMPTS
from tests import factories

#: Each failure of the fake Akismet server, and the note that the history then has.
pytestmark = pytest.mark.any_database

FAILURES = {
    "error_header": "X-akismet-error: internal-error",
    "redirect": "HTTPStatusError: Redirect response '302 Found'",
    "too_many": "HTTPStatusError: Client error '429 Too Many Requests'",
    "server_error": "HTTPStatusError: Server error '500 Internal Server Error'",
    "unavailable": "HTTPStatusError: Server error '503 Service Unavailable'",
    "slow": "ReadTimeout: ",
    "dripping": "ReadTimeout: ",
    "dripping_headers": "ReadTimeout: ",
    "reset": "ReadError: ",
    "empty": "ProtocolError: ",
    "newline": "ProtocolError: ",
    "html": "ProtocolError: ",
    "huge": "DecodingError: The answer is too long.",
}


@pytest.fixture
def comment(article):
    return factories.comment(article)


def screen(comment):
    attempts.screen_due()
    comment.refresh_from_db()
    return comment


@pytest.mark.parametrize("mode", FAILURES)
def test_every_failure_keeps_the_comment_counts_a_try_and_says_why(
    akismet, comment, settings, clock, mode
):
    # A dripping server sends a byte at least every 0.4 s, so no single step times out.
    settings.AKISMET_TIMEOUT = 0.5
    akismet.set_mode(mode, seconds=2)
    failed = screen(comment)
    assert (failed.screening, failed.moderation) == (Screening.WAITING, Moderation.PENDING)
    assert (failed.attempts, failed.leased_until) == (1, None)
    assert failed.next_attempt_at > clock.now
    assert len(akismet.checks) == 1
    event = failed.events.get(kind=CommentEvent.Kind.ATTEMPT_FAILED)
    assert event.note.startswith(FAILURES[mode])
    assert "comment_content" in event.data["fields"]
    assert AkismetStatus.current().failure == event.note


@pytest.mark.parametrize("mode", FAILURES)
def test_after_every_failure_the_comment_is_asked_about_again(
    akismet, comment, settings, clock, mode
):
    settings.AKISMET_TIMEOUT = 0.5
    akismet.set_mode(mode, seconds=2)
    screen(comment)
    akismet.set_mode("ham")
    settings.AKISMET_TIMEOUT = 5
    assert attempts.screen_due() == 0
    clock.forward(minutes=2)
    recovered = screen(comment)
    assert (recovered.screening, recovered.attempts) == (Screening.HAM, 0)


def test_a_service_that_nobody_runs_is_a_failure_too(comment, settings, db):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        settings.AKISMET_API_URL = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        settings.AKISMET_API_KEY = "0123456789ab"
        failed = screen(comment)
    assert (failed.screening, failed.attempts) == (Screening.WAITING, 1)
    assert failed.events.last().note.startswith("ConnectError: ")


@pytest.mark.parametrize("mode", ["unavailable", "newline"])
def test_a_report_that_fails_is_repeated(akismet, comment, moderator, clock, mode):
    comment.mark_as_spam(by=moderator)
    akismet.set_mode(mode)
    failed = screen(comment)
    assert (failed.report_wanted, failed.reported, failed.attempts) == ("spam", "", 1)
    akismet.set_mode("ham")
    clock.forward(minutes=2)
    assert (screen(comment).report_wanted, comment.reported) == ("", "spam")
    assert len(akismet.reports) == 2


def test_each_wait_is_twice_as_long_up_to_six_hours(akismet, comment, clock):
    akismet.set_mode("unavailable")
    waits = []
    for _attempt in range(MOST_ATTEMPTS - 1):
        waits.append(screen(comment).next_attempt_at - clock.now)
        clock.now = comment.next_attempt_at
    for number, wait in enumerate(waits):
        expected = min(timedelta(minutes=2**number), LONGEST_WAIT)
        assert expected * 0.9 <= wait <= expected * 1.1
    assert timedelta(days=2.5) < sum(waits, timedelta()) < timedelta(days=3.5)


def test_what_failed_together_does_not_come_back_together(akismet, article, clock):
    akismet.set_mode("unavailable")
    comments = [factories.comment(article) for _number in range(3)]
    attempts.screen_due()
    assert len({screen(comment).next_attempt_at for comment in comments}) == 3


def test_a_comment_that_waits_is_not_asked_about(akismet, comment, clock):
    akismet.set_mode("unavailable")
    screen(comment)
    screen(comment)
    assert len(akismet.checks) == 1


def test_after_the_last_try_the_comment_has_failed_and_awaits_a_person(akismet, comment, clock):
    akismet.set_mode("unavailable")
    for _attempt in range(MOST_ATTEMPTS):
        clock.now = max(clock.now, screen(comment).next_attempt_at or clock.now)
    assert (comment.screening, comment.moderation) == (Screening.FAILED, Moderation.PENDING)
    assert comment.next_attempt_at is None
    assert Comment.objects.awaiting_moderation().get() == comment
    assert comment.events.last().kind == CommentEvent.Kind.GIVEN_UP
    clock.forward(days=30)
    attempts.screen_due()
    assert len(akismet.checks) == MOST_ATTEMPTS


def test_a_moderator_brings_a_failed_comment_back_with_all_its_tries(
    akismet, comment, clock, moderator
):
    Comment.objects.filter(pk=comment.pk).update(attempts=MOST_ATTEMPTS - 1)
    akismet.set_mode("unavailable")
    assert screen(comment).screening == Screening.FAILED
    comment.screen_again(by=moderator)
    assert (screen(comment).screening, comment.attempts) == (Screening.WAITING, 1)
    akismet.set_mode("ham")
    clock.forward(minutes=2)
    assert screen(comment).screening == Screening.HAM


def test_a_report_given_up_is_owed_no_longer_and_the_verdict_stays(
    akismet, comment, clock, moderator
):
    akismet.set_mode("spam")
    screen(comment).approve(by=moderator)
    Comment.objects.filter(pk=comment.pk).update(attempts=MOST_ATTEMPTS - 1)
    akismet.set_mode("unavailable")
    given_up = screen(comment)
    assert (given_up.screening, given_up.moderation) == (Screening.SPAM, Moderation.APPROVED)
    assert (given_up.report_wanted, given_up.next_attempt_at) == ("", None)


def test_while_the_service_is_down_most_comments_use_up_no_try(akismet, article, clock):
    akismet.set_mode("unavailable")
    for _number in range(6):
        factories.comment(article)
    attempts.screen_due()
    assert len(akismet.checks) == attempts.MOST_FAILURES
    assert sorted(Comment.objects.values_list("attempts", flat=True)) == [0, 0, 0, 1, 1, 1]


@pytest.mark.parametrize(("verb", "owed"), [("approve", False), ("mark_as_spam", True)])
def test_a_failure_after_a_decision_leaves_only_in_the_queue_what_is_owed(
    comment, moderator, clock, verb, owed
):
    assert comment.claim()
    getattr(Comment.objects.get(pk=comment.pk), verb)(by=moderator)
    comment.record_failure("unavailable")
    clock.forward(days=1)
    assert Comment.objects.due().exists() == owed
