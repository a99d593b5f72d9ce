"""Counters: numbers that are kept apart from the comments from which they came."""

from django.db import models
from django.db.models import F
from django.utils import timezone


def today():
    """Return the time at which this day began in the site's own time zone."""
    return timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)


class CounterQuerySet(models.QuerySet):
    def add(self, name, since, *, limit=None) -> bool:
        """Add one to the counter `name` of the period that began at `since`.

        Return False, and add nothing, if the counter has reached `limit`. The operation is atomic
        for any number of processes: the database itself compares and adds.
        """
        row = self.filter(name=name, since=since)
        if limit is not None:
            row = row.filter(count__lt=limit)
        if row.update(count=F("count") + 1):
            return True
        self.bulk_create([Counter(name=name, since=since)], ignore_conflicts=True)
        return bool(row.update(count=F("count") + 1))

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
