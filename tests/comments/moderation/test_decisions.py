"""A person's decisions about a comment, and the reports that Akismet is sent about them."""

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from comments.models import Comment, CommentEvent
from comments.moderation.states import (
    AlreadyDecided,
    Moderation,
    NothingToUndo,
    Screening,
    report_wanted,
)
from tests import factories


@pytest.fixture
def comment(article):
    return factories.comment(article)


def count(comment):
    comment.article.refresh_from_db()
    return comment.article.comment_count


def decisions(comment):
    rows = comment.events.filter(kind=CommentEvent.Kind.DECIDED)
    return list(rows.values_list("origin", "target", "by__username", "note"))


# --- Decisions --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verb", "state"), [("approve", "approved"), ("reject", "rejected"), ("mark_as_spam", "spam")]
)
def test_a_decision_is_written_with_who_when_from_to_and_why(
    comment, moderator, clock, verb, state
):
    getattr(comment, verb)(by=moderator, note="Because.")
    comment.refresh_from_db()
    assert comment.moderation == state
    assert (comment.decided_by, comment.decided_at) == (moderator, clock.now)
    assert decisions(comment) == [("pending", state, "maurice", "Because.")]
    assert comment.events.last().at == clock.now


def test_only_an_approved_comment_is_public(article, moderator):
    comments = {state: factories.comment_in(state, article, by=moderator) for state in Moderation}
    assert list(Comment.objects.published()) == [comments[Moderation.APPROVED]]
    assert list(Comment.objects.awaiting_moderation()) == [comments[Moderation.PENDING]]


def test_the_article_counts_its_public_comments(comment, moderator):
    counts = []
    for verb in ("approve", "reject", "approve", "mark_as_spam", "reject", "approve"):
        getattr(comment, verb)(by=moderator)
        counts.append(count(comment))
    assert counts == [1, 0, 1, 0, 0, 1]


def test_the_same_decision_again_changes_nothing(comment, moderator, second_moderator):
    comment.approve(by=moderator)
    comment.approve(by=second_moderator)
    comment.refresh_from_db()
    assert comment.decided_by == moderator
    assert len(decisions(comment)) == count(comment) == 1


def test_a_reason_can_be_put_right_but_is_not_lost(comment, moderator, second_moderator):
    comment.reject(by=moderator, reason="insult")
    comment.reject(by=second_moderator)
    assert (comment.reason, comment.decided_by) == ("insult", moderator)
    comment.reject(by=second_moderator, reason="insult")
    assert (comment.reason, comment.decided_by) == ("insult", moderator)
    comment.reject(by=second_moderator, reason="illegal")
    comment.refresh_from_db()
    assert (comment.reason, comment.decided_by) == ("illegal", second_moderator)
    comment.approve(by=moderator, reason="illegal")
    assert comment.reason == ""
    assert count(comment) == 1


def test_a_decision_that_cannot_be_written_whole_is_not_written_at_all(
    comment, moderator, monkeypatch
):
    monkeypatch.setattr(Comment, "write", None)  # The last step fails.
    with pytest.raises(TypeError):
        comment.approve(by=moderator)
    assert decisions(comment) == []
    assert count(comment) == 0


@pytest.mark.parametrize("state", [Moderation.REJECTED, Moderation.SPAM])
def test_what_is_withdrawn_after_it_was_refused_stays_refused(article, moderator, state):
    comment = factories.comment_in(state, article, by=moderator)
    comment.withdraw()
    comment.refresh_from_db()
    assert (comment.moderation, comment.decided_by) == (state, moderator)


@pytest.mark.parametrize("verb", ["approve", "reject", "mark_as_spam", "screen_again"])
def test_an_editor_may_not_decide(comment, editor, verb):
    with pytest.raises(PermissionDenied):
        getattr(comment, verb)(by=editor)
    comment.refresh_from_db()
    assert comment.moderation == Moderation.PENDING
    assert comment.events.count() == 1


