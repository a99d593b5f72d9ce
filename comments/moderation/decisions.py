"""Decisions about a comment: a moderator's, or its writer's, who may only withdraw it.

All of them go through `write_decision`, the only function that writes `Comment.moderation`. The
other functions are methods of `Comment`.
"""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from articles.models import Article, Change
from common.permissions import require_permission

from ..models.event import CommentEvent
from ..screening.work_queue import queue_columns
from ..threads.ordering import update_shown
from . import states
from .states import AlreadyDecided, Moderation, NothingToUndo

Kind = CommentEvent.Kind


def approve(comment, *, by, **kwargs):
    comment.decide(Moderation.APPROVED, by=by, **kwargs)


def reject(comment, *, by, **kwargs):
    comment.decide(Moderation.REJECTED, by=by, **kwargs)


def mark_as_spam(comment, *, by, **kwargs):
    comment.decide(Moderation.SPAM, by=by, **kwargs)


def decide(comment, target, *, by, seen_at=None, reason="", note=""):
    """Store the decision `target` of the moderator `by`, with a `reason` (of `Reason`) to reject.

    `seen_at` is the moment at which `by` last saw the comment. The same decision of the same person
    may come twice, by a double click or from a form that is sent again: it is stored once. Raises
    PermissionDenied if `by` may not moderate, or if `target` is WITHDRAWN, which only the writer
    may choose; AlreadyDecided if the comment is withdrawn or erased, if anybody has decided, edited
    or revised it since `seen_at`, or if the row's state is no longer that of this object.
    """
    require_permission(by, states.MODERATE)
    if target == Moderation.WITHDRAWN:
        raise PermissionDenied("Only its writer takes a comment back.")
    with transaction.atomic():
        current = comment.lock()
        if current.is_withdrawn:
            raise AlreadyDecided(current)
        reason = reason if target == Moderation.REJECTED else ""
        is_same = current.moderation == target and reason in ("", current.reason)
        change = current.last_change(since=seen_at) if seen_at else None
        if is_same and change and change.kind == Kind.DECIDED and change.by == by:
            return
        is_later = seen_at and current.decided_at and current.decided_at > seen_at
        if change or is_later or current.moderation != comment.moderation:
            raise AlreadyDecided(current, change)
        if is_same:
            return
        write_decision(comment, current, target, by=by, reason=reason, note=note)


def undo(comment, *, by, seen_at=None):
    """Undo the last decision of `by`: the comment returns to its earlier state.

    The history keeps both. `seen_at` is the moment at which `by` was last shown that decision.
    Raises NothingToUndo if the comment is withdrawn or erased, or if the last decision on it is not
    by `by`, is already undone, or is later than `seen_at`.
    """
    require_permission(by, states.MODERATE)
    with transaction.atomic():
        current = comment.lock()
        if current.is_withdrawn:
            raise NothingToUndo(current)
        last = current.last_change(kinds=CommentEvent.DECISIONS)
        is_later = last and seen_at and last.at > seen_at
        if not last or is_later or last.kind != Kind.DECIDED or last.by != by:
            raise NothingToUndo(current)
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
    """Withdraw the comment for its writer: readers no longer see it, and nobody decides it."""
    current = comment.lock()
    if current.can_be_withdrawn:
        write_decision(comment, current, Moderation.WITHDRAWN, by=None, kind=Kind.WITHDRAWN)


def write_decision(
    comment, current, target, *, by, reason="", note="", kind=Kind.DECIDED, at=None, **columns
):
    """Write the state, the history row, the article's comment count and the report to Akismet.

    The only function that writes `moderation`. `current` is the row as it is now, locked by the
    caller. `columns` are written too, and override those that follow from the decision. `at` is the
    moment of the decision, by default now.
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
        # A worker that has leased the comment can no longer store its result.
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
