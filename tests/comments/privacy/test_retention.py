"""The retention of a writer's data: the periods, the purge, and the words on the page."""

import pytest
from django.core.management import call_command
from django.utils import timezone

from comments.models import ClockStatus, Comment, CommentEvent, Counter, Trace
from comments.moderation.states import Screening
from comments.privacy import notice, retention
from comments.screening import api, attempts
from tests import factories


@pytest.fixture
def comment(article, clock):
    return factories.comment(article, name="Zoé", address="192.0.2.77")


def kinds(comment):
    return list(comment.events.values_list("kind", flat=True))


# --- Retention periods ------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "traces"), [(29, 1), (30, 0)])
def test_a_trace_goes_thirty_days_after_the_decision(comment, moderator, clock, days, traces):
    clock.forward(days=20)
    comment.approve(by=moderator)
    clock.forward(days=days)
    retention.purge()
    assert Trace.objects.count() == traces


def test_the_comments_of_traces_are_looked_up_one_by_one(db):
    plan = Trace.objects.expired().explain()
    assert "CORRELATED" in plan or "SubPlan" in plan, plan
    assert "Join" not in plan, plan


@pytest.mark.parametrize(("days", "traces"), [(89, 1), (90, 0)])
def test_a_trace_goes_after_ninety_days_decided_or_not(comment, clock, days, traces):
    clock.forward(days=days)
    retention.purge()
    assert Trace.objects.count() == traces


def test_a_late_decision_keeps_no_trace_longer(comment, moderator, clock):
    clock.forward(days=80)
    comment.approve(by=moderator)
    clock.forward(days=10)
    retention.purge()
    assert not Trace.objects.exists()


@pytest.mark.parametrize(
    ("verb", "days", "comments"),
    [
        ("mark_as_spam", 14, 1),
        ("mark_as_spam", 15, 0),
        ("reject", 89, 1),
        ("reject", 90, 0),
        ("approve", 1000, 1),
    ],
)
def test_what_was_turned_down_goes_for_good(comment, moderator, clock, verb, days, comments):
    getattr(comment, verb)(by=moderator)
    clock.forward(days=days)
    retention.purge()
    assert Comment.objects.count() == comments
    if not comments:
        assert not CommentEvent.objects.exists()
        assert not Trace.objects.exists()


def test_a_comment_that_was_answered_leaves_an_empty_place_until_its_answers_go(
    comment, moderator, clock
):
    comment.approve(by=moderator)
    reply = comment.answer("Thank you.", by=moderator, name="Newsroom")
    comment.mark_as_spam(by=moderator)
    clock.forward(days=15)
    assert retention.purge()["comments"] == 1
    comment.refresh_from_db()
    assert (comment.name, comment.text, comment.html, comment.fingerprint) == ("", "", "", None)
    assert comment.erased_at
    assert kinds(comment)[-1] == CommentEvent.Kind.ERASED
    assert not Trace.objects.exists()
    assert retention.purge()["comments"] == 0
    reply.reject(by=moderator)
    clock.forward(days=90)
    assert retention.purge()["comments"] == 1
    assert retention.purge()["comments"] == 1
    assert not Comment.objects.exists()


def test_an_undecided_comment_is_never_deleted_whatever_akismet_says(comment, clock):
    assert comment.claim()
    comment.record_verdict(Screening.DISCARD)
    clock.forward(days=1000)
    retention.purge()
    assert Comment.objects.awaiting_moderation().get() == comment


def test_the_periods_are_the_settings(comment, moderator, clock, settings):
    settings.COMMENTS_TRACE_DAYS = 2
    settings.COMMENTS_REJECTED_DAYS = 5
    comment.reject(by=moderator)
    clock.forward(days=2)
    assert retention.purge() == {
        **{"traces": 1, "hashes": 1, "comments": 0},
        **{"complaints": 0, "counters": 3, "blocks": 0},
    }
    clock.forward(days=3)
    assert retention.purge() == {
        **{"traces": 0, "hashes": 0, "comments": 1},
        **{"complaints": 0, "counters": 0, "blocks": 0},
    }


def test_what_counts_an_addresss_posts_goes_with_its_period(comment, clock, settings):
    from comments.writing import admission
    from comments.writing.refusal import Refused

    admission.count_refusal(Refused("stamp"))
    assert Counter.objects.filter(name__startswith="post:").exists()
    clock.now += 2 * settings.COMMENTS_RATE_PERIOD
    retention.purge()
    assert [counter.name for counter in Counter.objects.all()] == ["refused:stamp"]


# --- Effects of a purge -----------------------------------------------------------------------


def test_the_fingerprint_goes_with_the_trace_and_the_history_says_so(comment, clock):
    clock.forward(days=90)
    retention.purge()
    comment.refresh_from_db()
    assert comment.fingerprint is None
    assert kinds(comment) == ["submitted", "forgotten"]


