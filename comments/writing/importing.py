"""Import of comments that were sent and decided elsewhere: in an older system, or for a demo."""

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
    """Store one comment with its verdict and its decision from elsewhere; return the comment.

    Its history has the original dates: the comment was sent and screened with `verdict` at
    `submitted_at`, and decided `by` a moderator (None if unknown) at `decided_at` (by default, at
    `submitted_at`). The import checks no admission rule, counts nothing, stores no trace, and does
    not put the comment in Akismet's queue. The next purge deletes spam and rejected or withdrawn
    comments whose retention period is already over.

    Import the comments of an article in the order in which they were sent: threads are sorted by
    primary key. `source` identifies the comment for ever, such as "disqus:123": a second import
    with the same `source` changes nothing and returns the stored comment. The receipt is made from
    `source` and SECRET_KEY: it stays the same as long as the key does, and nobody can guess the
    address of the private page.

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
