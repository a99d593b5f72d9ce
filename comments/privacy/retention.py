"""The retention periods of comments and of their writers' data, and the purge that obeys them.

The notice and the privacy page are made from `api.FIELDS` and from the settings that `purge` obeys:
if one of these changes, the page changes with it.
"""

import math
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from common.bounded_counts import bounded_count
from common.search import upkeep

from ..models import Comment, Complaint, Counter, SenderBlock, SubmissionKey, Trace
from ..models.sender_block import longest_block
from ..models.submission_key import LIFETIME
from ..moderation.states import Moderation

#: The most rows of each kind that one purge deletes. Workers go on after minutes if rows are left,
#: so up to 288,000 rows of a kind go in a day; a wrong clock costs one run.
RUN_LIMIT = 1000
#: The column that names the comment of a row, by the kind of data (see `expired`).
COMMENT_OF = {
    "hashes": "pk",
    **dict.fromkeys(("traces", "complainants", "complaints", "blocks"), "comment"),
}


def periods() -> dict[str, int]:
    """Return the periods that the purge obeys, in days unless the name says hours or minutes."""
    # The worker purges once an hour.
    hours = math.ceil(2 * settings.COMMENTS_RATE_PERIOD / timedelta(hours=1)) + 1
    return {
        "counter_hours": hours,
        # The worker sweeps twice a minute.
        "submission_minutes": LIFETIME // timedelta(minutes=1) + 1,
        "trace": min(settings.COMMENTS_TRACE_DAYS, settings.COMMENTS_TRACE_DAYS_AT_MOST),
        "trace_at_most": settings.COMMENTS_TRACE_DAYS_AT_MOST,
        "spam": settings.COMMENTS_SPAM_DAYS,
        "rejected": settings.COMMENTS_REJECTED_DAYS,
        "complaint": settings.COMMENTS_COMPLAINT_DAYS,
        "block": longest_block(),
    }


def forget_submissions():
    """Delete the keys of double clicks that have lived for their few minutes.

    Each sweep of the worker calls this, since the hourly purge would be too late.
    """
    SubmissionKey.objects.expired().delete()


def expired(now=None) -> dict[str, QuerySet]:
    """Return the rows of each kind whose retention period is over.

    "hashes" are the fingerprints of comments; "complainants" are the address hashes of complaints
    that nobody has decided for COMMENTS_TRACE_DAYS_AT_MOST days.
    """
    now = now or timezone.now()
    decided = Comment.objects.filter(
        moderation=Moderation.SPAM,
        decided_at__lte=now - timedelta(days=settings.COMMENTS_SPAM_DAYS),
    ) | Comment.objects.filter(
        moderation__in=[Moderation.REJECTED, Moderation.WITHDRAWN],
        decided_at__lte=now - timedelta(days=settings.COMMENTS_REJECTED_DAYS),
    )
    decided = decided.annotate(is_answered=Exists(Comment.objects.filter(parent=OuterRef("pk"))))
    return {
        "traces": Trace.objects.expired(now),
        "hashes": Comment.objects.with_expired_fingerprint(now),
        "complainants": Complaint.objects.exclude(address_hash="").filter(
            submitted_at__lte=now - timedelta(days=settings.COMMENTS_TRACE_DAYS_AT_MOST)
        ),
        "comments": decided.filter(Q(is_answered=False) | Q(erased_at=None)),
        "complaints": Complaint.objects.filter(
            decided_at__lte=now - timedelta(days=settings.COMMENTS_COMPLAINT_DAYS)
        ),
        "counters": Counter.objects.filter(
            name__startswith="post:", since__lte=now - 2 * settings.COMMENTS_RATE_PERIOD
        ),
        "blocks": SenderBlock.objects.expired(now),
    }


def overdue() -> int:
    """Return the number of rows that should have been deleted more than a day ago.

    Of each kind it counts one more than is shown at most.

    The worker deletes none while the clock is in doubt, and many rows in several runs. The health
    page shows the number, so that a promise of the privacy page is kept, or seen to be broken.
    """
    rows = expired(timezone.now() - timedelta(days=1)).values()
    counts = map(bounded_count, rows)
    return sum(count + count.is_truncated for count in counts)


def purge(*, now=None, dry_run=False) -> dict[str, int]:
    """Delete data whose retention period is over; return the number of rows of each kind.

    One call deletes at most RUN_LIMIT rows of each kind. With `dry_run` nothing is deleted, and the
    numbers are those of all rows that are to be deleted.

    A trace is deleted with its copy of the comment as submitted; a report to Akismet that is still
    in the queue can then no longer be sent, and the history says so. A comment that was answered is
    erased first, and deleted once its answers are deleted.
    """
    rows = expired(now)
    if dry_run:
        return _counts({name: kind.count() for name, kind in rows.items()})
    decided = rows.pop("comments")
    chosen = list(decided.only("article").order_by("-is_answered", "pk")[:RUN_LIMIT])
    with transaction.atomic():
        keys = _keys_of_free(rows)
        forget_submissions()
        rows["counters"].filter(pk__in=keys["counters"]).delete()
        rows["blocks"].filter(pk__in=keys["blocks"]).delete()
        rows["complaints"].filter(pk__in=keys["complaints"]).delete()
        rows["complainants"].filter(pk__in=keys["complainants"]).update(address_hash="")
        rows["hashes"].filter(pk__in=keys["hashes"]).update(fingerprint=None)
        rows["traces"].filter(pk__in=keys["traces"]).delete_and_log()
    for comment in chosen:
        _delete_or_erase(comment, decided)
    if chosen or keys["complaints"] or keys["blocks"]:
        upkeep.forget_deleted(Comment, SenderBlock)
    upkeep.finish_forgetting()
    return _counts({"comments": len(chosen)} | {name: len(those) for name, those in keys.items()})


def _keys_of_free(rows) -> dict[str, list[int]]:
    """Return the keys of `rows` by kind, without those whose comment somebody works on now.

    They wait for the next purge. The comments of all others are locked, as each decision and
    erasure locks them before anything else.
    """
    found = {
        name: list(kind.values_list("pk", COMMENT_OF.get(name, "pk"))[:RUN_LIMIT])
        for name, kind in rows.items()
    }
    named = {comment for name in COMMENT_OF for _key, comment in found[name]}
    comments = Comment.objects.filter(pk__in=named).order_by("pk").values_list("pk", flat=True)
    can_skip = connection.features.has_select_for_update_skip_locked
    free = {None, *comments.select_for_update(skip_locked=can_skip)}
    return {
        name: [key for key, comment in those if name not in COMMENT_OF or comment in free]
        for name, those in found.items()
    }


def _counts(by_kind):
    hashes = by_kind["hashes"] + by_kind["complainants"]
    names = ("traces", "hashes", "comments", "complaints", "counters", "blocks")
    return {name: (by_kind | {"hashes": hashes})[name] for name in names}


@transaction.atomic
def _delete_or_erase(comment, decided):
    """Erase or delete `comment`, if it is still one of `decided` once its row is locked.

    Each comment has its own transaction, which takes locks in the same order as decisions do. So a
    moderator who approves the comment at this moment is not overruled, and does not wait for the
    purge of all the other comments.
    """
    try:
        comment.lock()
    except Comment.DoesNotExist:
        # Another worker has already deleted it.
        return
    current = decided.filter(pk=comment.pk).first()
    if current and current.is_answered:
        current.erase(is_one_of_many=True)
    elif current:
        current.delete()
