"""Answers over HTTP that Django has no class for."""

from django.http import HttpResponseRedirect
from django.utils import timezone
from django.utils.http import http_date


def dated(response, *instants):
    """Date the response by the last of the `instants` that are given, and return it.

    Within that very second it has no date: more may change before the second is over, and the date
    would be the same (RFC 9110, section 8.8.2.2).
    """
    del response.headers["Last-Modified"]
    latest = max((int(instant.timestamp()) for instant in instants if instant), default=None)
    if latest and latest < int(timezone.now().timestamp()):
        response.headers["Last-Modified"] = http_date(latest)
    return response


class SeeOther(HttpResponseRedirect):
    """A redirect after a POST, to be fetched with GET (RFC 9110, section 15.4.4)."""

    status_code = 303
