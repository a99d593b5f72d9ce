"""Moments in words, and as text that `common.moments` reads as the same instant."""

import re
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from .clock_times import moments_at
from .folding import fold

WEEK = timedelta(days=7)


def text_of(moment: datetime) -> str:
    """Return the moment as text that `read` understands as the same instant.

    The month is a word, since some languages write its number first and others second.
    """
    local = timezone.localtime(moment)
    clock = local.time().isoformat("auto" if local.second or local.microsecond else "minutes")
    # Translators: the format of a date in a field, with plain spaces: “4 May 2026”, “1er mai 2026”.
    day = date_format(local, pgettext("a date in a field", "j F Y"))
    text = f"{day} {clock}"
    is_twice = len(moments_at(local.date(), local.time(), local.tzinfo)) > 1
    return f"{text} {_offset_text(local)}" if is_twice else text


def in_words(moment: datetime) -> str:
    """Return the moment in a sentence's words: weekday, date, time and time zone."""
    local = timezone.localtime(moment)
    return _("%(date)s, %(time)s, %(zone)s") % {
        "date": date_in_words(local),
        "time": clock_in_words(local),
        "zone": _zone_in_words(local),
    }


def in_short(moment: datetime) -> str:
    """Return the moment for the words of a button; the weekday tells the date of the next days."""
    local = timezone.localtime(moment)
    day = date_format(local, "l")
    if not timedelta() <= moment - timezone.now() < WEEK:
        day = f"{day} {date_format(local, 'MONTH_DAY_FORMAT')}"
    # Translators: a day and a time on a button: “Friday 06:00”, “vendredi à 06:00”.
    return _("%(day)s %(time)s") % {"day": day, "time": clock_in_words(local)}


def choice_in_words(moment: datetime) -> str:
    """Return the words that tell one of two moments at which the clock shows the same."""
    local = timezone.localtime(moment)
    both = moments_at(local.date(), local.time(), local.tzinfo)
    is_summer = local.utcoffset() == max(one.utcoffset() for one in both)
    words = (
        _("%(time)s summer time (%(offset)s)")
        if is_summer
        else _("%(time)s winter time (%(offset)s)")
    )
    return words % {"time": clock_in_words(local), "offset": _utc_offset(local)}


def date_in_words(moment):
    local = timezone.localtime(moment) if timezone.is_aware(moment) else moment
    return _("%(weekday)s, %(date)s") % {
        "weekday": date_format(local, "l"),
        "date": date_format(local, "DATE_FORMAT"),
    }


def clock_in_words(moment):
    local = timezone.localtime(moment) if timezone.is_aware(moment) else moment
    return date_format(local, "H:i:s" if local.second else "TIME_FORMAT")


def _zone_in_words(local):
    offset = _utc_offset(local)
    if city_of(local.tzinfo) == "UTC":
        return offset
    city = city_of(local.tzinfo)
    words = (
        pgettext("a city before which French elides: “heure d’Oslo”", "%(city)s time (%(offset)s)")
        if _ELIDED.match(fold(city))
        else _("%(city)s time (%(offset)s)")
    )
    return words % {"city": city, "offset": offset}


#: The cities before which the French “de” is “d’”: those that begin with the sound of a vowel. Of
#: the time zones with an “h”, French reads only these with a mute one.
_ELIDED = re.compile("(?!oua)[aeiou]|h(?:alifax|awaii|ebron|elsinki|ermosillo|onolulu)")


def city_of(zone) -> str:
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
