"""The newsroom forgets a comment and its writer."""

from django.db import transaction
from django.utils import timezone

from common.permissions import require

from ..models.event import CommentEvent
from ..models.trace import Trace
from ..moderation import states
from ..moderation.decisions import write_decision
from ..moderation.states import Moderation
from ..screening.work_queue import DONE

Kind = CommentEvent.Kind


@transaction.atomic
def erase(comment, *, by=None):
    """Forget what was said and by whom: name, text, trace, fingerprint, words of the history.

    Its writer (None) may, and moderators. What is left is a row that says when and that it is
    erased; in the thread it is a gap, if it was answered. A check or a report under way changes
    nothing any more. A method of `Comment`.
    """
    require(by, states.MODERATE)
    current = comment.lock()
    if current.erased_at:
        return
    if current.can_be_withdrawn:
        write_decision(comment, current, Moderation.WITHDRAWN, by=by, kind=Kind.ERASED)
    else:
        CommentEvent.objects.log(comment, Kind.ERASED, by=by)
    comment.events.update(note="", data={})
    Trace.objects.filter(comment=comment.pk).delete()
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
        **DONE,
    )
