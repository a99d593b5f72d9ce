"""The report of one error: how and where it happened, for the people who mend it."""

import hashlib
import platform
import re
import traceback
from dataclasses import dataclass

import django
from django.conf import settings
from django.db import connection
from django.http import HttpRequest

from common.private_paths import mask

from . import reader_data, tracebacks

#: Maximum length of a report in bytes. The end is cut.
LONGEST_REPORT = 6000
#: The settings that a report shows. Others may hold a password, such as that of Redis in CACHES.
SHOWN_SETTINGS = ("VERSION", "SITE_URL", "LANGUAGE_CODE", "TIME_ZONE", "LOCAL")
#: The headers that a report shows. They help to find the error and do not identify the reader.
SHOWN_HEADERS = (
    *("CONTENT_TYPE", "CONTENT_LENGTH", "HTTP_HOST", "HTTP_ACCEPT", "HTTP_ACCEPT_LANGUAGE"),
    *("HTTP_ORIGIN", "HTTP_SEC_FETCH_SITE", "HTTP_X_FORWARDED_PROTO"),
)


@dataclass(frozen=True)
class Report:
    #: The same for each occurrence of an error, even if the messages differ.
    fingerprint: str
    summary: str
    text: str

    @classmethod
    def of(cls, record):
        """Return the report of a log record, with its exception and its request if it has them."""
        request = _request_of(record)
        exception = record.exc_info[1] if record.exc_info else None
        values = reader_data.values_of(request)
        message = reader_data.without(values, record.getMessage())
        summary = tracebacks.summary(exception, values) if exception else message
        parts = [f"{record.name}: {message}", _settings(), *_request(request)]
        if exception:
            parts.append(tracebacks.describe(exception, values))
        text = "\n".join(parts).encode()[:LONGEST_REPORT].decode(errors="ignore")
        return cls(_fingerprint(record, exception), summary, text)


def _fingerprint(record, exception):
    """Return a hash of the places in the code: where the error was raised, or else logged."""
    places = [record.name]
    for error in tracebacks.chain(exception):
        frames = traceback.extract_tb(error.__traceback__, limit=-tracebacks.MOST_FRAMES)
        # A recursion that is one level deeper is the same error.
        places.append(type(error).__qualname__)
        places += dict.fromkeys(f"{frame.filename}:{frame.lineno}" for frame in frames)
    if exception is None:
        places += [str(record.msg), _route(_request_of(record))]
    return hashlib.sha256("\n".join(places).encode()).hexdigest()[:16]


def _request_of(record):
    request = getattr(record, "request", None)
    return request if isinstance(request, HttpRequest) else None


def _settings():
    shown = {name: getattr(settings, name) for name in SHOWN_SETTINGS}
    shown |= {"Django": django.__version__, "Python": platform.python_version()}
    shown |= {"host": platform.node(), "database": connection.vendor}
    return ", ".join(f"{name} {value}" for name, value in shown.items())


def _request(request):
    """Return lines about the request: its path with masks, and the names of its parameters."""
    if request is None:
        return []
    names = ", ".join(re.findall(r"(?:^|&)([a-z_]{1,40})=", request.META.get("QUERY_STRING", "")))
    lines = [f"{request.method} {mask(request.path)[:300]}", f"route: {_route(request)}"]
    if names:
        lines.append(f"parameters: {names[:300]}")
    headers = {name: str(request.META.get(name) or "")[:200] for name in SHOWN_HEADERS}
    return lines + [f"{name}: {mask(value)}" for name, value in headers.items() if value]


def _route(request):
    match = getattr(request, "resolver_match", None)
    return match.route if match else "-"