def test_a_trace_is_forgotten_once(comment, clock):
    clock.forward(days=90)
    retention.purge()
    retention.purge()
    assert kinds(comment) == ["submitted", "forgotten"]


def test_the_public_comment_stays_as_it_was(comment, moderator, clock):
    comment.approve(by=moderator)
    before = (comment.name, comment.text, comment.html)
    clock.forward(days=90)
    retention.purge()
    comment.refresh_from_db()
    assert (comment.name, comment.text, comment.html) == before
    assert list(Comment.objects.published()) == [comment]


def test_nothing_of_the_writer_is_left_in_any_row(comment, clock):
    clock.forward(days=90)
    retention.purge()
    for model in (Comment, CommentEvent, Trace, Counter):
        assert "192.0.2.77" not in str(list(model.objects.values()))
        assert "Mozilla" not in str(list(model.objects.values()))


def test_a_contradiction_after_the_trace_went_is_logged_as_too_late(
    akismet, comment, moderator, clock
):
    akismet.set_mode("spam")
    attempts.screen_due()
    clock.forward(days=90)
    retention.purge()
    Comment.objects.get().approve(by=moderator)
    attempts.screen_due()
    comment.refresh_from_db()
    assert akismet.reports == []
    assert (comment.report_wanted, comment.next_attempt_at) == ("", None)
    assert kinds(comment) == [
        *("submitted", "screened", "forgotten", "decided", "too_late", "given_up"),
    ]


def test_a_report_still_owed_when_the_trace_goes_is_logged_as_too_late(
    akismet, comment, moderator, clock
):
    akismet.set_mode("spam")
    attempts.screen_due()
    comment.refresh_from_db()
    comment.approve(by=moderator)
    clock.forward(days=30)
    retention.purge()
    attempts.screen_due()
    assert akismet.reports == []
    assert "too_late" in kinds(comment)


def test_a_comment_never_screened_whose_trace_went_has_failed(akismet, comment, clock):
    clock.forward(days=90)
    retention.purge()
    attempts.screen_due()
    comment.refresh_from_db()
    assert akismet.requests == []
    assert (comment.screening, comment.moderation) == ("failed", "pending")


# --- The command ------------------------------------------------------------------------------


@pytest.fixture
def old(comment, article, moderator, clock):
    factories.comment(article).mark_as_spam(by=moderator)
    clock.forward(days=100)
    # A worker has run until now, so the clock is known to be right.
    ClockStatus.trust(timezone.now())
    return comment


#: The command's words about `old`.
OUTPUT = "traces: 2\nhashes: 2\ncomments: 1\ncomplaints: 0\ncounters: 4\nblocks: 0\n"


def test_a_dry_run_says_what_would_go_and_deletes_nothing(old, capsys):
    call_command("purge_traces", "--dry-run")
    assert capsys.readouterr().out == OUTPUT
    assert (Trace.objects.count(), Comment.objects.count(), Counter.objects.count()) == (2, 2, 4)
    assert not CommentEvent.objects.filter(kind="forgotten").exists()


def test_the_command_deletes_what_it_says(old, capsys):
    call_command("purge_traces")
    assert capsys.readouterr().out == OUTPUT
    assert (Trace.objects.count(), Comment.objects.count(), Counter.objects.count()) == (0, 1, 0)


# --- The privacy page -------------------------------------------------------------------------


def test_each_field_that_is_sent_has_its_meaning_and_no_other():
    assert set(notice.FIELD_MEANINGS) == set(api.FIELDS)


def test_the_page_is_told_the_periods_that_purge_obeys(settings):
    settings.COMMENTS_TRACE_DAYS = 200
    settings.COMMENTS_TRACE_DAYS_AT_MOST = 45
    settings.COMMENTS_SPAM_DAYS = 3
    settings.COMMENTS_REJECTED_DAYS = 4
    settings.COMMENTS_COMPLAINT_DAYS = 5
    assert retention.periods() == {
        "counter_hours": 2,
        "submission_minutes": 6,
        "trace": 45,
        "trace_at_most": 45,
        "spam": 3,
        "rejected": 4,
        "complaint": 5,
        "block": 45,
    }


def test_a_comment_approved_while_the_purge_looks_at_it_stays(
    comment, moderator, clock, monkeypatch
):
    comment.reject(by=moderator)
    clock.forward(days=91)
    locked = Comment.lock

    def approve_first(self):
        monkeypatch.setattr(Comment, "lock", locked)
        Comment.objects.get(pk=self.pk).approve(by=moderator)
        return self.lock()

    monkeypatch.setattr(Comment, "lock", approve_first)
    retention.purge()
    comment.refresh_from_db()
    assert (comment.moderation, bool(comment.text)) == ("approved", True)
