"""Dates and times in English that mean the same to every reader.

Django's own are American: 03/04/2026 is another day in Europe, and “2 p.m.” at the end of a
sentence has two full stops. Here the day stands before the month, the month has its name, and
the clock has 24 hours. So a date of figures alone can only be typed as in ISO 8601.

The names of the variables are Django's:
https://docs.djangoproject.com/en/6.1/topics/i18n/formatting/#creating-custom-format-files
"""

DATE_FORMAT = "j F Y"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "j F Y, H:i"
MONTH_DAY_FORMAT = "j F"
SHORT_DATE_FORMAT = "j M Y"
SHORT_DATETIME_FORMAT = "j M Y, H:i"
FIRST_DAY_OF_WEEK = 1  # Monday

DATE_INPUT_FORMATS = [
    "%Y-%m-%d",  # 2026-10-25
    "%d %B %Y",  # 25 October 2026
    "%d %b %Y",  # 25 Oct 2026
    "%B %d, %Y",  # October 25, 2026
    "%b %d, %Y",  # Oct 25, 2026
]
DATETIME_INPUT_FORMATS = [
    "%Y-%m-%d %H:%M:%S",  # 2026-10-25 14:30:59
    "%Y-%m-%d %H:%M:%S.%f",  # 2026-10-25 14:30:59.000200
    "%Y-%m-%d %H:%M",  # 2026-10-25 14:30
]
