"""A comment's place in the queue of work: attempts, next attempt and lease, all on its own row.

A task only wakes a worker up. Whoever claims the row does what is owed: a check while nobody has
decided, or a report where somebody contradicted Akismet.
"""

import random
from contextlib import suppress
from datetime import timedelta

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from common.bounded import MOST
from common.permissions import require

from ..moderation import states
from ..moderation.states import AlreadyDecided, Moderation, NothingKept, Screening
from .counter import Counter
from .event import CommentEvent
from .trace import Trace

#: A try that failed is repeated after one minute, then twice as long each time, up to this.
LONGEST_WAIT = timedelta(hours=6)
#: With those waits, the twentieth failure comes some three days after the first. Counting tries
#: and not days keeps a jumping clock, or a pause of Akismet, from using them up.
MOST_ATTEMPTS = 20
#: So often Akismet may ask to be asked again about one comment; then its last answer stands.
MOST_RECHECKS = 5
#: The queue's columns after a try that came to an end.
DONE = {"attempts": 0, "leased_until": None}


def lease() -> timedelta:
    """How long a worker may keep a comment: three times the longest call to Akismet."""
    return timedelta(seconds=3 * settings.AKISMET_TIMEOUT)


class DueQuerySet(models.QuerySet):
    def due(self, now=None):
        """Return the comments that something is owed to: a check, or a report to Akismet.

        A lease that ran out is a worker that died, so its comment is due again. So is one that
        waits longer than any wait of ours: the clock was set back.
        """
        now = now or timezone.now()
        return self.filter(
            Q(next_attempt_at__lte=now) | Q(next_attempt_at__gt=now + 2 * LONGEST_WAIT),
            Q(leased_until__isnull=True)
            | Q(leased_until__lte=now)
            | Q(leased_until__gt=now + 2 * lease()),
        )

    def screen_again(self, *, by) -> int:
        """Have the undecided ones among these asked about once more; return how many."""
        done = 0
        for comment in self.filter(moderation=Moderation.PENDING, is_newsroom=False)[:MOST]:
            with suppress(AlreadyDecided):
                comment.screen_again(by=by)
                done += 1
        return done


