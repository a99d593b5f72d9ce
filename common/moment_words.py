"""The words of French and English with which people write a moment, as regular expressions.

The names of months and days are Django's, in the languages of the site, and so are their short
forms; so is any beginning of three letters or more that only one of them has (“janv.”, “thurs”).
All words are folded: see `common.folding`.
"""

import re
from collections import defaultdict
from functools import cache

from django.conf import settings
from django.utils import dates, translation

from .folding import fold

SHORTEST = 3

#: The days from today of each word.
DAYS = {
    "hier": -1,
    "yesterday": -1,
    "aujourd'hui": 0,
    "today": 0,
    "demain": 1,
    **dict.fromkeys(["tomorrow", "tmrw", "tmr"], 1),
    "apres-demain": 2,
    "apres demain": 2,
    "the day after tomorrow": 2,
    "day after tomorrow": 2,
}
#: Today, and the half of the day.
HALVES_OF_TODAY = {
    **dict.fromkeys(["ce matin", "this morning"], "am"),
    **dict.fromkeys(
        ["cet apres-midi", "cet apres midi", "ce soir", "this afternoon", "this evening"], "pm"
    ),
    "tonight": "pm",
}
HALVES = {
    **dict.fromkeys(["du matin", "matin", "in the morning", "morning"], "am"),
    **dict.fromkeys(["de l'apres-midi", "de l'apres midi", "apres-midi", "apres midi"], "pm"),
    **dict.fromkeys(["du soir", "soir", "in the afternoon", "afternoon"], "pm"),
    **dict.fromkeys(["in the evening", "evening", "at night", "night"], "pm"),
}
HOURS = {"midi": 12, "noon": 12, "minuit": 0, "midnight": 0}
NUMBERS = {
    **{"a": 1, "an": 1, "un": 1, "une": 1, "one": 1, "deux": 2, "two": 2, "trois": 3, "three": 3},
    **{"quatre": 4, "four": 4, "cinq": 5, "five": 5, "six": 6, "sept": 7, "seven": 7, "huit": 8},
    **{"eight": 8, "neuf": 9, "nine": 9, "dix": 10, "ten": 10, "quinze": 15, "fifteen": 15},
    **{"vingt": 20, "twenty": 20, "trente": 30, "thirty": 30},
}
#: The minutes of each unit of time.
UNITS = {
    **dict.fromkeys(["minutes", "minute", "min", "mn", "m"], 1),
    **dict.fromkeys(["heures", "heure", "hours", "hour", "hrs", "hr", "h"], 60),
    **dict.fromkeys(["jours", "jour", "j", "days", "day", "d"], 24 * 60),
    **dict.fromkeys(["semaines", "semaine", "weeks", "week"], 7 * 24 * 60),
}
AMOUNTS = {
    **dict.fromkeys(["une demi-heure", "une demi heure", "half an hour"], 30),
    **dict.fromkeys(["une heure et demie", "an hour and a half"], 90),
    **dict.fromkeys(["un quart d'heure", "a quarter of an hour"], 15),
}
#: True for the larger of a time zone's two offsets in a year.
SEASONS = {
    **dict.fromkeys(["heure d'ete", "summer time", "daylight time", "daylight saving time"], True),
    **dict.fromkeys(["heure d'hiver", "winter time", "standard time"], False),
}


def one_of(words) -> str:
    """Return a pattern that matches any of `words`, the longest first."""
    return f"(?:{'|'.join(map(re.escape, sorted(words, key=len, reverse=True)))})"


@cache
def months() -> dict[str, int]:
    return _by_name(dates.MONTHS, dates.MONTHS_3, dates.MONTHS_AP)


@cache
def weekdays() -> dict[str, int]:
    """Return the number of each weekday by its names; Monday is 0."""
    return _by_name(dates.WEEKDAYS, dates.WEEKDAYS_ABBR)


def _by_name(names, *short_names):
    meanings = defaultdict(set)
    for language, _label in settings.LANGUAGES:
        with translation.override(language):
            for table in (names, *short_names):
                for number, name in table.items():
                    folded = fold(str(name)).rstrip(".")
                    ends = range(SHORTEST, len(folded) + 1) if table is names else [len(folded)]
                    for end in ends:
                        meanings[folded[:end]].add(number)
    # “jui” begins both June and July in French.
    return {name: min(numbers) for name, numbers in meanings.items() if len(numbers) == 1}
