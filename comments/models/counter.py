"""Counters: numbers that are kept apart from the comments from which they came."""

import logging
import time
from collections import Counter as Tally
from itertools import chain
from threading import Lock

from django.db import Error, connections, models
from django.utils import timezone

logger = logging.getLogger(__name__)


def today():
    """Return the time at which this day began in the site's own time zone."""
    return timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)


#: One statement, for which Django has no words: with its own, the first of a period takes three.
_ADD = (
    "INSERT INTO comments_counter (name, since, count) VALUES {rows} "
    "ON CONFLICT (name, since) DO UPDATE SET count = comments_counter.count + excluded.count"
)
_BELOW = " WHERE comments_counter.count < CASE comments_counter.name {limits} END RETURNING name"


class CounterQuerySet(models.QuerySet):
    def add(self, name, since, *, limit=None, number=1) -> bool:
        """Add `number` to the counter `name` of the period that began at `since`.

        With a `limit`, add one, or return False if the counter has reached it.
        """
        if limit is not None:
            return not self.add_below({name: limit}, since)
        with connections[self.db].cursor() as cursor:
            cursor.execute(_ADD.format(rows="(%s, %s, %s)"), [name, self._stored(since), number])
        return True

    def add_below(self, limits, since) -> set[str]:
        """Add one to each counter of `limits` that is below its limit; return the others' names.

        `limits` holds the limits by name, of counters of the period that began at `since`. The
        operation is atomic for any number of processes: the database itself compares and adds.
        """
        added, lets_some = set(), {name: limit for name, limit in limits.items() if limit > 0}
        if lets_some:
            rows = [value for name in lets_some for value in (name, self._stored(since), 1)]
            many = len(lets_some)
            sql = (_ADD + _BELOW).format(
                rows=", ".join(["(%s, %s, %s)"] * many), limits=" ".join(["WHEN %s THEN %s"] * many)
            )
            with connections[self.db].cursor() as cursor:
                cursor.execute(sql, [*rows, *chain.from_iterable(lets_some.items())])
                added = {name for (name,) in cursor.fetchall()}
        return limits.keys() - added

    def _stored(self, since):
        return Counter._meta.get_field("since").get_db_prep_value(since, connections[self.db])

    def count_today(self, name):
        """Add one to today's counter `name`, which stays when the comment itself is deleted."""
        self.add(name, today())


class Counter(models.Model):
    """The number of events in a period: posts of an address, refusals by a rule."""

    name = models.CharField(max_length=120)
    since = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    objects = CounterQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "since"], name="counter_once")]
        indexes = [models.Index(fields=["since"], name="counter_by_age")]

    def __str__(self):
        return f"{self.name} since {self.since}: {self.count}"


class Memory:
    """Numbers that this process keeps in memory, so that an attack costs no write for each request.

    They are of two kinds: counts that are written to the database once a minute, and full counters,
    which let nothing through until their period ends. Each process has its own memory; the limits
    themselves are exact in the database. Safe to use from many threads.
    """

    #: Seconds between two writes of the counts.
    WRITE_EVERY = 60
    #: The most full counters that are remembered. The oldest are forgotten, and asked for again.
    MOST_FULL = 10_000

    def __init__(self):
        self._lock = Lock()
        self.forget()

    def forget(self):
        """Forget everything, as a new process."""
        with self._lock:
            self._counts = Tally()
            self._written_at = -self.WRITE_EVERY
            self._full = {}

    # --- Counts -------------------------------------------------------------------------------

    def count_today(self, name):
        """Add one to today's counter `name`; write it now or with the others of this minute."""
        with self._lock:
            self._counts[name, today()] += 1
        self.write_if_due()

    def write_if_due(self):
        """Write the counts to the database, unless they were written in the last minute."""
        with self._lock:
            is_due = self._counts and time.monotonic() - self._written_at >= self.WRITE_EVERY
            if is_due:
                self._written_at = time.monotonic()
        if is_due:
            self.write()

    def write(self):
        """Write the counts to the database; keep those that it does not take for the next time."""
        with self._lock:
            counts, self._counts = self._counts, Tally()
        while counts:
            (name, since), number = counts.popitem()
            try:
                Counter.objects.add(name, since, number=number)
            except Error:
                logger.warning("The counts of refusals could not be written; later again.")
                counts[name, since] = number
                with self._lock:
                    self._counts.update(counts)
                return

    # --- Full counters ------------------------------------------------------------------------

    def remember_full(self, counter, until):
        """Remember that `counter`, any value that names it, is full until the moment `until`."""
        with self._lock:
            if len(self._full) >= self.MOST_FULL:
                now = timezone.now()
                self._full = {key: end for key, end in self._full.items() if end > now}
            while len(self._full) >= self.MOST_FULL:
                self._full.pop(next(iter(self._full)))
            self._full[counter] = until

    def is_full(self, counter) -> bool:
        with self._lock:
            until = self._full.get(counter)
        return until is not None and timezone.now() < until


memory = Memory()
