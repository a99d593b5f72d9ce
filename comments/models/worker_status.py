"""How the workers are, as they tell it themselves."""

from datetime import timedelta

from django.db import models
from django.db.models import Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from common.leases import is_stale

#: A worker that has not been seen for so long is missed.
MISSED = timedelta(minutes=5)
#: It shows itself this often, and no more.
BEAT = timedelta(seconds=30)
#: After sweeps have failed for so long, those in charge are told, once.
LONG = timedelta(minutes=15)


class WorkerStatus(models.Model):
    """The workers' common sign of life, in one row."""

    seen_at = models.DateTimeField(null=True)
    #: When the first of the sweeps failed that no good one has followed.
    failing_since = models.DateTimeField(null=True)
    #: When those in charge were told so.
    alarmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="worker_status_is_one")
        ]

    def __str__(self):
        return self.state

    @classmethod
    def current(cls):
        return cls.objects.filter(pk=1).first() or cls(pk=1)

    @property
    def state(self) -> str:
        """Return in one word how the workers are: never, missed, failing or running."""
        if self.seen_at is None:
            return "never"
        # A moment in the future is a clock that was set back, and no sign of life.
        if abs(timezone.now() - self.seen_at) >= MISSED:
            return "missed"
        return "failing" if self.failing_since else "running"

    @classmethod
    def record_heartbeat(cls):
        """Show that a worker lives, between two pieces of work."""
        cls.objects.filter(is_stale("seen_at", BEAT), pk=1).update(seen_at=timezone.now())

    @classmethod
    def record_sweep(cls):
        """Write that a worker has been through all that was due, and nothing failed."""
        cls._write(seen_at=timezone.now(), failing_since=None, alarmed_at=None)

    @classmethod
    def record_failure(cls):
        """Write that a part of a sweep failed."""
        now = timezone.now()
        cls._write(seen_at=now, failing_since=Coalesce("failing_since", Value(now)))

    @classmethod
    def _write(cls, **values):
        cls.objects.bulk_create([cls(pk=1)], ignore_conflicts=True)
        cls.objects.filter(pk=1).update(**values)

    @classmethod
    def claim_alarm(cls) -> bool:
        """Say whether this caller, and no other, is to tell that sweeps have failed for long."""
        now = timezone.now()
        late = cls.objects.filter(pk=1, failing_since__lte=now - LONG, alarmed_at=None)
        return bool(late.update(alarmed_at=now))
