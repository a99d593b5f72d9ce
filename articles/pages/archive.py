"""The archive by date of first publication, in the site's time zone."""

from datetime import date, datetime, time, timedelta

from django.db.models import Count, Q
from django.db.models.functions import TruncMonth
from django.urls import reverse
from django.utils import timezone

from ..models import Edition

#: Days that a reader may ask for. Other days are of no use, and some cannot be converted to UTC.
EARLIEST, LATEST = date(1600, 1, 1), date(2999, 12, 31)

PUBLISHED = "first_published_at"
#: The number of parts of a date that name a period of each kind.
PARTS = {"year": 1, "month": 2, "day": 3}


class Period:
    """A year, a month or a day. Raises ValueError if it does not exist or is out of our range."""

    def __init__(self, *parts):
        self.start = date(*parts, *(1,) * (3 - len(parts)))
        self.kind = ("year", "month", "day")[len(parts) - 1]
        if not EARLIEST <= self.start <= LATEST:
            raise ValueError(self.start)

    @classmethod
    def containing(cls, moment, kind):
        """Return the period of `kind` that contains `moment`, or None if `moment` is None."""
        day = moment and timezone.localdate(moment)
        return day and cls(*(day.year, day.month, day.day)[: PARTS[kind]])

    @property
    def end(self) -> date:
        """The first day after the period."""
        if self.kind == "year":
            return self.start.replace(year=self.start.year + 1)
        if self.kind == "month":
            return (self.start + timedelta(days=31)).replace(day=1)
        return self.start + timedelta(days=1)

    def condition(self) -> Q:
        """Return the condition that an edition's article was first published in this period."""
        return between(self.start, self.end)

    def get_absolute_url(self):
        parts = f"{self.start:%Y-%m-%d}".split("-")[: PARTS[self.kind]]
        return reverse(f"articles:{self.kind}", args=parts)

    def year(self):
        return Period(self.start.year)

    def previous(self):
        """Return the nearest earlier period of this kind in which something was published.

        Return None if there is none.
        """
        return self.containing(_moments(between(None, self.start)).first(), self.kind)

    def next(self):
        """Return the nearest later period of this kind in which something was published.

        Return None if there is none.
        """
        return self.containing(_moments(between(self.end, None)).last(), self.kind)

    def parts(self) -> list:
        """Return the months of a year, or the days of a month, in which something was published."""
        smaller = {"year": "month", "month": "day"}.get(self.kind)
        if smaller is None:
            return []
        found = {self.containing(m, smaller).start for m in _moments(self.condition()).iterator()}
        return [Period(*(day.year, day.month, day.day)[: PARTS[smaller]]) for day in sorted(found)]


def between(start, end) -> Q:
    """Return the condition that first publication is on or after `start` and before `end`.

    Both are days; None means no limit on that side.
    """
    condition = Q()
    if start:
        condition &= Q((f"{PUBLISHED}__gte", _midnight(start)))
    if end:
        condition &= Q((f"{PUBLISHED}__lt", _midnight(end)))
    return condition


def _midnight(day):
    return timezone.make_aware(datetime.combine(day, time()))


def _moments(condition):
    live = Edition.objects.live().filter(condition).newest_first()
    return live.values_list(PUBLISHED, flat=True)


def years() -> dict[int, list]:
    """Return by year the months in which something was published, with the number of articles.

    Years and months are in order, newest first.
    """
    months = (
        Edition.objects.live()
        .annotate(month=TruncMonth(PUBLISHED))
        .values_list("month")
        .annotate(count=Count("pk"))
        .order_by("-month")
    )
    found = {}
    for month, count in months:
        found.setdefault(month.year, []).append((Period(month.year, month.month), count))
    return found
