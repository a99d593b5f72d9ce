"""Times in English outside America: 14:30, since the newsrooms are on the European side.

The names of the variables are Django's, and so is what is not here:
https://docs.djangoproject.com/en/6.1/topics/i18n/formatting/#creating-custom-format-files
"""

TIME_FORMAT = "H:i"
DATETIME_FORMAT = "j F Y, H:i"
DATE_FORMAT = "j F Y"
SHORT_DATETIME_FORMAT = "d/m/Y H:i"
