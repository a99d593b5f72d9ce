"""Moments as people type them: “demain 6h”, “Friday 6:00”, “3 May 9:30”, “dans 2 heures”.

`read` understands one line in French or English, whichever language is active, and `text_of` writes
a moment in words that `read` understands again. The line may have a date, a time and a zone in any
order. All ways to read it are tried; a line that could mean two moments is refused.

The clock of a time zone with summer time skips an hour in spring, and shows one twice in autumn. A
time that is skipped is refused; of one that comes twice the zone must say which is meant.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from datetime import timezone as fixed

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format, get_format
from django.utils.translation import gettext as _

from .folding import fold
from .moment_words import (
    DAYS,
    HALVES,
    HALVES_OF_TODAY,
    HOURS,
    NUMBERS,
    PARTS_OF_HOUR,
    SEASONS,
    UNITS,
    months,
    one_of,
    weekdays,
)

MAX_LENGTH = 100
_DAY = timedelta(days=1)


class TwoSuchTimes(ValidationError):
    """The clock shows the time twice; `moments` are the two."""

    def __init__(self, message, moments):
        super().__init__(message, code="two_such_times")
        self.moments = moments


# --- Reading ------------------------------------------------------------------------------------


def read(text: str, *, now: datetime, zone) -> datetime:
    """Return the moment that `text` means at the instant `now` in the time zone `zone`.

    Raise a ValidationError that says in words why there is none, or not only one. A time without a
    date is the next such time, and a date without a time is its beginning. What names no year, or
    no month, is the next such date.

    The moment is in UTC: Python finds no two times of different zones equal where a clock shows
    one of them twice (PEP 495).
    """
    folded = fold(text[: MAX_LENGTH + 1]).translate({0x2019: "'", 0x2BC: "'", 0x2212: "-"})
    meanings, refusals = set(), []
    for parts in _readings(folded.strip(" .") if len(text) <= MAX_LENGTH else "", zone, now):
        try:
            moment = _Meaning(**parts).moment(now.astimezone(zone), zone).astimezone(UTC)
        except ValidationError as refusal:
            refusals.append(refusal)
        except (ValueError, OverflowError):  # no such day or hour
            continue
        else:
            meanings.add(moment)
    if len(meanings) == 1 and not any(isinstance(r, TwoSuchTimes) for r in refusals):
        return meanings.pop()
    if len(meanings) > 1:
        raise ValidationError(
            _("“%(text)s” may mean %(moments)s. Please write it in another way."),
            code="ambiguous",
            params={"text": text, "moments": _(" or ").join(map(in_words, sorted(meanings)))},
        )
    if refusals:
        raise max(refusals, key=lambda refusal: isinstance(refusal, TwoSuchTimes))
    raise ValidationError(
        _(
            "“%(text)s” is not understood as a date and a time. Write for example "
            "“tomorrow 6:00”, “Friday 18:30” or “%(date)s”."
        ),
        code="invalid",
        params={"text": text[:MAX_LENGTH], "date": text_of(now.replace(second=0, microsecond=0))},
    )


def _readings(text, zone, now):
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


_JOINERS = re.compile(r"(?:\s|,|\(|\)|@|(?:a partir de|a|at|le|on|the|from)(?=\s|\d))*")
_AM_PM = r"(?:\s?(?P<half>a|p)\.?m\b\.?)"
_END = r"(?![\da-y])"  # A “z” may follow a time, as in ISO 8601.


def _patterns(zone, now):
    """Return the pattern of each part, with the function that makes the part of a match."""
    month, weekday = one_of(months()), one_of(weekdays())
    names = _names_of(zone, now)
    ordinal = r"(?:er|st|nd|rd|th)"
    number = rf"(?:\d{{1,5}}\s?|{one_of(NUMBERS)}\s)"
    amount = rf"(?:{one_of(PARTS_OF_HOUR)}|\d{{1,3}}\s?h\s?\d\d|{number}{one_of(UNITS)})\b"
    city = re.escape(fold(_city(zone)))
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
        (one_of(DAYS) + r"\b", lambda found: {"day": _Days(DAYS[found[0]])}),
        (
            rf"(?P<next>(?:next|this|ce|coming) )?(?P<name>{weekday})\b\.?"
            r"(?P<late>\s(?:en huit|week)\b)?(?P<prochain>\s(?:prochain|next)\b)?",
            _weekday,
        ),
        (
            one_of(HALVES_OF_TODAY) + r"\b",
            lambda found: {"day": _Days(0), "half": HALVES_OF_TODAY[found[0]]},
        ),
        (rf"(?:dans|in|d'ici) {amount}(?:(?:,| et| and)? ?{amount})*", _later),
        # Times.
        (
            rf"(?P<hour>\d\d?)(?:\s?[:h.]\s?|\s?heures?\s)(?P<minute>\d\d)"
            rf"(?:[:](?P<second>\d\d)(?:[.,](?P<fraction>\d{{1,6}}))?)?{_AM_PM}?{_END}",
            _time,
        ),
        (rf"(?P<hour>\d\d?)\s?(?:h|heures?|hours?|o'clock){_AM_PM}?{_END}", _time),
        (rf"(?P<hour>\d\d?){_AM_PM}{_END}", _time),
        (
            rf"(?P<hour>\d\d?) (?={one_of(h for h in HALVES if ' ' in h)})",
            _time,
        ),
        (one_of(HOURS) + r"\b", lambda found: {"clock": time(HOURS[found[0]])}),
        (one_of(HALVES) + r"\b", lambda found: {"half": HALVES[found[0]]}),
        # Zones.
        (r"(?:utc|gmt)?\s?(?P<sign>[+-])(?P<hours>\d\d):?(?P<minutes>\d\d)(?!\d)", _offset),
        (r"(?:utc|gmt)\s?(?P<sign>[+-])(?P<hours>\d\d?)(?!\d)", _offset),
        (r"(?:utc|gmt|z)\b(?![+-])", lambda found: {"zone": timedelta()}),
        (one_of(SEASONS) + r"\b", lambda found: {"zone": SEASONS[found[0]]}),
        (rf"(?:heure de {city}|{city} time)\b", lambda found: {"city": True}),
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
    return {"day": _OnDate(int(first), int(second), _year(year))}


def _year(digits):
    return None if digits is None else int(digits) + (2000 if len(digits) == 2 else 0)


def _date(found):
    named = found.groupdict()
    month = named.get("month")
    number = month and (months().get(month) or int(month))
    return {"day": _OnDate(int(named["day"]), number, _year(named.get("year")))}


def _date_on_weekday(found):
    name = next(name for name in _longest_first(weekdays()) if found[0].startswith(name))
    return {"weekday": _Weekday(weekdays()[name]), **_date(found)}


def _longest_first(words):
    return sorted(words, key=len, reverse=True)


def _weekday(found):
    is_next = found["prochain"] or (found["next"] or "").startswith(("next", "coming"))
    weeks = 1 if found["late"] else 0
    return {"weekday": _Weekday(weekdays()[found["name"]], bool(is_next), weeks)}


def _later(found):
    minutes = days = 0
    for part in re.finditer(
        rf"(?P<named>{one_of(PARTS_OF_HOUR)})|(?P<hours>\d+)\s?h\s?(?P<minutes>\d\d)\b"
        rf"|(?:(?P<number>\d+)\s?|\b(?P<word>{one_of(NUMBERS)})\s)(?P<unit>{one_of(UNITS)})\b",
        found[0],
    ):
        if part["named"]:
            minutes += PARTS_OF_HOUR[part["named"]]
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
    return {"later": timedelta(minutes=minutes), "day": _Days(days)}


def _time(found):
    named = found.groupdict()
    hour, minute, second = (int(named.get(part) or 0) for part in ("hour", "minute", "second"))
    fraction = int((named.get("fraction") or "").ljust(6, "0"))
    if named.get("half"):
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if named["half"] == "p" else 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    return {"clock": time(hour, minute, second, fraction)}


def _offset(found):
    hours, minutes = int(found["hours"]), int(found.groupdict().get("minutes") or 0)
    if hours > 14 or minutes > 59:
        return None
    offset = timedelta(hours=hours, minutes=minutes)
    return {"zone": -offset if found["sign"] == "-" else offset}


def _names_of(zone, now):
    """Return the offsets of the zone by its own abbreviations, for example CET and CEST."""
    times = [now.astimezone(zone).replace(month=month, day=1) for month in range(1, 13)]
    return {time.tzname().lower(): time.utcoffset() for time in times if time.tzname().isalpha()}


# --- Meaning ------------------------------------------------------------------------------------


@dataclass
class _Days:
    """A number of days from today."""

    number: int

    def dates(self, today) -> Iterable[date]:
        return [today + self.number * _DAY]


@dataclass
class _OnDate:
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
class _Weekday:
    number: int
    is_after_today: bool = False
    weeks: int = 0

    def dates(self, today):
        first = today + timedelta(days=self.is_after_today)
        day = first + timedelta(days=(self.number - first.weekday()) % 7 + 7 * self.weeks)
        return [day, day + 7 * _DAY]


@dataclass
class _NextDays:
    """Today and the days around it, for a time without a date."""

    def dates(self, today):
        # Where it is today in the zone of the site, it may still be yesterday in that of the text.
        return [today + days * _DAY for days in (-1, 0, 1, 2)]


@dataclass
class _Meaning:
    """The parts of a line, as one way to read it gave them."""

    day: _Days | _OnDate | None = None
    weekday: _Weekday | None = None
    clock: time | None = None
    half: str | None = None
    zone: timedelta | bool | None = None
    later: timedelta | None = None
    city: bool = False

    def moment(self, now, zone) -> datetime:
        if self.later is not None and (self.later or self.clock is None):
            return self._counted_from(now, zone)
        if self.day is None and self.weekday is None and self.clock is None:
            raise ValueError("neither a date nor a time")
        if self.half and self.clock is None:
            raise ValidationError(_("Please write the hour too."), code="no_hour")
        days = list((self.day or self.weekday or _NextDays()).dates(now.date()))
        moments = self._first(days, now, zone)
        self._check_weekday(moments[0].astimezone(zone))
        if len(moments) > 1:
            raise TwoSuchTimes(
                _("The clock shows %(time)s twice on %(date)s. Please choose one of the two.")
                % {"time": _clock(moments[0]), "date": _date_in_words(moments[0])},
                [moment.astimezone(UTC) for moment in moments],
            )
        return moments[0]

    def _counted_from(self, now, zone):
        """Return the moment that is so much later than `now`, at the end of a minute."""
        if self.clock or self.weekday or self.half or self.zone is not None:
            raise ValueError("an amount of time has no time of day")
        if now.second or now.microsecond:
            now = (now.astimezone(UTC).replace(second=0, microsecond=0) + _MINUTE).astimezone(zone)
        [day] = self.day.dates(now.date())
        then = now if day == now.date() else _at(day, now.timetz().replace(tzinfo=None), zone)[0]
        return (then.astimezone(UTC) + self.later).astimezone(zone)

    def _first(self, days, now, zone):
        """Return the first of `days` at the time of day: one moment, or two if the clock does.

        Of several days, it is the first that has not passed.
        """
        clock = self._clock_time()
        for day in days:
            offset = self._offset(day, zone)
            where = zone if offset is None else fixed(offset)
            moments = [moment.astimezone(zone) for moment in _at(day, clock, where)]
            if not moments:
                before, after = _around_gap(day, clock, zone)
                if len(days) > 1 and after <= now:
                    continue
                raise ValidationError(
                    _(
                        "On %(date)s the clock has no %(time)s: it is put forward. "
                        "The nearest times are %(before)s and %(after)s."
                    ),
                    code="no_such_time",
                    params={
                        "date": _date_in_words(after),
                        "time": _clock(datetime.combine(day, clock)),
                        "before": _clock(before),
                        "after": _clock(after),
                    },
                )
            if len(days) > 1:
                moments = [moment for moment in moments if _is_after(moment, now)]
            if moments:
                return moments
        raise ValueError("no such day")

    def _clock_time(self):
        clock = self.clock or time()
        if self.half == "pm" and clock.hour < 12:
            if clock.hour == 0:
                raise ValueError("no midnight in the evening")
            return clock.replace(hour=clock.hour + 12)
        if self.half == "am" and clock.hour > 12:
            raise ValueError("no morning after noon")
        return clock

    def _offset(self, day, zone):
        if not isinstance(self.zone, bool):
            return self.zone
        of_year = [datetime(day.year, month, 1, tzinfo=zone).utcoffset() for month in range(1, 13)]
        return max(of_year) if self.zone else min(of_year)

    def _check_weekday(self, local):
        if self.day and self.weekday and local.weekday() != self.weekday.number:
            raise ValidationError(
                _("%(date)s is a %(weekday)s."),
                code="weekday",
                params={
                    "date": date_format(local, "DATE_FORMAT"),
                    "weekday": date_format(local, "l"),
                },
            )


_MINUTE = timedelta(minutes=1)


def _is_after(moment, now):
    # Python compares the clocks of two moments of one zone, not the instants.
    return moment.astimezone(UTC) > now.astimezone(UTC)


def _at(day, clock, zone) -> list[datetime]:
    """Return the moments at which the clock of `zone` shows `clock` on `day`: 0, 1 or 2."""
    shown = datetime.combine(day, clock)
    instants = {}
    for fold_ in (0, 1):
        moment = shown.replace(tzinfo=zone, fold=fold_)
        instant = moment.astimezone(UTC)
        if instant.astimezone(zone).replace(tzinfo=None) == shown:
            instants[instant] = instant.astimezone(zone)
    return [instants[instant] for instant in sorted(instants)]


def _around_gap(day, clock, zone):
    """Return the last minute before the clock is put forward over `clock`, and the moment after."""
    skipped = datetime.combine(day, clock, tzinfo=zone)
    # Read with the offset of before and of after, it is an instant on the other side of the jump.
    early, late = sorted(skipped.replace(fold=fold_).astimezone(UTC) for fold_ in (0, 1))
    offset = early.astimezone(zone).utcoffset()
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) / 2
        if middle.astimezone(zone).utcoffset() == offset:
            early = middle
        else:
            late = middle
    after = (late + timedelta(milliseconds=500)).replace(microsecond=0)
    return (after - _MINUTE).astimezone(zone), after.astimezone(zone)


# --- Writing ------------------------------------------------------------------------------------


def text_of(moment: datetime) -> str:
    """Return the moment as text that `read` understands as the same instant.

    The month is a word, since some languages write its number first and others second.
    """
    local = timezone.localtime(moment)
    clock = local.time().isoformat("auto" if local.second or local.microsecond else "minutes")
    text = f"{date_format(local, 'j F Y')} {clock}"
    is_twice = len(_at(local.date(), local.timetz().replace(tzinfo=None), local.tzinfo)) > 1
    return f"{text} {_offset_text(local)}" if is_twice else text


def in_words(moment: datetime) -> str:
    """Return the moment in a sentence's words: weekday, date, time and time zone."""
    local = timezone.localtime(moment)
    return _("%(date)s, %(time)s, %(zone)s") % {
        "date": _date_in_words(local),
        "time": _clock(local),
        "zone": _zone_in_words(local),
    }


