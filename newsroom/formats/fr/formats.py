"""Dates in French: “1er mai”, no line break between a day and its month, a word before the time.

The names of the variables are Django's:
https://docs.djangoproject.com/en/6.1/topics/i18n/formatting/#creating-custom-format-files
"""

from django.utils.dateformat import DateFormat
from django.utils.translation import get_language

DATE_FORMAT = "jS\xa0F Y"
DATETIME_FORMAT = "jS\xa0F Y à H:i"
MONTH_DAY_FORMAT = "jS\xa0F"

_in_english = DateFormat.S


def _ending_of_day(date_format):
    """Return what “S” stands for after the number of a day: in French only the first has an ending.

    Django knows the endings of English alone, in all languages.
    """
    if (get_language() or "").startswith("fr"):
        return "er" if date_format.data.day == 1 else ""
    return _in_english(date_format)


DateFormat.S = _ending_of_day
