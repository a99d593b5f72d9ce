"""The retention periods of comments and of their writers' data, and the purge that obeys them.

The notice and the privacy page are made from `api.FIELDS` and from the settings that `purge` obeys:
if one of these changes, the page changes with it.
"""

import math
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from ..models import Comment, Complaint, Counter, SubmissionKey, Trace
from ..models.submission_key import LIFETIME
from ..moderation.states import Moderation


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
    }


def forget_submissions():
    """Delete the keys of double clicks that have lived for their few minutes.

    The only data with a period so short: each sweep of the worker calls this.
    """
    SubmissionKey.objects.expired().delete()


def purge(*, now=None, dry_run=False) -> dict[str, int]:
    """Delete all data whose retention period is over; return the number of rows of each kind.

    With `dry_run` nothing is deleted, and the numbers are those of the rows that would be deleted.

    A trace is deleted with its copy of the comment as submitted; a report to Akismet that is still
    in the queue can then no longer be sent, and the history says so. "hashes" are the fingerprints
    of comments, and the address hashes of complaints that nobody has decided for
    COMMENTS_TRACE_DAYS_AT_MOST days. A comment that was answered is erased first, and deleted once
    its answers are deleted.
    """
    now = now or timezone.now()
    traces = Trace.objects.expired(now)
    fingerprints = Comment.objects.with_expired_fingerprint(now)
    complainants = Complaint.objects.exclude(address_hash="").filter(
        submitted_at__lte=now - timedelta(days=settings.COMMENTS_TRACE_DAYS_AT_MOST)
    )
    decided = Comment.objects.filter(
        moderation=Moderation.SPAM,
        decided_at__lte=now - timedelta(days=settings.COMMENTS_SPAM_DAYS),
    ) | Comment.objects.filter(
        moderation__in=[Moderation.REJECTED, Moderation.WITHDRAWN],
        decided_at__lte=now - timedelta(days=settings.COMMENTS_REJECTED_DAYS),
    )
    decided = decided.annotate(is_answered=Exists(Comment.objects.filter(parent=OuterRef("pk"))))
    decided = decided.filter(Q(is_answered=False) | Q(erased_at=None))
    complaints = Complaint.objects.filter(
        decided_at__lte=now - timedelta(days=settings.COMMENTS_COMPLAINT_DAYS)
    )
    counters = Counter.objects.filter(
        name__startswith="post:", since__lte=now - 2 * settings.COMMENTS_RATE_PERIOD
    )
    counts = {
        "traces": traces.count(),
        "hashes": fingerprints.count() + complainants.count(),
        "comments": decided.count(),
        "complaints": complaints.count(),
        "counters": counters.count(),
    }
    if dry_run:
        return counts
    forget_submissions()
    with transaction.atomic():
        counters.delete()
        complaints.delete()
        complainants.update(address_hash="")
        fingerprints.update(fingerprint=None)
        traces.delete_and_log()
    for comment in decided.order_by("-is_answered", "pk"):
        _delete_or_erase(comment, decided)
    return counts


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
        current.erase()
    elif current:
        current.delete()
