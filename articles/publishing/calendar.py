"""The calendar of the newsroom: what begins, changes, ends and is embargoed, day by day.

All comes from the editions and the working copies as they are, so that a day that has gone by shows
what readers saw, and not what was planned.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Count, Exists, OuterRef, QuerySet, Window
from django.db.models.functions import RowNumber, TruncDate
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..models import Article, Edition, Section
from ..pages.archive import EARLIEST, LATEST
from .waiting import unpublished

DAY = timedelta(days=1)
#: The most entries of each day that a day, a week or a month shows; the day itself shows the rest.
SHOWN = {"day": 500, "week": 12, "month": 4}
_FORMS = {
    "day": re.compile("([0-9]{4})-([0-9]{2})-([0-9]{2})"),
    "week": re.compile("([0-9]{4})-W([0-9]{2})"),
    "month": re.compile("([0-9]{4})-([0-9]{2})"),
}


# --- The days that are shown ----------------------------------------------------------------------


@dataclass(frozen=True)
class Period:
    """A day, a week from Monday to Sunday (ISO 8601), or a month."""

    kind: str
    first: date

    @classmethod
    def parse(cls, kind, text):
        """Return the period that an address names. Raises ValueError if there is none."""
        if not (match := _FORMS[kind].fullmatch(text)):
            raise ValueError(text)
        parts = [int(part) for part in match.groups()]
        if kind == "week":
            first = date.fromisocalendar(*parts, 1)
        else:
            first = date(*parts, *[1] * (3 - len(parts)))
        # A month's room, so that the periods around it exist too.
        if not EARLIEST + 31 * DAY < first < LATEST - 62 * DAY:
            raise ValueError(text)
        return cls(kind, first)

    @classmethod
    def around(cls, kind, day):
        """Return the period of this kind that holds `day`."""
        if kind == "week":
            return cls(kind, day - day.weekday() * DAY)
        return cls(kind, day.replace(day=1) if kind == "month" else day)

    @property
    def end(self) -> date:
        """The first day after the period."""
        if self.kind == "month":
            return (self.first + 31 * DAY).replace(day=1)
        return self.first + (7 if self.kind == "week" else 1) * DAY

    @property
    def last(self) -> date:
        return self.end - DAY

    @property
    def previous(self):
        return self.around(self.kind, self.first - DAY)

    @property
    def next(self):
        return self.around(self.kind, self.end)

    @property
    def days(self) -> list[date]:
        return [self.first + number * DAY for number in range((self.end - self.first).days)]

    @property
    def value(self) -> str:
        """The period as an address names it."""
        if self.kind == "week":
            year, week, _weekday = self.first.isocalendar()
            return f"{year}-W{week:02}"
        return self.first.isoformat()[: 7 if self.kind == "month" else 10]

    @property
    def query(self) -> str:
        return f"{self.kind}={self.value}"


def midnight(day) -> datetime:
    """Return the moment, in UTC, at which `day` begins in the site's time zone.

    Python counts no lost or gained hour between two moments of one zone.
    """
    return timezone.make_aware(datetime.combine(day, time())).astimezone(UTC)


# --- What happens ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Kind:
    """A kind of entry: the rows that have one, editions or articles, and the column of its moment.

    Another kind of date is one more row of KINDS.
    """

    rows: Callable[[], QuerySet]
    column: str
    #: What happens and what has happened, by whether the row `goes_on` (see `rows`).
    words: dict
    past: dict
    is_of_edition: bool = True


def _beginnings():
    before = Edition.objects.filter(
        article=OuterRef("article"), visible_until=OuterRef("visible_from")
    )
    return Edition.objects.annotate(goes_on=Exists(before))


def _ends():
    # Where the next edition begins, readers see a change and no end.
    following = Edition.objects.filter(
        article=OuterRef("article"), visible_from=OuterRef("visible_until")
    )
    return Edition.objects.annotate(goes_on=Exists(following)).filter(goes_on=False)


KINDS = (
    Kind(
        rows=_beginnings,
        column="visible_from",
        words={False: _("goes live"), True: _("changes")},
        past={False: _("went live"), True: _("was changed")},
    ),
    Kind(
        rows=_ends,
        column="visible_until",
        words={False: _("ends")},
        past={False: _("ended")},
    ),
    Kind(
        rows=Article.objects.all,
        column="embargo_until",
        words={False: _("embargo ends")},
        past={False: _("embargo ended")},
        is_of_edition=False,
    ),
    Kind(
        rows=lambda: unpublished(Article.objects.all()),
        column="due_at",
        words={False: _("due")},
        past={False: _("was due")},
        is_of_edition=False,
    ),
)


@dataclass(frozen=True)
class Entry:
    """One moment of an article."""

    moment: datetime
    words: str
    headline: str
    section: Section
    article_id: int
    is_past: bool
    #: The edition that begins or ends, or None.
    edition: Edition | None
    #: Whether the moment is the beginning of an edition that nobody has read yet.
    is_movable: bool


@dataclass
class Day:
    """A day of the calendar with its entries, in the order of the clock."""

    date: date
    is_today: bool
    #: The number of hours: on two days of the year the clock is put forward or back.
    hours: float
    entries: list[Entry] = field(default_factory=list)
    #: The number of entries that are not shown.
    folded: int = 0


def days_of(period, *, section=None, now=None) -> list[Day]:
    """Return the days of `period`, of one section or of all, with one query for each kind."""
    now = now or timezone.now()
    today, limit = timezone.localdate(now), SHOWN[period.kind]
    days = {day: Day(day, day == today, _hours(day)) for day in period.days}
    for kind in KINDS:
        for row in _rows(kind, period, section, limit):
            moment = getattr(row, kind.column)
            day = days[timezone.localdate(moment)]
            day.entries.append(_entry(kind, row, moment, now))
            if row.rank == 1:
                day.folded += row.of_day
    for day in days.values():
        day.entries = sorted(day.entries, key=lambda e: (e.moment, e.article_id))[:limit]
        day.folded -= len(day.entries)
    return list(days.values())


def _rows(kind, period, section, limit):
    """Return the first `limit` rows of each day, each with its `rank` and the number `of_day`."""
    column = kind.column
    start, end = midnight(period.first), midnight(period.end)
    rows = kind.rows().filter(**{f"{column}__gte": start, f"{column}__lt": end})
    if section:
        rows = rows.filter(section=section)
    day = TruncDate(column, tzinfo=timezone.get_current_timezone())
    rows = rows.annotate(
        rank=Window(RowNumber(), partition_by=[day], order_by=[column, "pk"]),
        of_day=Window(Count("pk"), partition_by=[day]),
    )
    rows = rows.filter(rank__lte=limit).order_by(column, "pk")
    return rows.select_related("section").defer("body", "standfirst")


def _entry(kind, row, moment, now):
    is_past, goes_on = moment <= now, getattr(row, "goes_on", False)
    edition = row if kind.is_of_edition else None
    return Entry(
        moment=moment,
        words=(kind.past if is_past else kind.words)[goes_on],
        headline=row.headline,
        section=row.section,
        article_id=row.article_id if edition else row.pk,
        is_past=is_past,
        edition=edition,
        is_movable=bool(
            edition and kind.column == "visible_from" and not is_past and not row.suppressed_at
        ),
    )


def _hours(day):
    return (midnight(day + DAY) - midnight(day)) / timedelta(hours=1)
