"""Helpers for HTTP responses that Django does not have."""

from datetime import UTC, datetime

from django.http import HttpResponseRedirect
from django.utils import timezone
from django.utils.http import http_date

from . import page_notes


def with_last_modified(response, *instants):
    """Set `Last-Modified` to the latest of the `instants` that are not None; return the response.

    Until the second of that instant is over, the response gets no date: the page may change again
    in the same second, and its date would be the same (RFC 9110, section 8.8.2.2).
    """
    del response.headers["Last-Modified"]
    latest = max((int(instant.timestamp()) for instant in instants if instant), default=None)
    if latest and latest < int(timezone.now().timestamp()):
        response.headers["Last-Modified"] = http_date(latest)
    elif latest:
        page_notes.ends_at(datetime.fromtimestamp(latest + 1, UTC))
    return response


class SeeOther(HttpResponseRedirect):
    """A redirect after a POST, to be fetched with GET (RFC 9110, section 15.4.4)."""

    status_code = 303
