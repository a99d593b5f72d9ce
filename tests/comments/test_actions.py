"""An action on a comment is stored whole or not at all, and changes no other comment."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from articles.models import Article
from comments.models import Comment, CommentEvent, Complaint, Trace
from comments.moderation.states import Moderation, Report, Screening
from comments.privacy import retention
from comments.writing.admission import admit
from comments.writing.revision import revise
from tests import factories

pytestmark = pytest.mark.slow


class Disk:
    """Counts the writes to the database; the write number `full_at`, and each later one, fails."""

    def __init__(self, full_at=None):
        self.full_at, self.writes = full_at, 0

    def __call__(self, execute, sql, *args):
        if sql.startswith(("INSERT", "UPDATE", "DELETE")):
            self.writes += 1
            if self.full_at and self.writes >= self.full_at:
                raise OperationalError("The disk is full.")
        return execute(sql, *args)


def every_row():
    return {model: list(model._base_manager.order_by("pk").values()) for model in apps.get_models()}


def complain(comment):
    return Complaint.objects.file(comment, grounds="abuse", words="", address="192.0.2.9")


def claimed(article, by):
    """Return a comment that a worker has claimed, to tell Akismet that it is spam."""
    comment = factories.comment(article)
    comment.write(screening=Screening.HAM)
    comment.mark_as_spam(by=by)
    assert comment.claim()
    return comment


def complained_of(article, by):
    comment = public(article, by)
    complain(comment)
    return comment


def pending(article, by):
    return factories.comment(article)


def public(article, by):
    return factories.comment_in(Moderation.APPROVED, article, by=by)


#: For each action: its comment, and what is done with it.
ACTIONS = {
    "admit": (
        pending,
        lambda comment, by: admit(
            comment.article, factories.SENDER, name="Zoé", text="Hello", is_counted=True
        ),
    ),
    "import": (
        pending,
        lambda comment, by: Comment.objects.import_one(
            article=comment.article,
            submitted_at=comment.submitted_at,
            name="Zoé",
            text="Hello",
            decision=Moderation.APPROVED,
            by=by,
        ),
    ),
    "revise": (
        pending,
        lambda comment, by: revise(comment, factories.SENDER, name="Zoé", text="Hello"),
    ),
    "screen again": (pending, lambda comment, by: comment.screen_again(by=by)),
    "approve": (pending, lambda comment, by: comment.approve(by=by)),
    # At this age the trace, the fingerprint and the counters go, and the comment stays.
    "forget": (
        pending,
        lambda comment, by: retention.purge(now=comment.submitted_at + timedelta(days=90)),
    ),
    "verdict": (claimed, lambda comment, by: comment.record_verdict(Screening.SPAM)),
    "report": (claimed, lambda comment, by: comment.record_report(Report.SPAM)),
    "failure": (claimed, lambda comment, by: comment.record_failure("No answer")),
    "no trace": (claimed, lambda comment, by: comment.give_up_without_trace()),
    "undo": (public, lambda comment, by: comment.undo(by=by)),
    "withdraw": (public, lambda comment, by: comment.withdraw()),
    "erase": (public, lambda comment, by: comment.erase()),
    "edit": (public, lambda comment, by: comment.edit("Mended", by=by)),
    "answer": (public, lambda comment, by: comment.answer("Yes.", by=by, name="M")),
    "feature": (public, lambda comment, by: comment.feature(by=by)),
    "complain": (public, lambda comment, by: complain(comment)),
    "dismiss": (complained_of, lambda comment, by: comment.complaints.get().dismiss(by=by)),
    "uphold": (complained_of, lambda comment, by: comment.complaints.get().uphold(by=by)),
}


@pytest.mark.parametrize("name", ACTIONS)
def test_an_action_is_stored_whole_or_not_at_all(article, moderator, name):
    make, act = ACTIONS[name]
    comment = make(article, moderator)

    def act_on(disk):
        with connection.execute_wrapper(disk):
            act(Comment.objects.get(pk=comment.pk), moderator)

    disk = Disk()
    with transaction.atomic():
        act_on(disk)
        transaction.set_rollback(True)
    assert disk.writes > 1
    stored = every_row()
    for number in range(1, disk.writes + 1):
        with pytest.raises(OperationalError):
            act_on(Disk(full_at=number))
        assert every_row() == stored


def rows_of(*comments):
    """Return the rows of `comments` and of their articles, in every table that has any."""
    keys = [comment.pk for comment in comments]
    rows = {
        model: list(model.objects.filter(comment__in=keys).order_by("pk").values())
        for model in (CommentEvent, Complaint, Trace)
    }
    rows[Comment] = list(Comment.objects.filter(pk__in=keys).order_by("pk").values())
    articles = Article.objects.filter(comments__in=keys).distinct()
    rows[Article] = list(articles.order_by("pk").values())
    return rows


@pytest.mark.parametrize("name", [name for name in ACTIONS if name != "forget"])
def test_an_action_changes_no_other_comment(article, moderator, name):
    make, act = ACTIONS[name]
    elsewhere = factories.published("Another")
    others = [pending(elsewhere, moderator), complained_of(elsewhere, moderator)]
    others[0].write(hold="honeypot", next_attempt_at=timezone.now())
    comment = make(article, moderator)
    before = rows_of(*others)
    assert all(before.values())
    act(comment, moderator)
    assert rows_of(*others) == before
