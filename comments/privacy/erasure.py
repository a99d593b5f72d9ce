"""Erasure of a comment and of its writer's data."""

from django.db import transaction
from django.utils import timezone

from common.permissions import require_permission
from common.search import upkeep

from ..models.event import CommentEvent
from ..models.sender_block import SenderBlock
from ..models.submission_key import SubmissionKey
from ..models.trace import Trace
from ..moderation import states
from ..moderation.decisions import write_decision
from ..moderation.states import Moderation
from ..screening.work_queue import QUEUE_RESET

Kind = CommentEvent.Kind


@transaction.atomic
def erase(comment, *, by=None, is_one_of_many=False):
    """Erase the comment: its name, text, trace, hashes, and the notes of its history.

    Permissions: its writer (`by` is None) and moderators. The row stays, with the time of the
    erasure; in the thread it is a gap, if it was answered. A block of its writer's address keeps a
    keyed hash of the address until it is over. The result of a check or a report that is already
    running is ignored. Where many are erased (`is_one_of_many`), the caller has the indexes of the
    search forget them (`upkeep.forget_deleted`). A method of `Comment`.
    """
    require_permission(by, states.MODERATE)
    current = comment.lock()
    if current.erased_at:
        return
    if current.can_be_withdrawn:
        write_decision(comment, current, Moderation.WITHDRAWN, by=by, kind=Kind.ERASED)
    else:
        CommentEvent.objects.log(comment, Kind.ERASED, by=by)
    comment.events.update(note="", data={})
    SenderBlock.objects.conceal(comment)
    Trace.objects.filter(comment=comment.pk).delete()
    SubmissionKey.objects.filter(comment=comment.pk).delete()
    comment.write(
        name="",
        text="",
        html="",
        fingerprint=None,
        hold="",
        hold_detail="",
        hold_rule="",
        featured_at=None,
        erased_at=timezone.now(),
        report_wanted="",
        next_attempt_at=None,
        **QUEUE_RESET,
    )
    if not is_one_of_many:
        upkeep.forget_deleted(type(comment), SenderBlock)
