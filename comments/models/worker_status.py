"""The status of the workers, as they report it themselves."""

from datetime import timedelta

from django.db import models
from django.db.models import Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from common.bounded_counts import BoundedCount
from common.leases import is_stale

#: After this long without a heartbeat, the state of the workers is “missed”.
MISSED_AFTER = timedelta(minutes=5)
#: The shortest time between two heartbeats in the database.
HEARTBEAT_INTERVAL = timedelta(seconds=30)
#: After sweeps have failed for this long, ADMINS are told by mail, once.
ALARM_AFTER = timedelta(minutes=15)


class WorkerStatus(models.Model):
    """The heartbeat and the failures of all workers together, in one row."""

    seen_at = models.DateTimeField(null=True)
    #: The time of the first failed sweep since the last one without a failure.
    failing_since = models.DateTimeField(null=True)
    #: The time at which ADMINS were told of these failures.
    alarmed_at = models.DateTimeField(null=True)
    #: The number of rows that were to be deleted a day before the last purge, and still are there.
    overdue = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="worker_status_is_one")
        ]

    def __str__(self):
        return self.state

    @property
    def overdue_count(self) -> BoundedCount:
        return BoundedCount(self.overdue)

    @classmethod
    def current(cls):
        return cls.objects.filter(pk=1).first() or cls(pk=1)

    @property
    def state(self) -> str:
        """Return the state of the workers in one word: never, missed, failing or running."""
        if self.seen_at is None:
            return "never"
        # A time in the future means that the clock was set back. It proves no living worker.
        if abs(timezone.now() - self.seen_at) >= MISSED_AFTER:
            return "missed"
        return "failing" if self.failing_since else "running"

    @classmethod
    def record_heartbeat(cls):
        """Store that a worker runs, once per HEARTBEAT_INTERVAL.

        Workers call it between two pieces of work.
        """
        cls.objects.filter(is_stale("seen_at", HEARTBEAT_INTERVAL), pk=1).update(
            seen_at=timezone.now()
        )

    @classmethod
    def record_sweep(cls):
        """Store that a worker has done all the work that was due, and nothing failed."""
        cls._write(seen_at=timezone.now(), failing_since=None, alarmed_at=None)

    @classmethod
    def record_failure(cls):
        """Store that a part of a sweep failed."""
        now = timezone.now()
        cls._write(seen_at=now, failing_since=Coalesce("failing_since", Value(now)))

    @classmethod
    def record_overdue(cls, number):
        cls._write(overdue=number)

    @classmethod
    def _write(cls, **values):
        cls.objects.bulk_create([cls(pk=1)], ignore_conflicts=True)
        cls.objects.filter(pk=1).update(**values)

    @classmethod
    def claim_alarm(cls) -> bool:
        """Claim the alarm that sweeps have failed for ALARM_AFTER, if due. True for one caller."""
        now = timezone.now()
        late = cls.objects.filter(pk=1, failing_since__lte=now - ALARM_AFTER, alarmed_at=None)
        return bool(late.update(alarmed_at=now))
