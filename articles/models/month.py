"""The months of the archive: what was first published in each, counted once and kept.

To count a million editions for each reader of the archive takes seconds. So each month has a row,
and whoever changes an edition marks its month in the same transaction. A month that is marked is
counted for each reader until its row is up to date: at once after the commit as a rule, else when
the worker does it.
"""

from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import or_

from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.db.models import Count, Max, Min, Q
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone

from common import reader_clock

#: The days of the archive. Other days are of no use, and some cannot be converted to UTC.
EARLIEST, LATEST = date(1600, 1, 1), date(2999, 12, 31)
#: The most months that one transaction counts.
BATCH = 12
#: The most months that are counted for one reader apart from the others.
MOST_APART = 60


def midnight(day: date) -> datetime:
    """Return the instant at which `day` begins in the site's time zone."""
    return timezone.make_aware(datetime.combine(day, time()))


def first_published(start, end) -> Q:
    """Return the condition that first publication is on or after `start` and before `end`.

    Both are days; None means no limit on that side.
    """
    condition = Q()
    if start:
        condition &= Q(first_published_at__gte=midnight(start))
    if end:
        condition &= Q(first_published_at__lt=midnight(end))
    return condition


class MonthQuerySet(models.QuerySet):
    def public(self, at=None) -> list:
        """Return the months in which something public was first published, newest first.

        They are as at the instant `at` (default: now), whatever the rows hold.
        """
        at = at or reader_clock.now()
        # First the marks: a mark that is gone by then was counted before the rows are read.
        marked = set(MonthMark.objects.values_list("start", flat=True))
        kept = {month.start: month for month in self}
        anew = marked.union(start for start, month in kept.items() if not month.is_exact(at))
        is_in_zone = {month.zone for month in kept.values()} <= {settings.TIME_ZONE}
        # No edition begins before its article is first published.
        coming = {start for start in kept.keys() | marked if midnight(start) > at}
        anew, kept = anew - coming, {start: kept[start] for start in kept.keys() - coming}
        if len(anew) > MOST_APART or not is_in_zone:
            kept = _count(Q(), at)
        elif anew:
            months = (first_published(start, _following(start)) for start in anew)
            counted = _count(reduce(or_, months), at)
            kept = {start: kept[start] for start in kept.keys() - anew} | counted
        return [kept[start] for start in sorted(kept, reverse=True) if kept[start].articles]

    @transaction.atomic
    def settle(self, now=None) -> int:
        """Bring rows up to date: BATCH at most of those that are not. Return their number."""
        now = now or timezone.now()
        self._follow_time_zone()
        outdated = self.filter(
            ~Q(zone=settings.TIME_ZONE)
            | Q(counted_at=None)
            | Q(counted_at__gt=now)
            | Q(exact_until__lte=now)
            | Q(exact_since=None, articles__gt=0)
        )
        due = MonthMark.objects.order_by("start").values_list("start", flat=True).distinct()
        starts = list(due[:BATCH])
        starts += outdated.order_by("start").values_list("start", flat=True)[: BATCH - len(starts)]
        if not starts:
            return 0
        starts = sorted(set(starts))
        # Who counts a month holds its row, so that an older count never replaces a newer one.
        self.bulk_create((Month(start=start) for start in starts), ignore_conflicts=True)
        list(self.select_for_update().filter(start__in=starts).order_by("start").values("start"))
        marks = list(MonthMark.objects.filter(start__in=starts).values_list("pk", flat=True))
        conditions = (first_published(start, _following(start)) for start in starts)
        counted = _count(reduce(or_, conditions), now)
        for start in starts:
            month = counted.get(start) or Month(start=start)
            month.zone, month.counted_at = settings.TIME_ZONE, now
            month.exact_since, month.exact_until = _turns_around(now, start)
            month.save(force_update=True)
        MonthMark.objects.filter(pk__in=marks).delete()
        return len(starts)

    def _follow_time_zone(self):
        """Mark the months next to those of another time zone: an article may belong there now."""
        others = self.exclude(zone=settings.TIME_ZONE).values_list("start", flat=True)
        beside = {day for start in others for day in (_following(start), _preceding(start))}
        MonthMark.objects.bulk_create(MonthMark(start=start) for start in sorted(beside))


