"""Changes that a writer makes to a new comment, before anybody has decided about it."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from .. import tasks
from ..models import CommentEvent, Trace
from ..moderation.reasons import Hold
from ..moderation.states import Screening
from ..screening.work_queue import QUEUE_RESET
from . import duplicates
from .admission import apply_rules, check_sender
from .refusal import Refused
from .text import to_html


def revise(comment, sender, *, name, text):
    """Replace the name and the text that the writer sent, and enqueue a new screening.

    The new name and text are held to the same blocks and rules as those of a new comment, and
    screened in the same way; the result of a check that is already running is ignored. If the
    comment has no trace, one is kept with the address that `sender` has now, for the new check.
    Raises Refused: `late` if a person has decided or edited the comment or the time is over;
    `duplicate` if the same reader has sent these words as another comment; `sender`; or `rule`.
    """
    block = check_sender(comment.ip_address, sender.address)
    held = apply_rules(name, text, comment.hold == Hold.HONEYPOT)
    if block:
        held["hold"] = held["hold"] or Hold.SENDER
    words, address = duplicates.fingerprint(text), comment.ip_address or sender.address
    if duplicates.is_sent_by_many(words, other_than=comment):
        held["hold"] = held["hold"] or Hold.REPEATED
    try:
        with transaction.atomic():
            if not comment.lock().revisable_until:
                raise Refused("late")
            there = comment.article, name, text, address, comment.parent
            duplicates.find(*there, other_than=comment)
            CommentEvent.objects.log(comment, CommentEvent.Kind.REVISED)
            comment.write(
                name=name,
                text=text,
                html=to_html(text),
                fingerprint=words,
                screening=Screening.WAITING,
                next_attempt_at=timezone.now(),
                **QUEUE_RESET,
                **held,
            )
            if not Trace.objects.filter(comment=comment.pk).update(name=name, text=text):
                Trace.objects.store_for(comment, sender)
            duplicates.remember(comment, comment.parent, name, text, address)
            tasks.screen.enqueue(comment.pk)
    except IntegrityError:
        raise Refused("duplicate") from None
