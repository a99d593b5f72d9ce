"""Each action that changes the comments that readers see records a `Change`; no other action does.

The change is recorded in the transaction of the action, as `articles.models.Change` requires.
"""

import pytest
from django.db import transaction
from django.utils import timezone

from articles.models import Change
from comments.models import Comment, CommentPolicy, Complaint
from comments.moderation.states import Moderation, Report, Screening
from comments.privacy import retention
from comments.writing.revision import revise
from tests import factories

THREAD = Change.Kind.THREAD
STATES = Moderation.values


@pytest.fixture
def changes(article, changes):
    """Return the shared fixture, without the changes that the creation of the article made."""
    changes()
    return changes


@pytest.fixture
def public(article, changes, moderator):
    comment = factories.comment_in(Moderation.APPROVED, article, by=moderator)
    changes()
    return comment


@pytest.fixture
def pending(article, changes):
    comment = factories.comment(article)
    changes()
    return comment


def said(comment):
    return {(THREAD, comment.article_id)}


# --- Actions that record a change -------------------------------------------------------------


@pytest.mark.parametrize("target", [Moderation.PENDING, Moderation.REJECTED, Moderation.SPAM])
def test_a_decision_that_takes_a_comment_off_and_one_that_brings_it_back(
    changes, public, moderator, target
):
    public.decide(target, by=moderator)
    assert changes() == said(public)
    public.decide(Moderation.APPROVED, by=moderator)
    assert changes() == said(public)
    public.undo(by=moderator)
    assert changes() == said(public)


ACTS = {
    "edit": lambda comment, by: comment.edit("Mended", by=by),
    "answer": lambda comment, by: comment.answer("It opens on Friday.", by=by, name="M"),
    "feature": lambda comment, by: comment.feature(by=by),
    "withdraw": lambda comment, by: comment.withdraw(),
    "erase": lambda comment, by: comment.erase(),
    "erase for somebody": lambda comment, by: comment.erase(by=by),
    "screen again": lambda comment, by: Comment.objects.all().screen_again(by=by),
    "complain": lambda comment, by: complain(comment),
    "dismiss": lambda comment, by: complain(comment).dismiss(by=by),
    "uphold": lambda comment, by: complain(comment).uphold(by=by),
}
UNSEEN = {"screen again", "complain", "dismiss"}


def complain(comment):
    return Complaint.objects.file(
        comment, grounds=Complaint.Grounds.ABUSE, words="", address="192.0.2.9"
    )


@pytest.mark.parametrize("name", ACTS)
def test_what_is_done_with_a_public_comment(changes, public, moderator, name):
    ACTS[name](public, moderator)
    assert changes() == (set() if name in UNSEEN else said(public))


def test_a_comment_that_is_featured_no_more(changes, public, moderator):
    public.feature(by=moderator)
    changes()
    public.feature(by=moderator)
    assert changes() == set()
    public.unfeature(by=moderator)
    assert changes() == said(public)


def test_what_is_rolled_back_was_never_said(changes, public):
    with transaction.atomic():
        public.withdraw()
        transaction.set_rollback(True)
    assert changes() == set()


def test_a_pause_of_all_comments(changes):
    policy = CommentPolicy.current()
    policy.paused = True
    policy.save()
    assert changes() == {(Change.Kind.SITE, policy.pk)}


# --- Actions that record none -----------------------------------------------------------------


@pytest.mark.parametrize("target", [Moderation.REJECTED, Moderation.SPAM])
def test_a_decision_about_what_nobody_saw(changes, pending, moderator, target):
    pending.decide(target, by=moderator)
    pending.undo(by=moderator)
    assert changes() == set()


@pytest.mark.parametrize("state", [state for state in STATES if state != Moderation.APPROVED])
@pytest.mark.parametrize("name", ["edit", "feature", "withdraw", "erase", "erase for somebody"])
def test_what_is_done_with_a_comment_that_nobody_sees(changes, article, moderator, state, name):
    comment = factories.comment_in(state, article, by=moderator)
    changes()
    ACTS[name](comment, moderator)
    assert changes() == set()


def test_a_comment_is_sent_and_changed_by_its_writer(changes, article):
    comment = factories.comment(article)
    revise(comment, factories.SENDER, name="Zoé", text="Something else")
    assert changes() == set()


def test_a_comment_is_screened(changes, pending):
    assert pending.claim()
    pending.record_failure("No answer")
    pending.write(next_attempt_at=timezone.now())
    assert pending.claim()
    pending.record_verdict(Screening.SPAM)
    assert changes() == set()


def test_akismet_is_told(changes, public):
    public.write(next_attempt_at=timezone.now())
    assert public.claim()
    public.record_report(Report.HAM)
    assert changes() == set()


def test_a_featured_comment_that_was_rejected_is_featured_no_more(changes, public, moderator):
    public.feature(by=moderator)
    public.reject(by=moderator)
    changes()
    public.unfeature(by=moderator)
    assert changes() == set()


def test_what_the_purge_deletes_and_erases_was_gone_before(
    changes, article, moderator, clock, public
):
    """The purge comes long after a comment left the site; the gap of an answered one stays."""
    factories.reply(public, by=moderator)
    public.reject(by=moderator)
    factories.comment_in(Moderation.SPAM, article, by=moderator)
    factories.comment_in(Moderation.WITHDRAWN, article)
    changes()
    clock.forward(days=100)
    assert retention.purge()["comments"] == 3
    assert Comment.objects.filter(erased_at__isnull=False).exists()
    assert Comment.objects.count() == 2
    assert changes() == set()