def test_a_person_without_any_group_may_not_decide(comment, django_user_model):
    with pytest.raises(PermissionDenied):
        comment.approve(by=django_user_model.objects.create_user("reader"))


def test_a_moderator_whose_account_goes_leaves_the_decision_behind(comment, moderator):
    comment.approve(by=moderator)
    moderator.delete()
    comment.refresh_from_db()
    assert (comment.moderation, comment.decided_by) == (Moderation.APPROVED, None)


# --- Two moderators ---------------------------------------------------------------------------


def test_who_looked_before_the_decision_is_told_of_it(comment, moderator, second_moderator, clock):
    seen_at = timezone.now()
    clock.forward(seconds=1)
    comment.approve(by=moderator)
    fresh = Comment.objects.get(pk=comment.pk)
    with pytest.raises(AlreadyDecided) as caught:
        fresh.reject(by=second_moderator, seen_at=seen_at)
    assert caught.value.comment.decided_by == moderator
    assert len(decisions(comment)) == 1


def test_who_looked_after_the_decision_may_change_it(comment, moderator, second_moderator, clock):
    comment.approve(by=moderator)
    clock.forward(seconds=1)
    comment.reject(by=second_moderator, seen_at=timezone.now())
    comment.refresh_from_db()
    assert (comment.moderation, comment.decided_by) == (Moderation.REJECTED, second_moderator)


def test_who_holds_an_outdated_comment_is_told_of_the_decision(
    comment, moderator, second_moderator
):
    outdated = Comment.objects.get(pk=comment.pk)
    comment.approve(by=moderator)
    with pytest.raises(AlreadyDecided):
        outdated.mark_as_spam(by=second_moderator)
    assert count(comment) == 1


def test_a_verdict_since_the_look_is_no_decision(comment, moderator, clock):
    seen_at = timezone.now()
    clock.forward(seconds=1)
    assert comment.claim()
    comment.record_verdict(Screening.SPAM)
    comment.approve(by=moderator, seen_at=seen_at)
    assert count(comment) == 1


# --- Undoing ----------------------------------------------------------------------------------


def test_a_decision_that_was_undone_is_not_what_the_next_undo_brings_back(
    comment, moderator, second_moderator
):
    comment.reject(by=second_moderator, reason="insult")
    for verb in ("approve", "mark_as_spam"):
        getattr(comment, verb)(by=moderator)
        comment.undo(by=moderator)
    comment.refresh_from_db()
    assert (comment.moderation, comment.reason) == (Moderation.REJECTED, "insult")
    assert comment.decided_by == second_moderator


def test_a_reason_that_was_put_right_can_be_undone(comment, moderator, second_moderator):
    comment.reject(by=second_moderator, reason="insult")
    comment.reject(by=moderator, reason="illegal")
    comment.undo(by=moderator)
    comment.refresh_from_db()
    assert (comment.reason, comment.decided_by) == ("insult", second_moderator)


def test_what_happens_after_a_decision_does_not_keep_it_from_being_undone(comment, moderator):
    comment.approve(by=moderator)
    comment.edit("Mended", by=moderator)
    comment.undo(by=moderator)
    comment.refresh_from_db()
    assert (comment.moderation, comment.decided_by) == (Moderation.PENDING, None)


@pytest.mark.parametrize("act", ["withdraw", "erase"])
def test_nobody_undoes_what_its_writer_did(comment, moderator, act):
    comment.approve(by=moderator)
    getattr(comment, act)()
    with pytest.raises(NothingToUndo):
        comment.undo(by=moderator)
    comment.refresh_from_db()
    assert comment.moderation == Moderation.WITHDRAWN
    assert count(comment) == 0


def test_what_nobody_decided_cannot_be_undone(comment, moderator):
    with pytest.raises(NothingToUndo):
        comment.undo(by=moderator)


# --- Reports to Akismet -----------------------------------------------------------------------

