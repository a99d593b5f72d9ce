"""Numbers that outlive the comments from which they came."""

from django.db import models
from django.db.models import F
from django.utils import timezone


def today():
    """Return when this day began in the site's own time zone."""
    return timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)


class CounterQuerySet(models.QuerySet):
    def add(self, name, since, *, limit=None) -> bool:
        """Count one more `name` in the period that began at `since`; False if that were too many.

        Atomic over any number of processes: the row is counted up by the database, and only while
        it is below `limit`.
        """
        row = self.filter(name=name, since=since)
        if limit is not None:
            row = row.filter(count__lt=limit)
        if row.update(count=F("count") + 1):
            return True
        self.bulk_create([Counter(name=name, since=since)], ignore_conflicts=True)
        return bool(row.update(count=F("count") + 1))

    def count_today(self, name):
        """Count one more `name` today: a number that outlives the comment that it came from."""
        self.add(name, today())


class Counter(models.Model):
    """How often something happened in a period: posts of an address, refusals by a rule."""

    name = models.CharField(max_length=120)
    since = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    objects = CounterQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "since"], name="counter_once")]
        indexes = [models.Index(fields=["since"], name="counter_by_age")]

    def __str__(self):
        return f"{self.name} since {self.since}: {self.count}"
