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
from .states import AlreadyDecided, Complained, Moderation, NothingToUndo

Kind = CommentEvent.Kind
#: The states in which nobody can read the comment any more, so that reports of it are settled.
REMOVED = {Moderation.REJECTED, Moderation.SPAM, Moderation.WITHDRAWN}


def approve(comment, *, by, **kwargs):
    comment.decide(Moderation.APPROVED, by=by, **kwargs)


def reject(comment, *, by, **kwargs):
    comment.decide(Moderation.REJECTED, by=by, **kwargs)


def mark_as_spam(comment, *, by, **kwargs):
    comment.decide(Moderation.SPAM, by=by, **kwargs)


def decide(comment, target, *, by, seen_at=None, seen_complaints=None, reason="", note=""):
    """Store the decision `target` of the moderator `by`, with a `reason` (of `Reason`) to reject.

    An approval also dismisses the open reports of readers about the comment; a rejection upholds
    them. `seen_at` is the moment at which `by` last saw the comment, and `seen_complaints` the
    version of its open reports then (`complaint_version`). The same decision of the same person may
    come twice, by a double click or from a form that is sent again: it is stored once. Raises
    PermissionDenied if `by` may not moderate, or if `target` is WITHDRAWN, which only the writer
    may choose; AlreadyDecided if the comment is withdrawn or erased, if anybody has decided, edited
    or revised it since `seen_at`, or if the row's state is no longer that of this object;
    Complained if an approval would dismiss reports that `by` has not seen.
    """
    require_permission(by, states.MODERATE)
    if target == Moderation.WITHDRAWN:
        raise PermissionDenied("Only its writer takes a comment back.")
    with transaction.atomic():
        current = comment.lock()
        if current.is_withdrawn:
            raise AlreadyDecided(current)
        reason = reason if target == Moderation.REJECTED else ""
        keeps = target == Moderation.APPROVED
        is_same = current.moderation == target and reason in ("", current.reason)
        change = current.last_change(since=seen_at) if seen_at else None
        if is_same and _is_repeated(current, change, by=by, keeps=keeps):
            return
        is_later = seen_at and current.decided_at and current.decided_at > seen_at
        is_own = is_same and by and current.decided_by_id == by.pk
        is_elsewhere = current.moderation != comment.moderation and not is_own
        if change or is_later or is_elsewhere:
            raise AlreadyDecided(current, change)
        is_seen = seen_complaints in (None, current.complaint_version)
        if keeps and current.complained_at and not is_seen:
            raise Complained(current)
        if not is_same:
            write_decision(comment, current, target, by=by, reason=reason, note=note)
        elif keeps and current.complained_at:
            comment.complaints.dismiss(comment=comment, by=by, note=note)


def _is_repeated(current, change, *, by, keeps) -> bool:
    """Say whether `by` has made this decision by the last `change`: it comes a second time."""
    if not change or change.by != by:
        return False
    is_dismissal = change.kind == Kind.DISMISSED and keeps and not current.complained_at
    return change.kind == Kind.DECIDED or is_dismissal


def undo(comment, *, by, seen_at=None):
    """Undo the last decision of `by`: the comment, or its reports, return to their earlier state.

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
        if not last or is_later or last.kind not in CommentEvent.DECIDING or last.by != by:
            raise NothingToUndo(current)
        if last.kind == Kind.DISMISSED:
            CommentEvent.objects.log(
                comment, Kind.REOPENED, by=by, origin=last.origin, data=last.data
            )
        else:
            _write_earlier(comment, current, last)
        comment.complaints.filter(decision=last).reopen(comment=comment)


def _write_earlier(comment, current, last):
    """Write the state before the decision `last`, with the reason and the decider of that time."""
    earlier = current.events.filter(kind=Kind.DECIDED, pk__lt=last.pk)
    before = earlier.filter(target=last.origin).last() or CommentEvent()
    write_decision(
        comment,
        current,
        last.origin,
        by=last.by,
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
    event = CommentEvent.objects.log(
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
    if change:
        article = Article.objects.filter(pk=comment.article_id)
        article.update(comment_count=F("comment_count") + change)
        update_shown(current)
        Change.objects.record(Change.Kind.THREAD, comment.article_id)
    if current.complained_at and (target in REMOVED or (change > 0 and kind == Kind.DECIDED)):
        comment.complaints.settle(comment=comment, decision=event)
    if change > 0:
        comment.complaints.upheld().reopen(comment=comment)
