"""The tables of recent counts (attempts to log in and the like) and of purges of shared caches."""

from datetime import timedelta

from django.db import models, transaction
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from common.leases import is_due, is_stale

#: The longest period of any count.
LONGEST_PERIOD = timedelta(days=30)
#: Rows that one transaction deletes.
MOST_DELETED = 1000
#: After this long, a cache that has nothing to forget is asked to confirm that it would.
CONFIRM_EVERY = timedelta(minutes=1)
#: After this long, a cache that failed is told again.
TRY_AGAIN_AFTER = timedelta(seconds=5)
#: How long a confirmation is trusted.
TRUSTED_FOR = 3 * CONFIRM_EVERY


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


class PurgeQuerySet(models.QuerySet):
    def are_all_confirmed(self, caches) -> bool:
        """Say whether each of these caches has confirmed a moment ago that it forgets."""
        working = self.filter(cache__in=caches, failing_since=None)
        return working.exclude(is_stale("confirmed_at", TRUSTED_FOR)).count() == len(caches)


class Purge(models.Model):
    """How far a shared cache in front has been told what changed (`shared_caches.purging`)."""

    cache = models.CharField(max_length=200, primary_key=True)
    #: A position in the log of changes: the cache has forgotten all that changed up to there.
    position = models.JSONField(null=True)
    #: What it is to be told once more, and when.
    again = models.JSONField(default=list)
    confirmed_at = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=200, blank=True)
    #: Rises with each confirmation, so that of two processes the first one writes.
    version = models.PositiveBigIntegerField(default=0)

    objects = PurgeQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self):
        return self.cache

    @property
    def is_confirmed(self) -> bool:
        """Whether no other confirmation is needed yet."""
        return not self.failing_since and _is_within(CONFIRM_EVERY, self.confirmed_at)

    @property
    def is_old(self) -> bool:
        """Whether no confirmation was stored for a while, or ever.

        One of the future is not old: the clock was put back, and no backup is newer than now.
        """
        return not self.confirmed_at or self.confirmed_at < timezone.now() - TRUSTED_FOR

    @property
    def rests(self) -> bool:
        """Whether the cache failed just now, so that it is left alone for a moment."""
        return bool(self.failing_since) and _is_within(TRY_AGAIN_AFTER, self.failed_at)

    def record_confirmation(self, position, again):
        """Store that the cache forgot all up to `position`, unless another process was faster.

        Both have told the cache at least what is new since the position that both have read. What
        only this one has told is told anew, which does no harm.
        """
        type(self).objects.filter(pk=self.pk, version=self.version).update(
            position=position.as_json(),
            again=again,
            confirmed_at=timezone.now(),
            failing_since=None,
            failure="",
            version=self.version + 1,
        )

    def record_failure(self, words):
        now = timezone.now()
        type(self).objects.filter(pk=self.pk).update(
            failing_since=Coalesce("failing_since", Value(now)), failed_at=now, failure=words[:200]
        )


def _is_within(period, moment):
    # A time in the future means that the clock was set back. It proves nothing.
    return moment is not None and abs(timezone.now() - moment) < period
