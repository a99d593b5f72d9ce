"""The writer of a comment changes it, while it is fresh and nobody has decided about it."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from .. import tasks
from ..models import CommentEvent, Trace
from ..moderation.reasons import Hold
from ..moderation.states import Screening
from ..screening.work_queue import DONE
from .admission import fingerprint, hold_for
from .refusal import Refused
from .text import to_html


def revise(comment, sender, *, name, text):
    """Put another name and text in place of those sent, and call a worker again.

    They pass the same rules as a new comment's, and are screened like them; a check under way is of
    no use any more, and changes nothing. Where no address was kept, the one that `sender` has now
    is, for the new check. Raises Refused(`late`, once a person decided or the time is over;
    `duplicate` or `rule`).
    """
    held = hold_for(name, text, comment.hold == Hold.HONEYPOT)
    try:
        with transaction.atomic():
            if not comment.lock().revisable_until:
                raise Refused("late")
            CommentEvent.objects.log(comment, CommentEvent.Kind.REVISED)
            comment.write(
                name=name,
                text=text,
                html=to_html(text),
                fingerprint=fingerprint(comment.article, name, text, comment.parent),
                screening=Screening.WAITING,
                next_attempt_at=timezone.now(),
                **DONE,
                **held,
            )
            if not Trace.objects.filter(comment=comment.pk).update(name=name, text=text):
                Trace.objects.keep(comment, sender)
            tasks.screen.enqueue(comment.pk)
    except IntegrityError:
        raise Refused("duplicate") from None
