"""The archive by date of first publication, in the site's time zone."""

from datetime import date, timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils.functional import cached_property

from ..models import Month
from ..models.month import EARLIEST, LATEST, first_published

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
    def of_day(cls, day, kind):
        """Return the period of `kind` that contains `day`."""
        return cls(*(day.year, day.month, day.day)[: PARTS[kind]])

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
        return first_published(self.start, self.end)

    def get_absolute_url(self):
        parts = f"{self.start:%Y-%m-%d}".split("-")[: PARTS[self.kind]]
        return reverse(f"articles:{self.kind}", args=parts)

    def year(self):
        return Period(self.start.year)

    def previous(self):
        """Return the nearest earlier period of this kind in which something was published.

        Return None if there is none.
        """
        earlier = (
            day
            for month in self._months
            if month.start < self.start
            for day in reversed(month.published_on())
            if day < self.start
        )
        return self._containing_first(earlier)

    def next(self):
        """Return the nearest later period of this kind in which something was published.

        Return None if there is none.
        """
        later = (
            day
            for month in reversed(self._months)
            if month.start >= self.end.replace(day=1)
            for day in month.published_on()
            if day >= self.end
        )
        return self._containing_first(later)

    def parts(self) -> list:
        """Return the months of a year, or the days of a month, in which something was published."""
        found = [month for month in self._months if self.start <= month.start < self.end]
        if self.kind == "year":
            return [self.of_day(month.start, "month") for month in reversed(found)]
        if self.kind == "month":
            return [self.of_day(day, "day") for month in found for day in month.published_on()]
        return []

    def _containing_first(self, days):
        day = next(days, None)
        return day and self.of_day(day, self.kind)

    @cached_property
    def _months(self):
        return Month.objects.public()


def years() -> dict[int, list]:
    """Return by year the months in which something was published, with the number of articles.

    Years and months are in order, newest first.
    """
    found = {}
    for month in Month.objects.public():
        period = Period.of_day(month.start, "month")
        found.setdefault(period.start.year, []).append((period, month.articles))
    return found
