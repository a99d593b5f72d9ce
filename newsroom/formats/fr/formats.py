"""Dates in French: no line breaks between a day and its month, and a word before the time.

The names of the variables are Django's:
https://docs.djangoproject.com/en/6.1/topics/i18n/formatting/#creating-custom-format-files
"""

DATE_FORMAT = "j\xa0F Y"
DATETIME_FORMAT = "j\xa0F Y à H:i"
MONTH_DAY_FORMAT = "j\xa0F"