def _preceding(start):
    return (start - timedelta(days=1)).replace(day=1)


def _following(start):
    return (start + timedelta(days=31)).replace(day=1)


def _count(condition, at) -> dict:
    """Return the months of the editions that are public at `at`, by their first day."""
    editions = apps.get_model("articles.Edition").objects.live(at).filter(condition)
    days = (
        editions.order_by()
        .values(day=TruncDate("first_published_at"))
        .annotate(count=Count("pk"), latest=Max(Coalesce("updated_at", "first_published_at")))
    )
    found = {}
    for day, articles, changed_at in days.values_list("day", "count", "latest"):
        start = day.replace(day=1)
        month = found.setdefault(start, Month(start=start, changed_at=changed_at))
        month.articles += articles
        month.days |= 1 << (day.day - 1)
        month.changed_at = max(month.changed_at, changed_at)
    return found


def _turns_around(now, start):
    """Return the instants around `now` at which an edition of the month from `start` turns.

    They are the last one up to `now` and the next one, at which one begins or ends; or None.
    """
    editions = apps.get_model("articles.Edition").objects.filter(suppressed_at=None)
    columns = ("visible_from", "visible_until")
    found = editions.filter(first_published(start, _following(start))).aggregate(
        **{f"last_{each}": Max(each, filter=Q(**{f"{each}__lte": now})) for each in columns},
        **{f"next_{each}": Min(each, filter=Q(**{f"{each}__gt": now})) for each in columns},
    )
    last, following = ([found[f"{side}_{each}"] for each in columns] for side in ("last", "next"))
    return max(filter(None, last), default=None), min(filter(None, following), default=None)


class Month(models.Model):
    """What readers find of a month in the archive, as it was at `counted_at`."""

    #: Its first day, in the time zone `zone`.
    start = models.DateField(primary_key=True)
    zone = models.CharField(max_length=64)
    #: The number of public articles that were first published in it.
    articles = models.PositiveIntegerField(default=0)
    #: The days on which they were: the lowest bit stands for the first of the month.
    days = models.PositiveIntegerField(default=0)
    #: The public date of the last change of one of them.
    changed_at = models.DateTimeField(null=True)
    #: None until it is counted for the first time.
    counted_at = models.DateTimeField(null=True)
    #: The instants at which one of its editions began or ended last, and does so next; or None.
    #: Between them the row is exact, also for who asks how it was, or how it will be.
    exact_since = models.DateTimeField(null=True)
    exact_until = models.DateTimeField(null=True)

    objects = MonthQuerySet.as_manager()

    class Meta:
        # Only code reads and writes these rows, so no user needs a permission.
        default_permissions = ()

    def __str__(self):
        return f"{self.start:%Y-%m}"

    def is_exact(self, at) -> bool:
        """Say whether nothing begins or ends by the clock between `counted_at` and `at`."""
        if self.counted_at is None:
            return False
        since = self.exact_since or self.counted_at
        return since <= at and (self.exact_until is None or at < self.exact_until)

    def published_on(self) -> list[date]:
        """Return the days of the month on which something was published."""
        return [self.start.replace(day=n + 1) for n in range(31) if self.days >> n & 1]


class MonthMarkQuerySet(models.QuerySet):
    def add(self, *moments):
        """Mark the months of articles that were first published at `moments`, some perhaps None.

        Call it in the transaction that changes their editions.
        """
        days = [timezone.localdate(moment) for moment in moments if moment]
        # In another time zone, which the site may have by the time of the count, it is another day.
        beside = (day + timedelta(days=way) for day in days for way in (-1, 0, 1))
        starts = {day.replace(day=1) for day in beside}
        if starts:
            self.bulk_create(MonthMark(start=start) for start in sorted(starts))
            transaction.on_commit(Month.objects.settle, robust=True)


class MonthMark(models.Model):
    """A mark that an edition of the month from `start` was changed since the month was counted.

    Marks are only added, and deleted by whoever has counted the month after having read them. So a
    mark that becomes visible late is not lost, and no two presses wait for each other.
    """

    start = models.DateField(db_index=True)

    objects = MonthMarkQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self):
        return f"{self.start:%Y-%m}"