class Queued:
    """The part of `Comment` that claims it for one try, and writes how the try ended."""

    def claim(self) -> bool:
        """Take the comment for one try, if it is due and nobody has it. True for one caller."""
        until = timezone.now() + lease()
        if not type(self).objects.due().filter(pk=self.pk).update(leased_until=until):
            return False
        self.refresh_from_db()
        return True

    @property
    def awaits_check(self) -> bool:
        """Only what is undecided is worth a check: a key that comes later asks for no others."""
        return self.screening == Screening.WAITING and self._is_open

    @property
    def owes_check(self) -> bool:
        """Say whether Akismet is to be asked: for the first time, or again, as it wished."""
        return self.awaits_check or (self.recheck_at is not None and self._is_open)

    @property
    def _is_open(self):
        return self.moderation == Moderation.PENDING and not self.is_newsroom

    @transaction.atomic
    def record_verdict(self, verdict, *, recheck_after=None, **data):
        """Write what Akismet said. A late answer, its lease taken over, changes nothing.

        After `recheck_after` (a timedelta) it is asked once more: it is not done with the comment,
        and the verdict is provisional until then.
        """
        if not (current := self._still_mine()):
            return
        before = current.events.filter(kind=CommentEvent.Kind.SCREENED).count()
        again = None
        if recheck_after and before < MOST_RECHECKS:
            again = timezone.now() + min(recheck_after, LONGEST_WAIT)
        self._log(CommentEvent.Kind.SCREENED, origin=current.screening, target=verdict, data=data)
        owed = self._owed(current, screening=verdict, recheck_at=again)
        if current.owes_check:
            owed |= {"next_attempt_at": again}
        self._write(screening=verdict, recheck_at=again, **DONE | owed)
        Counter.objects.count_today(f"screened:{verdict}")

    @transaction.atomic
    def record_report(self, report, **data):
        """Write that Akismet has been told `report`."""
        if not (current := self._still_mine()):
            return
        self._log(CommentEvent.Kind.REPORTED, target=report, data=data)
        if current.reported == "" and current.screening in states.BELIEVED:
            Counter.objects.count_today(f"mistaken:{states.BELIEVED[current.screening]}")
        self._write(reported=report, **DONE | self._owed(current, reported=report))

    @transaction.atomic
    def record_failure(self, failure, **data):
        """Write that a try failed, and when the next one is; or that it was the last."""
        if not (current := self._still_mine()):
            return
        attempts = current.attempts + 1
        self._log(CommentEvent.Kind.ATTEMPT_FAILED, note=str(failure), data=data)
        Counter.objects.count_today("screened:no_answer")
        if not (current.owes_check or current.report_wanted):
            # A person decided meanwhile, and nothing is owed any more: no place in the queue.
            self._write(next_attempt_at=None, **DONE)
            return
        if attempts >= MOST_ATTEMPTS:
            self._give_up(current)
            return
        wait = min(timedelta(minutes=2 ** (attempts - 1)), LONGEST_WAIT)
        # Jitter: what failed together must not come back together.
        wait *= random.uniform(0.9, 1.1)  # noqa: S311
        self._write(attempts=attempts, leased_until=None, next_attempt_at=timezone.now() + wait)

    @transaction.atomic
    def record_no_trace(self):
        """Write that nothing can be sent any more, the trace being deleted."""
        if current := self._still_mine():
            self._log(CommentEvent.Kind.TOO_LATE, target=current.report_wanted)
            self._give_up(current)

    def release(self):
        """Give the comment back untried: it stays due and no try is counted."""
        type(self).objects.filter(pk=self.pk, leased_until=self.leased_until).update(
            leased_until=None
        )

    @transaction.atomic
    def screen_again(self, *, by):
        """Ask Akismet once more about an undecided comment, as a moderator wishes.

        Raises AlreadyDecided, or NothingKept where its trace is deleted: the verdict stays.
        """
        require(by, states.MODERATE)
        current = type(self).objects.select_for_update(of=["self"]).get(pk=self.pk)
        if current.moderation != Moderation.PENDING:
            raise AlreadyDecided(current)
        if current.is_newsroom:
            return
        if not Trace.objects.filter(comment=self.pk).exists():
            raise NothingKept(current.pk)
        self._log(CommentEvent.Kind.SCREEN_AGAIN, by=by, origin=current.screening)
        self._write(
            screening=Screening.WAITING, recheck_at=None, next_attempt_at=timezone.now(), **DONE
        )

    def _give_up(self, current):
        self._log(CommentEvent.Kind.GIVEN_UP)
        screening = Screening.FAILED if current.awaits_check else current.screening
        self._write(
            screening=screening, report_wanted="", recheck_at=None, next_attempt_at=None, **DONE
        )

    def _still_mine(self):
        """Return the row, locked, if the lease that `claim` took is still the one in force."""
        return (
            type(self)
            .objects.select_for_update(of=["self"])
            .filter(pk=self.pk, leased_until=self.leased_until)
            .first()
        )

    @staticmethod
    def _owed(current, **change):
        """Return the queue's columns after `change`, which is about to be written to `current`."""
        for name, value in change.items():
            setattr(current, name, value)
        wanted = states.report_wanted(
            moderation=current.moderation, screening=current.screening, reported=current.reported
        )
        if current.is_newsroom:
            # Akismet has never heard of it, and has no business to.
            wanted = ""
        is_new = wanted and wanted != current.report_wanted
        owed = {"report_wanted": wanted}
        if is_new:
            owed |= {"next_attempt_at": timezone.now(), "attempts": 0}
        elif not wanted and not current.owes_check:
            owed |= {"next_attempt_at": None, "attempts": 0}
        elif current.owes_check and current.next_attempt_at is None:
            owed |= {"next_attempt_at": timezone.now()}
        return owed
