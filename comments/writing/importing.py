"""The one way in for comments that were sent and decided elsewhere: an older system's, a demo's."""

import uuid

from django.db import transaction
from django.utils.crypto import salted_hmac

from ..models.event import CommentEvent
from ..moderation.decisions import write_decision
from ..moderation.states import Moderation, Screening
from .text import normalise, normalise_line

Kind = CommentEvent.Kind


@transaction.atomic
def import_one(
    comments,
    *,
    article,
    name,
    text,
    submitted_at,
    source="",
    parent=None,
    verdict=Screening.WAITING,
    decision=Moderation.PENDING,
    by=None,
    decided_at=None,
    reason="",
):
    """Store one comment with what became of it elsewhere, and return it.

    Its history is dated as it happened: it was sent, screened with `verdict`, and decided `by`
    somebody (None, where nobody is known) at `decided_at` (at once, unless told). No rule of
    admission is asked, nothing is counted, no trace is kept, and the comment is not put in
    Akismet's queue. A comment older than the retention periods goes at the next purge.

    Import the comments of an article in the order in which they were sent: threads are read in the
    order of keys. `source` names the comment for ever, such as "disqus:123": a second import under
    this name changes nothing and returns the comment as it now is. The receipt is made from that
    name and SECRET_KEY, so it holds as long as the key does, and nobody can guess the address of
    the private page.

    A method of `Comment.objects`.
    """
    identity = {"receipt": _receipt(source)} if source else {}
    if identity and (earlier := comments.filter(**identity).first()):
        return earlier
    comment = comments.create(
        article=article,
        parent=parent,
        name=normalise_line(name),
        text=normalise(text),
        submitted_at=submitted_at,
        screening=verdict,
        **identity,
    )
    CommentEvent.objects.log(comment, Kind.SUBMITTED, at=submitted_at)
    if verdict == Screening.FAILED:
        CommentEvent.objects.log(comment, Kind.GIVEN_UP, at=submitted_at)
    elif verdict != Screening.WAITING:
        CommentEvent.objects.log(
            comment, Kind.SCREENED, at=submitted_at, origin=Screening.WAITING, target=verdict
        )
    if decision != Moderation.PENDING:
        write_decision(
            comment,
            comment.lock(),
            decision,
            by=by,
            reason=reason if decision == Moderation.REJECTED else "",
            kind=Kind.WITHDRAWN if decision == Moderation.WITHDRAWN else Kind.DECIDED,
            at=decided_at or submitted_at,
            report_wanted="",
            next_attempt_at=None,
        )
    return comment


def _receipt(source):
    digest = salted_hmac("comments.import", source, algorithm="sha256").digest()
    return uuid.UUID(bytes=digest[:16], version=4)
