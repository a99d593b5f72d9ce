"""Rows that are their own place in a queue: which are due, and which no worker has in hand.

A clock may be set back. What was written before that then seems to lie far in the future, so a
moment that is later than any that we write ourselves counts as one that has come.
"""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone


def is_due(column: str, longest_wait: timedelta, now=None) -> Q:
    """Return what is true of a row whose moment in `column` has come.

    Or lies beyond twice the longest wait that is ever written there. Null is never due.
    """
    now = now or timezone.now()
    return Q((f"{column}__lte", now)) | Q((f"{column}__gt", now + 2 * longest_wait))


def is_free(column: str, lease: timedelta, now=None) -> Q:
    """Return what is true of a row that nobody has leased until the moment in `column`.

    Never leased, or by a worker that died: the lease ran out, or is longer than any of ours.
    """
    return Q((column, None)) | is_due(column, lease, now)


def is_stale(column: str, period: timedelta, now=None) -> Q:
    """Return what is true of a row for which `column` names no moment within the last `period`."""
    now = now or timezone.now()
    return Q((column, None)) | Q((f"{column}__lte", now - period)) | Q((f"{column}__gt", now))
