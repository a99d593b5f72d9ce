"""What is kept of a comment's writer, for how long, and the words that say so.

The notice and the privacy page are made from `api.FIELDS` and from the settings that `purge`
obeys: change one of these and the page says so.
"""

import math
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from ..models import Comment, Complaint, Counter, Trace
from ..moderation.states import Moderation


def retention() -> dict[str, int]:
    """Return the periods that `purge` obeys, in days; those with `hours` in their name in hours."""
    # The worker purges by the hour.
    hours = math.ceil(2 * settings.COMMENTS_RATE_PERIOD / timedelta(hours=1)) + 1
    return {
        "counter_hours": hours,
        "trace": min(settings.COMMENTS_TRACE_DAYS, settings.COMMENTS_TRACE_DAYS_AT_MOST),
        "trace_at_most": settings.COMMENTS_TRACE_DAYS_AT_MOST,
        "spam": settings.COMMENTS_SPAM_DAYS,
        "rejected": settings.COMMENTS_REJECTED_DAYS,
        "complaint": settings.COMMENTS_COMPLAINT_DAYS,
    }


def purge(*, now=None, dry_run=False) -> dict[str, int]:
    """Delete all that has been kept for long enough; return the number of rows of each kind.

    With `dry_run` nothing is deleted, and the numbers are those of the rows that would be.

    A trace goes with the copy as submitted; a report to Akismet that was still owed can no longer
    be made, and the history says so. Hashes are the fingerprints of comments, and what tells who
    sent a report that nobody has decided for as long. A comment that was answered is erased first,
    and deleted once its answers are.
    """
    now = now or timezone.now()
    traces = Trace.objects.expired(now)
    fingerprints = Comment.objects.outlived(now)
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
    with transaction.atomic():
        counters.delete()
        complaints.delete()
        complainants.update(address_hash="")
        fingerprints.update(fingerprint=None)
        traces.forget()
    for comment in decided.order_by("-is_answered", "pk"):
        _delete_or_erase(comment, decided)
    return counts


@transaction.atomic
def _delete_or_erase(comment, decided):
    """Erase or delete `comment`, if it is still one of `decided` once its row is locked.

    A transaction of its own, in the order of locks that decisions take: a moderator who approves
    the comment at this very moment is neither overrun nor kept waiting for all the others.
    """
    try:
        comment.lock()
    except Comment.DoesNotExist:
        # Another worker was faster.
        return
    current = decided.filter(pk=comment.pk).first()
    if current and current.is_answered:
        current.erase()
    elif current:
        current.delete()