#: For each (moderation, screening), the report to send to Akismet if the last report was none, ham
#: or spam. An approval contradicts spam and discard: report ham. A person's spam contradicts ham
#: and no verdict: report spam. A rejection is never reported. Akismet believes the last report.
OWED = {
    ("pending", "waiting"): ("", "", ""),
    ("pending", "ham"): ("", "", ""),
    ("pending", "spam"): ("", "", ""),
    ("pending", "discard"): ("", "", ""),
    ("pending", "failed"): ("", "", ""),
    ("approved", "waiting"): ("", "", "ham"),
    ("approved", "ham"): ("", "", "ham"),
    ("approved", "spam"): ("ham", "", "ham"),
    ("approved", "discard"): ("ham", "", "ham"),
    ("approved", "failed"): ("", "", "ham"),
    ("rejected", "waiting"): ("", "", ""),
    ("rejected", "ham"): ("", "", ""),
    ("rejected", "spam"): ("", "", ""),
    ("rejected", "discard"): ("", "", ""),
    ("rejected", "failed"): ("", "", ""),
    ("spam", "waiting"): ("spam", "spam", ""),
    ("spam", "ham"): ("spam", "spam", ""),
    ("spam", "spam"): ("", "spam", ""),
    ("spam", "discard"): ("", "spam", ""),
    ("spam", "failed"): ("spam", "spam", ""),
    ("withdrawn", "waiting"): ("", "", ""),
    ("withdrawn", "ham"): ("", "", ""),
    ("withdrawn", "spam"): ("", "", ""),
    ("withdrawn", "discard"): ("", "", ""),
    ("withdrawn", "failed"): ("", "", ""),
}


@pytest.mark.parametrize(
    ("moderation", "screening", "reported", "wanted"),
    [
        (*axes, reported, wanted)
        for axes, row in OWED.items()
        for reported, wanted in zip(("", "ham", "spam"), row, strict=True)
    ],
)
def test_the_report_that_is_owed(moderation, screening, reported, wanted):
    assert report_wanted(moderation=moderation, screening=screening, reported=reported) == wanted


def test_the_table_names_every_state():
    assert set(OWED) == {(m, s) for m in Moderation.values for s in Screening.values}


@pytest.mark.parametrize(
    ("verdict", "state", "wanted"),
    [
        (verdict, state, wanted)
        for (state, verdict), (wanted, _ham, _spam) in OWED.items()
        if verdict not in ("waiting", "failed") and state not in ("pending", "withdrawn")
    ],
)
def test_a_decision_puts_the_report_it_owes_in_the_queue(
    comment, moderator, verdict, state, wanted
):
    assert comment.claim()
    comment.record_verdict(verdict)
    comment.decide(Moderation(state), by=moderator)
    comment.refresh_from_db()
    assert comment.report_wanted == wanted
    assert Comment.objects.due().exists() == bool(wanted)


@pytest.mark.parametrize(
    ("state", "wanted"), [("approved", ""), ("rejected", ""), ("spam", "spam")]
)
def test_a_decided_comment_waits_for_no_verdict(comment, moderator, state, wanted):
    comment.decide(Moderation(state), by=moderator)
    comment.refresh_from_db()
    assert not comment.awaits_check
    assert comment.report_wanted == wanted
    assert Comment.objects.due().exists() == bool(wanted)


# --- A new check ------------------------------------------------------------------------------


def test_a_moderator_has_a_pending_comment_screened_again(comment, moderator):
    assert comment.claim()
    comment.record_verdict(Screening.SPAM)
    comment.screen_again(by=moderator)
    comment.refresh_from_db()
    assert comment.awaits_check
    assert Comment.objects.due().get() == comment
    assert comment.events.last().kind == CommentEvent.Kind.SCREEN_AGAIN
    assert comment.events.last().by == moderator
    assert comment.events.last().origin == Screening.SPAM


def test_a_decided_comment_is_not_screened_again(comment, moderator):
    comment.approve(by=moderator)
    with pytest.raises(AlreadyDecided):
        comment.screen_again(by=moderator)
    assert not Comment.objects.due().exists()
