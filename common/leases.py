"""Conditions for a work queue whose state is in columns of the rows themselves: due, leased, stale.

A machine's clock may be set back. Times that were written before that then seem to lie far in the
future. So a time that is later than any that our code writes counts as a time that has come.
"""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone


def is_due(column: str, longest_wait: timedelta, now=None) -> Q:
    """Return a condition that selects the rows whose time in `column` has come.

    `longest_wait` is the longest wait that is ever written there. A time more than twice as far
    ahead counts as come. Null is never due.
    """
    now = now or timezone.now()
    return Q((f"{column}__lte", now)) | Q((f"{column}__gt", now + 2 * longest_wait))


def is_free(column: str, lease: timedelta, now=None) -> Q:
    """Return a condition that selects the rows without a valid lease; `column` says when it ends.

    Such a row was never leased (null), or its lease has ended (its worker died, for example), or
    its lease ends later than any that our code writes. `lease` is the length of a lease.
    """
    return Q((column, None)) | is_due(column, lease, now)


def is_stale(column: str, period: timedelta, now=None) -> Q:
    """Return a condition that selects the rows whose time in `column` is not in the last `period`.

    Null counts as stale, and so does a time in the future.
    """
    now = now or timezone.now()
    return Q((column, None)) | Q((f"{column}__lte", now - period)) | Q((f"{column}__gt", now))
