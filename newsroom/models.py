"""The table of recent counts: attempts to log in, requests for a new password, and the like."""

from datetime import timedelta

from django.db import models, transaction
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone

from common.leases import is_due

#: The longest period of any count.
LONGEST_PERIOD = timedelta(days=30)
#: Rows that one transaction deletes.
MOST_DELETED = 1000


class RecentCountQuerySet(models.QuerySet):
    def add(self, key, *, limit, period) -> bool:
        """Add one to the count `key`. The first one opens a period of the length `period`.

        Return False, and add nothing, if the count of a period that still lasts has reached
        `limit`. The operation is atomic for any number of processes: the database itself compares
        and adds, in one statement.
        """
        now = timezone.now()
        is_over = is_due("ends_at", period, now)
        row = self.filter(is_over | Q(count__lt=limit), key=key)
        values = {
            "count": Case(When(is_over, then=Value(1)), default=F("count") + 1),
            "ends_at": Case(When(is_over, then=Value(now + period)), default=F("ends_at")),
        }
        if row.update(**values):
            return True
        new = self.model(key=key, count=0, ends_at=now + period)
        self.bulk_create([new], ignore_conflicts=True)
        return bool(row.update(**values))

    def current(self, key, period):
        """Return the row of `key` if its period, `period` long, still lasts, or None."""
        return self.exclude(is_due("ends_at", period)).filter(key=key).first()

    def take_back(self, key):
        """Take one back from the count `key`."""
        self.filter(key=key, count__gt=0).update(count=F("count") - 1)

    def delete_over(self):
        """Delete the rows whose period is over.

        A row that an attempt is just writing is left for the next time. Otherwise the two could
        wait for each other, since each locks several rows.
        """
        over = self.filter(is_due("ends_at", LONGEST_PERIOD))
        while True:
            with transaction.atomic():
                locked = over.select_for_update(skip_locked=True).values_list("pk", flat=True)
                keys = list(locked[:MOST_DELETED])
                self.filter(pk__in=keys).delete()
            if len(keys) < MOST_DELETED:
                return


class RecentCount(models.Model):
    """The number of times that something happened in one period.

    `key` is a keyed hash: nobody can read an address or the name of an account in this table.
    """

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField()
    ends_at = models.DateTimeField(db_index=True)

    objects = RecentCountQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self):
        return f"{self.count} until {self.ends_at}"
