"""The parts of a line in which a moment is typed: its date, its time of day and its time zone."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time, timedelta

from django.utils.formats import get_format

from .folding import fold
from .moment_text import city_of
from .moment_words import (
    AMOUNTS,
    DAYS,
    HALVES,
    HALVES_OF_TODAY,
    HOURS,
    NUMBERS,
    SEASONS,
    UNITS,
    months,
    one_of,
    weekdays,
)

DAY = timedelta(days=1)


def readings(text, zone, now):
    """Yield the parts of each way to read the whole `text`."""
    patterns = _patterns(zone, now)
    # Each entry is the rest of the text, with the parts that were read before it.
    waiting = [(text, {})]
    while waiting:
        rest, parts = waiting.pop()
        plain = rest[_JOINERS.match(rest).end() :]
        if not plain:
            if parts:
                yield parts
            continue
        for pattern, parts_of in patterns:
            # “le 28” is a day, but the “le” of “le lundi” says nothing.
            for start in {rest.lstrip(), plain}:
                found = pattern.match(start)
                read = parts_of(found) if found else None
                if read and not parts.keys() & read.keys():
                    waiting.append((start[found.end() :], {**parts, **read}))


_JOINERS = re.compile(
    r"(?:[\s,()@–—]|-(?=\s)|(?:a partir de|a|at|le|on|the|from|cette nuit)(?=\s|\d))*"
)
_AM_PM = r"(?:\s?(?P<half>a|p)\.?m\b\.?)"
_END = r"(?![\da-y])"  # A “z” may follow a time, as in ISO 8601.


def _patterns(zone, now):
    """Return the pattern of each part, with the function that makes the part of a match."""
    month, weekday = one_of(months()), one_of(weekdays())
    names = _names_of(zone, now)
    ordinal = r"(?:\s?er|st|nd|rd|th)"
    number = rf"(?:\d{{1,5}}\s?|{one_of(NUMBERS)}\s)"
    amount = rf"(?:{one_of(AMOUNTS)}|\d{{1,3}}\s?h\s?\d\d(?:\s?mi?n?)?|{number}{one_of(UNITS)})\b"
    city = re.escape(fold(city_of(zone)))
    patterns = [
        # Dates.
        (r"(?P<year>\d{4})([-/.])(?P<month>\d\d?)\2(?P<day>\d\d?)(?!\d)t?", _date),
        (r"(?P<first>\d\d?)(/)(?P<second>\d\d?)(?:/(?P<year>\d{4}|\d\d))?(?![\d/])", _numbers),
        (r"(?P<first>\d\d?)([.-])(?P<second>\d\d?)\2(?P<year>\d{4}|\d\d)(?!\d)", _numbers),
        (
            rf"(?P<day>\d\d?){ordinal}?\.?\s?(?:of |de )?(?P<month>{month})\b\.?"
            r"(?:,? ?(?P<year>\d{4})(?![\d:]))?",
            _date,
        ),
        (
            rf"(?P<month>{month})\b\.? (?P<day>\d\d?){ordinal}?(?![\d:])"
            r"(?:,? ?(?P<year>\d{4})(?![\d:]))?",
            _date,
        ),
        (rf"(?:le |(?:on )?the )?(?P<day>\d\d?){ordinal}\b", _date),
        (r"(?:le|(?:on )?the) (?P<day>\d\d?)(?![\d:h.])", _date),
        (rf"{weekday}\b\.?,? (?:le |the )?(?P<day>\d\d?){ordinal}?(?!\d)", _date_on_weekday),
        (one_of(DAYS) + r"\b", lambda found: {"day": Days(DAYS[found[0]])}),
        (
            rf"(?P<next>(?:next|this|ce|coming) )?(?P<name>{weekday})\b\.?"
            r"(?P<late>\s(?:en (?:huit|8)|week)\b)?(?P<prochain>\s(?:prochain|next)\b)?",
            _weekday,
        ),
        (r"ce midi\b", lambda found: {"day": Days(0), "clock": time(12)}),
        (
            one_of(HALVES_OF_TODAY) + r"\b",
            lambda found: {"day": Days(0), "half": HALVES_OF_TODAY[found[0]]},
        ),
        (rf"(?:dans|in|d'ici) {amount}(?:(?:,| et| and)? ?{amount})*", _later),
        # Times.
        (
            rf"(?P<hour>\d\d?)(?:\s?[:h.]\s?|\s?heures?\s)(?P<minute>\d\d)"
            rf"(?:[:](?P<second>\d\d)(?:[.,](?P<fraction>\d{{1,6}}))?)?(?:\s?mi?n)?{_AM_PM}?{_END}",
            _time,
        ),
        (rf"(?P<hour>\d\d?)\s?(?:h|heures?|hours?|o'clock){_AM_PM}?{_END}", _time),
        (rf"(?P<hour>\d\d?){_AM_PM}{_END}", _time),
        (r"(?P<hour>\d\d?)(?![\d:.,/-])(?!\s?h)", _bare_hour),
        (one_of(HOURS) + r"\b", lambda found: {"clock": time(HOURS[found[0]])}),
        (one_of(HALVES) + r"\b", lambda found: {"half": HALVES[found[0]]}),
        # Zones.
        (r"(?P<sign>[+-])(?P<hours>\d\d):?(?P<minutes>\d\d)(?!\d)", _offset),
        (r"(?:utc|gmt)\s?(?P<sign>[+-])(?P<hours>\d\d?)(?::?(?P<minutes>\d\d))?(?!\d)", _offset),
        (r"(?:utc|gmt|z)\b(?![+-])", lambda found: {"zone": timedelta()}),
        (one_of(SEASONS) + r"\b", lambda found: {"zone": SEASONS[found[0]]}),
        (rf"(?:heure (?:de |d'){city}|{city} time)\b", lambda found: {"city": True}),
    ]
    if names:
        patterns.append((one_of(names) + r"\b", lambda found: {"zone": names[found[0]]}))
    # Django's `re` keeps what it compiled, and the words of the site change with no request.
    return [(re.compile(pattern), parts_of) for pattern, parts_of in patterns]


def _numbers(found):
    """Return the date of two or three numbers: the day first, unless the language is American."""
    first, second, year = found["first"], found["second"], found["year"]
    shown = get_format("SHORT_DATE_FORMAT")
    is_month_first = shown.find("m") < shown.find("d")
    # What can be no month is the day.
    if (is_month_first and int(first) <= 12) or (not is_month_first and int(second) > 12):
        first, second = second, first
    return {"day": OnDate(int(first), int(second), _year(year))}


def _year(digits):
    return None if digits is None else int(digits) + (2000 if len(digits) == 2 else 0)


def _date(found):
    named = found.groupdict()
    month = named.get("month")
    number = month and (months().get(month) or int(month))
    return {"day": OnDate(int(named["day"]), number, _year(named.get("year")))}


def _date_on_weekday(found):
    name = next(name for name in _longest_first(weekdays()) if found[0].startswith(name))
    return {"weekday": OnWeekday(weekdays()[name]), **_date(found)}


def _longest_first(words):
    return sorted(words, key=len, reverse=True)


def _weekday(found):
    is_next = found["prochain"] or (found["next"] or "").startswith(("next", "coming"))
    weeks = 1 if found["late"] else 0
    return {"weekday": OnWeekday(weekdays()[found["name"]], bool(is_next), weeks)}


def _later(found):
    minutes = days = 0
    for part in re.finditer(
        rf"(?P<named>{one_of(AMOUNTS)})|(?P<hours>\d+)\s?h\s?(?P<minutes>\d\d)(?:\s?mi?n?)?\b"
        rf"|(?:(?P<number>\d+)\s?|\b(?P<word>{one_of(NUMBERS)})\s)(?P<unit>{one_of(UNITS)})\b",
        found[0],
    ):
        if part["named"]:
            minutes += AMOUNTS[part["named"]]
        elif part["hours"]:
            minutes += int(part["hours"]) * 60 + int(part["minutes"])
        else:
            number = NUMBERS[part["word"]] if part["word"] else int(part["number"])
            unit = UNITS[part["unit"]]
            if unit >= 24 * 60:
                days += number * unit // (24 * 60)
            else:
                minutes += number * unit
    # A number of days keeps the time of day; hours and minutes count from now.
    return {"later": timedelta(minutes=minutes), "day": Days(days)}


def _time(found):
    named = found.groupdict()
    hour, minute, second = (int(named.get(part) or 0) for part in ("hour", "minute", "second"))
    fraction = int((named.get("fraction") or "").ljust(6, "0"))
    if named.get("half"):
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if named["half"] == "p" else 0)
    if (hour, minute, second) == (24, 0, 0):
        return {"clock": time(), "half": "pm"}
    if hour > 23 or minute > 59 or second > 59:
        return None
    return {"clock": time(hour, minute, second, fraction), "is_exact": bool(named.get("half"))}


def _bare_hour(found):
    return (clock := _time(found)) and {"is_bare": True, **clock}


def _offset(found):
    hours, minutes = int(found["hours"]), int(found["minutes"] or 0)
    if hours > 14 or minutes > 59:
        return None
    offset = timedelta(hours=hours, minutes=minutes)
    return {"zone": -offset if found["sign"] == "-" else offset}


def _names_of(zone, now):
    """Return the offsets of the zone by its own abbreviations, for example CET and CEST."""
    times = [now.astimezone(zone).replace(month=month, day=1) for month in range(1, 13)]
    return {time.tzname().lower(): time.utcoffset() for time in times if time.tzname().isalpha()}


# --- The days of a line ---------------------------------------------------------------------------


@dataclass
class Days:
    """A number of days from today."""

    number: int

    def dates(self, today) -> Iterable[date]:
        return [today + self.number * DAY]


@dataclass
class OnDate:
    """A day, of which the year, or the year and the month, may be missing."""

    day: int
    month: int | None = None
    year: int | None = None

    def dates(self, today):
        if self.year is not None:
            return [date(self.year, self.month, self.day)]
        months = [self.month] if self.month else range(1, 13)
        # Eight years may lie between one 29 February and the next.
        possible = ((year, month) for year in range(today.year, today.year + 9) for month in months)
        found = (_date_or_none(year, month, self.day) for year, month in possible)
        return [day for day in found if day and day >= today]


def _date_or_none(year, month, day):
    try:
        return date(year, month, day)
    except ValueError:
        return None


@dataclass
class OnWeekday:
    number: int
    is_after_today: bool = False
    weeks: int = 0

    def dates(self, today):
        first = today + timedelta(days=self.is_after_today)
        day = first + timedelta(days=(self.number - first.weekday()) % 7 + 7 * self.weeks)
        return [day, day + 7 * DAY]
