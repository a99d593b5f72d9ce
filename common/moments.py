"""Moments as people type them: “demain 6h”, “Friday 6:00”, “3 May 9:30”, “dans 2 heures”.

`read` understands one line in French or English, whichever language is active, and `text_of` writes
a moment in words that `read` understands again. The line may have a date, a time and a zone in any
order. All ways to read it are tried; a line that could mean two moments is refused.

The clock of a time zone with summer time skips an hour in spring, and shows one twice in autumn. A
time that is skipped is refused; of one that comes twice the zone must say which is meant.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from datetime import timezone as fixed

from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from .clock_times import MINUTE, around_gap, moments_at
from .folding import fold
from .moment_patterns import DAY, Days, OnDate, OnWeekday, readings
from .moment_text import clock_in_words, date_in_words, in_words, text_of

MAX_LENGTH = 100


class TwoSuchTimes(ValidationError):
    """The clock shows the time twice; `moments` are the two."""

    def __init__(self, message, moments):
        super().__init__(message, code="two_such_times")
        self.moments = moments


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
    for parts in readings(folded.strip(" .!") if len(text) <= MAX_LENGTH else "", zone, now):
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


@dataclass
class _NextDays:
    """Today and the days around it, for a time without a date."""

    def dates(self, today):
        # Where it is today in the zone of the site, it may still be yesterday in that of the text.
        return [today + days * DAY for days in (-1, 0, 1, 2)]


@dataclass
class _Meaning:
    """The parts of a line, as one way to read it gave them."""

    day: Days | OnDate | None = None
    weekday: OnWeekday | None = None
    clock: time | None = None
    half: str | None = None
    zone: timedelta | bool | None = None
    later: timedelta | None = None
    city: bool = False
    #: Whether the time is a number alone; whether it says “am” or “pm” itself.
    is_bare: bool = False
    is_exact: bool = False

    def moment(self, now, zone) -> datetime:
        if self.later is not None and (self.later or self.clock is None):
            return self._counted_from(now, zone)
        if self.day is None and self.weekday is None and self.clock is None:
            raise ValueError("neither a date nor a time")
        if self.half and self.clock is None:
            raise ValidationError(_("Please write the hour too."), code="no_hour")
        if self.is_bare and not self.half:
            raise ValidationError(
                _("Please write the hour as “6h”, “6:00” or “6 pm”."), code="bare"
            )
        days = list((self.day or self.weekday or _NextDays()).dates(now.date()))
        late = DAY * self._is_after_midnight()
        moments = self._first([day + late for day in days], now, zone)
        self._check_weekday(moments[0].astimezone(zone) - late)
        if len(moments) > 1:
            raise TwoSuchTimes(
                _("The clock shows %(time)s twice on %(date)s. Please choose one of the two.")
                % {"time": clock_in_words(moments[0]), "date": date_in_words(moments[0])},
                [moment.astimezone(UTC) for moment in moments],
            )
        return moments[0]

    def _counted_from(self, now, zone):
        """Return the moment that is so much later than `now`, at the end of a minute."""
        if self.clock or self.weekday or self.half or self.zone is not None:
            raise ValueError("an amount of time has no time of day")
        if now.second or now.microsecond:
            now = (now.astimezone(UTC).replace(second=0, microsecond=0) + MINUTE).astimezone(zone)
        then = now
        if self.day.number:
            then = _Meaning(day=self.day, clock=now.time()).moment(now, zone)
        return (then.astimezone(UTC) + self.later).astimezone(zone)

    def _first(self, days, now, zone):
        """Return the first of `days` at the time of day: one moment, or two if the clock does.

        Of several days, it is the first that has not passed.
        """
        clock = self._clock_time()
        for day in days:
            offset = self._offset(day, zone)
            where = zone if offset is None else fixed(offset)
            moments = [moment.astimezone(zone) for moment in moments_at(day, clock, where)]
            if not moments:
                before, after = around_gap(day, clock, zone)
                if len(days) > 1 and after <= now:
                    continue
                raise ValidationError(
                    _(
                        "On %(date)s the clock has no %(time)s: it is put forward. "
                        "The nearest times are %(before)s and %(after)s."
                    ),
                    code="no_such_time",
                    params={
                        "date": date_in_words(after),
                        "time": clock_in_words(datetime.combine(day, clock)),
                        "before": clock_in_words(before),
                        "after": clock_in_words(after),
                    },
                )
            if len(days) > 1:
                moments = [moment for moment in moments if _is_after(moment, now)]
            if moments:
                return moments
        raise ValueError("no such day")

    def _is_after_midnight(self):
        """Say whether an evening goes on into the next day: “ce soir minuit”, “tonight 2am”."""
        clock = self.clock or time()
        is_night = clock.hour == 0 or (self.is_exact and clock.hour < 6)
        return self.half == "pm" and is_night and self.clock is not None

    def _clock_time(self):
        clock = self.clock or time()
        if self.half == "pm" and clock.hour < 12 and not self._is_after_midnight():
            if self.is_exact:
                raise ValueError("no morning in the evening")
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


def _is_after(moment, now):
    # Python compares the clocks of two moments of one zone, not the instants.
    return moment.astimezone(UTC) > now.astimezone(UTC)
