"""The comment's row as a job in a queue: attempts, next attempt and lease.

A task only wakes a worker up. The worker that claims the row sends the request that is due: a check
while no person has decided, or a report if a person contradicted Akismet. Most of these functions
are methods of `Comment`, and `attempts.screen_due` calls them.
"""

import random
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from common.permissions import require_permission

from ..models.counter import Counter
from ..models.event import CommentEvent
from ..models.trace import Trace
from ..moderation import states
from ..moderation.states import AlreadyDecided, Moderation, NothingKept, Screening

#: A failed attempt is retried after one minute, then after twice as long each time, up to this.
LONGEST_WAIT = timedelta(hours=6)
#: With those waits, the twentieth failure comes about three days after the first. The limit is a
#: number of attempts and not of days: a clock that jumps, or a pause of screening, uses up none.
MOST_ATTEMPTS = 20
#: Akismet may ask for this many rechecks of one comment; after them its last verdict is final.
MOST_RECHECKS = 5
#: The queue's columns after an attempt that needs no retry.
QUEUE_RESET = {"attempts": 0, "leased_until": None}

Kind = CommentEvent.Kind


def lease() -> timedelta:
    """Return how long a worker may hold a comment: three times the longest call to Akismet."""
    return timedelta(seconds=3 * settings.AKISMET_TIMEOUT)


# --- The lease --------------------------------------------------------------------------------


def claim(comment) -> bool:
    """Lease the comment for one attempt, if it is due and not leased. True for only one caller."""
    until = timezone.now() + lease()
    if not type(comment).objects.due().filter(pk=comment.pk).update(leased_until=until):
        return False
    comment.refresh_from_db()
    return True


def release(comment):
    """Give up the lease without an attempt: the comment stays due and no attempt is counted."""
    _claimed(comment).update(leased_until=None)


def _claimed(comment):
    """Return a queryset of the comment's row, empty unless it still has the lease of `claim`."""
    return type(comment).objects.filter(pk=comment.pk, leased_until=comment.leased_until)


def _lock_claimed(comment):
    return _claimed(comment).select_for_update(of=["self"]).first()


# --- The result of an attempt -----------------------------------------------------------------


@transaction.atomic
def record_verdict(comment, verdict, *, recheck_after=None, **data):
    """Store Akismet's verdict, unless the lease was lost: then the late answer changes nothing.

    If Akismet gave `recheck_after` (a timedelta), the verdict is provisional, and Akismet is asked
    again after that time.
    """
    if not (current := _lock_claimed(comment)):
        return
    before = current.events.filter(kind=Kind.SCREENED).count()
    again = None
    if recheck_after and before < MOST_RECHECKS:
        again = timezone.now() + min(recheck_after, LONGEST_WAIT)
    CommentEvent.objects.log(
        comment, Kind.SCREENED, origin=current.screening, target=verdict, data=data
    )
    columns = queue_columns(current, screening=verdict, recheck_at=again)
    if current.needs_check:
        columns |= {"next_attempt_at": again}
    comment.write(screening=verdict, recheck_at=again, **QUEUE_RESET | columns)
    Counter.objects.count_today(f"screened:{verdict}")


@transaction.atomic
def record_report(comment, report, **data):
    """Store that Akismet has received `report`."""
    if not (current := _lock_claimed(comment)):
        return
    CommentEvent.objects.log(comment, Kind.REPORTED, target=report, data=data)
    if current.reported == "" and current.screening in states.BELIEVED:
        Counter.objects.count_today(f"mistaken:{states.BELIEVED[current.screening]}")
    comment.write(reported=report, **QUEUE_RESET | queue_columns(current, reported=report))


@transaction.atomic
def record_failure(comment, failure, **data):
    """Store that an attempt failed, and the time of the next one; or give up after the last."""
    if not (current := _lock_claimed(comment)):
        return
    attempts = current.attempts + 1
    CommentEvent.objects.log(comment, Kind.ATTEMPT_FAILED, note=str(failure), data=data)
    Counter.objects.count_today("screened:no_answer")
    if not (current.needs_check or current.report_wanted):
        # A person decided in the meantime, and no request is due any more: leave the queue.
        comment.write(next_attempt_at=None, **QUEUE_RESET)
        return
    if attempts >= MOST_ATTEMPTS:
        _give_up(comment, current)
        return
    wait = min(timedelta(minutes=2 ** (attempts - 1)), LONGEST_WAIT)
    # Jitter: comments that failed together must not be retried together.
    wait *= random.uniform(0.9, 1.1)  # noqa: S311
    comment.write(attempts=attempts, leased_until=None, next_attempt_at=timezone.now() + wait)


@transaction.atomic
def give_up_without_trace(comment):
    """Store that nothing can be sent any more, since the trace is deleted."""
    if current := _lock_claimed(comment):
        CommentEvent.objects.log(comment, Kind.TOO_LATE, target=current.report_wanted)
        _give_up(comment, current)


def _give_up(comment, current):
    CommentEvent.objects.log(comment, Kind.GIVEN_UP)
    screening = Screening.FAILED if current.awaits_check else current.screening
    comment.write(
        screening=screening, report_wanted="", recheck_at=None, next_attempt_at=None, **QUEUE_RESET
    )


# --- Requests that are due --------------------------------------------------------------------


@transaction.atomic
def screen_again(comment, *, by):
    """Put an undecided comment in the queue for another check, at a moderator's request.

    Raises AlreadyDecided, or NothingKept if the trace is deleted; the verdict then stays. Does
    nothing for the newsroom's own answers.
    """
    require_permission(by, states.MODERATE)
    current = comment.lock()
    if current.moderation != Moderation.PENDING:
        raise AlreadyDecided(current)
    if current.is_newsroom:
        return
    if not Trace.objects.filter(comment=comment.pk).exists():
        raise NothingKept(current.pk)
    CommentEvent.objects.log(comment, Kind.SCREEN_AGAIN, by=by, origin=current.screening)
    comment.write(
        screening=Screening.WAITING, recheck_at=None, next_attempt_at=timezone.now(), **QUEUE_RESET
    )


def queue_columns(current, **change) -> dict:
    """Set `change` on the object `current`; return the matching values of the queue's columns."""
    for name, value in change.items():
        setattr(current, name, value)
    wanted = states.report_wanted(
        moderation=current.moderation, screening=current.screening, reported=current.reported
    )
    if current.is_newsroom:
        # Akismet never receives the newsroom's own answers.
        wanted = ""
    columns = {"report_wanted": wanted}
    if wanted and wanted != current.report_wanted:
        columns |= {"next_attempt_at": timezone.now(), "attempts": 0}
    elif not wanted and not current.needs_check:
        columns |= {"next_attempt_at": None, "attempts": 0}
    elif current.needs_check and current.next_attempt_at is None:
        columns |= {"next_attempt_at": timezone.now()}
    return columns