def choice_in_words(moment: datetime) -> str:
    """Return the words that tell one of two moments at which the clock shows the same."""
    local = timezone.localtime(moment)
    both = _at(local.date(), local.timetz().replace(tzinfo=None), local.tzinfo)
    is_summer = local.utcoffset() == max(one.utcoffset() for one in both)
    words = (
        _("%(time)s summer time (%(offset)s)")
        if is_summer
        else _("%(time)s winter time (%(offset)s)")
    )
    return words % {"time": _clock(local), "offset": _utc_offset(local)}


def _date_in_words(moment):
    local = timezone.localtime(moment) if timezone.is_aware(moment) else moment
    return _("%(weekday)s, %(date)s") % {
        "weekday": date_format(local, "l"),
        "date": date_format(local, "DATE_FORMAT"),
    }


def _clock(moment):
    local = timezone.localtime(moment) if timezone.is_aware(moment) else moment
    return date_format(local, "H:i:s" if local.second else "TIME_FORMAT")


def _zone_in_words(local):
    offset = _utc_offset(local)
    if _city(local.tzinfo) == "UTC":
        return offset
    return _("%(city)s time (%(offset)s)") % {"city": _city(local.tzinfo), "offset": offset}


def _city(zone) -> str:
    return str(zone).rpartition("/")[2].replace("_", " ")


def _offset_text(local):
    return f"{local:%z}"[:3] + ":" + f"{local:%z}"[3:5]


def _utc_offset(local):
    """Return for example “UTC+1”, “UTC+10:30” or “UTC”."""
    text = f"{local:%z}"
    hours, minutes = int(text[1:3]), text[3:5]
    if not hours and minutes == "00":
        return "UTC"
    return f"UTC{text[0]}{hours}" + (f":{minutes}" if minutes != "00" else "")
