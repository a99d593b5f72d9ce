"""What is decided about a comment: by a moderator, or by its writer, who may only take it back.

All go through `write_decision`, the one writer of `Comment.moderation`. The others are methods of
`Comment`.
"""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from articles.models import Article, Change
from common.permissions import require

from ..models.event import CommentEvent
from ..screening.work_queue import queue_columns
from ..threads.ordering import update_shown
from . import states
from .states import AlreadyDecided, ChangedByWriter, Moderation, NothingToUndo

Kind = CommentEvent.Kind


def approve(comment, *, by, **kwargs):
    comment.decide(Moderation.APPROVED, by=by, **kwargs)


def reject(comment, *, by, **kwargs):
    comment.decide(Moderation.REJECTED, by=by, **kwargs)


def mark_as_spam(comment, *, by, **kwargs):
    comment.decide(Moderation.SPAM, by=by, **kwargs)


def decide(comment, target, *, by, seen_at=None, reason="", note=""):
    """Write `by`'s decision, with a `reason` (of `Reason`) where it is a rejection.

    Raises PermissionDenied where `by` may not moderate, or the decision is the writer's alone; and
    AlreadyDecided where somebody has decided since `seen_at`, when `by` last saw the comment, or
    where the comment is no longer in the state that this object holds, or its writer has changed or
    withdrawn it.
    """
    require(by, states.MODERATE)
    if target == Moderation.WITHDRAWN:
        raise PermissionDenied("Only its writer takes a comment back.")
    with transaction.atomic():
        current = comment.lock()
        if current.is_withdrawn or (seen_at and current.was_revised_since(seen_at)):
            raise ChangedByWriter(current)
        overtaken = seen_at and current.decided_at and current.decided_at > seen_at
        if overtaken or current.moderation != comment.moderation:
            raise AlreadyDecided(current)
        reason = reason if target == Moderation.REJECTED else ""
        if current.moderation == target and reason in ("", current.reason):
            return
        write_decision(comment, current, target, by=by, reason=reason, note=note)


def undo(comment, *, by):
    """Take back `by`'s decision: the comment is as it was before, and the history says so.

    Raises NothingToUndo where the last decision on it is not `by`'s, or is taken back already.
    """
    require(by, states.MODERATE)
    with transaction.atomic():
        current = comment.lock()
        if current.is_withdrawn:
            raise NothingToUndo(current.pk)
        last = current.events.filter(kind__in=CommentEvent.DECISIONS).last()
        if not last or last.kind != Kind.DECIDED or last.by != by:
            raise NothingToUndo(current.pk)
        earlier = current.events.filter(kind=Kind.DECIDED, pk__lt=last.pk)
        before = earlier.filter(target=last.origin).last() or CommentEvent()
        write_decision(
            comment,
            current,
            last.origin,
            by=by,
            reason=before.reason,
            kind=Kind.UNDONE,
            decided_by=before.by,
        )


@transaction.atomic
def withdraw(comment):
    """Take the comment back, for its writer: nobody sees it any more, or decides about it."""
    current = comment.lock()
    if current.can_be_withdrawn:
        write_decision(comment, current, Moderation.WITHDRAWN, by=None, kind=Kind.WITHDRAWN)


def write_decision(
    comment, current, target, *, by, reason="", note="", kind=Kind.DECIDED, at=None, **columns
):
    """Write the state, its history row, the thread's count and Akismet's report.

    The only writer of `moderation`, called with the row as it now is (`current`) locked. `columns`
    are written with it, over those that follow from the decision; `at` is when it was made, if not
    now.
    """
    visible = Moderation.APPROVED
    change = (target == visible) - (current.moderation == visible)
    CommentEvent.objects.log(
        comment,
        kind,
        at=at,
        by=by,
        origin=current.moderation,
        target=target,
        reason=reason,
        note=note,
    )
    decided = {"decided_by": by, "decided_at": at or timezone.now()}
    columns = {**decided, **queue_columns(current, moderation=target), **columns}
    if target == Moderation.PENDING:
        columns |= {"decided_at": None, "decided_by": None}
    if target == Moderation.WITHDRAWN:
        # Whatever a worker is doing for it changes nothing any more.
        columns |= {"leased_until": None}
    comment.write(moderation=target, reason=reason, **columns)
    if not change:
        return
    article = Article.objects.filter(pk=comment.article_id)
    article.update(comment_count=F("comment_count") + change)
    update_shown(current)
    if change > 0:
        comment.complaints.reopen()
    else:
        comment.complaints.settle(target, by=by)
    Change.objects.record(Change.Kind.THREAD, comment.article_id)
