"""The mail to the administrators (ADMINS) about errors, sent by the worker of this machine."""

import logging
import sqlite3
from contextlib import suppress
from datetime import UTC, datetime

from django.conf import settings
from django.core.mail import mail_admins
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from . import kept_errors

logger = logging.getLogger(__name__)


def send_due() -> int:
    """Mail the errors that happened since their last mail: each error once an hour, with a count.

    Return the number of errors mailed. Without ADMINS they stay in the file.
    """
    if not settings.ADMINS:
        return 0
    try:
        errors = kept_errors.claim_unmailed()
    except (OSError, sqlite3.Error):
        # The file cannot be written here. Each error is in the log as well.
        return 0
    if not errors:
        return 0
    try:
        mail_admins(_subject(errors), "\n\n\n".join(in_words(error) for error in errors))
    except Exception as error:
        # A warning, since an error about the mail server could not be mailed either.
        logger.warning("Errors could not be mailed to ADMINS: %s", type(error).__name__)
        with suppress(OSError, sqlite3.Error):
            kept_errors.release(errors)
        return 0
    return len(errors)


def _subject(errors):
    words = ngettext("%(number)d error on %(site)s", "%(number)d errors on %(site)s", len(errors))
    return words % {"number": len(errors), "site": settings.SITE_NAME}


def in_words(error) -> str:
    """Return an error as text: its type, how often and when it happened, and its report."""
    counted = ngettext("%(number)d time", "%(number)d times", error.unmailed or error.total)
    words = _("%(times)s, last on %(last)s; %(total)d in all since %(first)s") % {
        "times": counted % {"number": error.unmailed or error.total},
        "last": _date(error.last_at),
        "first": _date(error.first_at),
        "total": error.total,
    }
    report = "\n".join(f"    {line}" for line in error.report.splitlines())
    return f"{error.summary}\n{words}\n\n{report}"


def _date(seconds):
    return date_format(localtime(datetime.fromtimestamp(seconds, UTC)), "DATETIME_FORMAT")
