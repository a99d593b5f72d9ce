from datetime import timedelta

from django.db import models
from django.utils import timezone

#: A worker that has not been through all due work for so long is missed.
MISSED = timedelta(minutes=5)


class WorkerStatus(models.Model):
    """The workers' common sign of life: one row, written after each sweep that came to its end."""

    swept_at = models.DateTimeField(null=True)
    #: When those in charge were told that sweeps fail.
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

    @classmethod
    def beat(cls):
        """Write that a worker has just been through all that was due."""
        now = timezone.now()
        if not cls.objects.filter(pk=1).update(swept_at=now, alarmed_at=None):
            cls.objects.bulk_create([cls(pk=1, swept_at=now)], ignore_conflicts=True)

    @property
    def state(self) -> str:
        """Return never, missed or running."""
        if self.swept_at is None:
            return "never"
        # A moment in the future is a clock that was set back, and no proof of life.
        is_fresh = abs(timezone.now() - self.swept_at) < MISSED
        return "running" if is_fresh else "missed"

    @classmethod
    def claim_alarm(cls) -> bool:
        """Say whether this caller, and no other, is to tell that sweeps have failed for long."""
        now = timezone.now()
        late = cls.objects.filter(pk=1, swept_at__lte=now - 3 * MISSED, alarmed_at=None)
        return bool(late.update(alarmed_at=now))
