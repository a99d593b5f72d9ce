"""A comment's place in the queue of work: attempts, next attempt and lease, all on its own row.

A task only wakes a worker up. The worker that claims the row does what is owed: a check while
nobody has decided, or a report where somebody contradicted Akismet. These functions are methods of
`Comment`, and `due.screen_due` calls them.
"""

import random
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from common.permissions import require

from ..models.counter import Counter
from ..models.event import CommentEvent
from ..models.trace import Trace
from ..moderation import states
from ..moderation.states import AlreadyDecided, Moderation, NothingKept, Screening

#: A try that failed is repeated after one minute, then twice as long each time, up to this.
LONGEST_WAIT = timedelta(hours=6)
#: With those waits, the twentieth failure comes some three days after the first. Counting tries
#: and not days keeps a jumping clock, or a pause of Akismet, from using them up.
MOST_ATTEMPTS = 20
#: So often Akismet may ask to be asked again about one comment; then its last answer stands.
MOST_RECHECKS = 5
#: The queue's columns after a try that came to an end.
DONE = {"attempts": 0, "leased_until": None}

Kind = CommentEvent.Kind


def lease() -> timedelta:
    """How long a worker may keep a comment: three times the longest call to Akismet."""
    return timedelta(seconds=3 * settings.AKISMET_TIMEOUT)


# --- Whose it is ------------------------------------------------------------------------------


def claim(comment) -> bool:
    """Take the comment for one try, if it is due and nobody has it. True for one caller."""
    until = timezone.now() + lease()
    if not type(comment).objects.due().filter(pk=comment.pk).update(leased_until=until):
        return False
    comment.refresh_from_db()
    return True


def release(comment):
    """Give the comment back untried: it stays due and no try is counted."""
    _claimed(comment).update(leased_until=None)


def _claimed(comment):
    """Return the row as a query, empty unless the lease that `claim` took is still in force."""
    return type(comment).objects.filter(pk=comment.pk, leased_until=comment.leased_until)


def _lock_claimed(comment):
    return _claimed(comment).select_for_update(of=["self"]).first()


# --- How a try ended --------------------------------------------------------------------------


@transaction.atomic
def record_verdict(comment, verdict, *, recheck_after=None, **data):
    """Write what Akismet said. A late answer, its lease taken over, changes nothing.

    After `recheck_after` (a timedelta) it is asked once more: it is not done with the comment, and
    the verdict is provisional until then.
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
    if current.owes_check:
        columns |= {"next_attempt_at": again}
    comment.write(screening=verdict, recheck_at=again, **DONE | columns)
    Counter.objects.count_today(f"screened:{verdict}")


@transaction.atomic
def record_report(comment, report, **data):
    """Write that Akismet has been told `report`."""
    if not (current := _lock_claimed(comment)):
        return
    CommentEvent.objects.log(comment, Kind.REPORTED, target=report, data=data)
    if current.reported == "" and current.screening in states.BELIEVED:
        Counter.objects.count_today(f"mistaken:{states.BELIEVED[current.screening]}")
    comment.write(reported=report, **DONE | queue_columns(current, reported=report))


@transaction.atomic
def record_failure(comment, failure, **data):
    """Write that a try failed, and when the next one is; or that it was the last."""
    if not (current := _lock_claimed(comment)):
        return
    attempts = current.attempts + 1
    CommentEvent.objects.log(comment, Kind.ATTEMPT_FAILED, note=str(failure), data=data)
    Counter.objects.count_today("screened:no_answer")
    if not (current.owes_check or current.report_wanted):
        # A person decided meanwhile, and nothing is owed any more: no place in the queue.
        comment.write(next_attempt_at=None, **DONE)
        return
    if attempts >= MOST_ATTEMPTS:
        _give_up(comment, current)
        return
    wait = min(timedelta(minutes=2 ** (attempts - 1)), LONGEST_WAIT)
    # Jitter: what failed together must not come back together.
    wait *= random.uniform(0.9, 1.1)  # noqa: S311
    comment.write(attempts=attempts, leased_until=None, next_attempt_at=timezone.now() + wait)


@transaction.atomic
def record_no_trace(comment):
    """Write that nothing can be sent any more, the trace being deleted."""
    if current := _lock_claimed(comment):
        CommentEvent.objects.log(comment, Kind.TOO_LATE, target=current.report_wanted)
        _give_up(comment, current)


def _give_up(comment, current):
    CommentEvent.objects.log(comment, Kind.GIVEN_UP)
    screening = Screening.FAILED if current.awaits_check else current.screening
    comment.write(
        screening=screening, report_wanted="", recheck_at=None, next_attempt_at=None, **DONE
    )


# --- What is owed -----------------------------------------------------------------------------


@transaction.atomic
def screen_again(comment, *, by):
    """Ask Akismet once more about an undecided comment, as a moderator wishes.

    Raises AlreadyDecided, or NothingKept where its trace is deleted: the verdict stays.
    """
    require(by, states.MODERATE)
    current = comment.lock()
    if current.moderation != Moderation.PENDING:
        raise AlreadyDecided(current)
    if current.is_newsroom:
        return
    if not Trace.objects.filter(comment=comment.pk).exists():
        raise NothingKept(current.pk)
    CommentEvent.objects.log(comment, Kind.SCREEN_AGAIN, by=by, origin=current.screening)
    comment.write(
        screening=Screening.WAITING, recheck_at=None, next_attempt_at=timezone.now(), **DONE
    )


def queue_columns(current, **change) -> dict:
    """Return the queue's columns after `change`, which is about to be written to `current`."""
    for name, value in change.items():
        setattr(current, name, value)
    wanted = states.report_wanted(
        moderation=current.moderation, screening=current.screening, reported=current.reported
    )
    if current.is_newsroom:
        # Akismet has never heard of it, and has no business to.
        wanted = ""
    columns = {"report_wanted": wanted}
    if wanted and wanted != current.report_wanted:
        columns |= {"next_attempt_at": timezone.now(), "attempts": 0}
    elif not wanted and not current.owes_check:
        columns |= {"next_attempt_at": None, "attempts": 0}
    elif current.owes_check and current.next_attempt_at is None:
        columns |= {"next_attempt_at": timezone.now()}
    return columns
