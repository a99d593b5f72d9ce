"""The addresses for monitoring tools: whether readers can read, whether we can store, and a worker.

Each answers 200 or 503 with a plain word, under any Host, since such tools often know only the IP
address. A failure is no error of ours to be mailed: the tool itself raises the alarm.
"""

import time
from datetime import UTC, datetime
from threading import Lock

from django.db import connection
from django.http import HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from articles.models import Article, Edition
from comments.models import Counter, WorkerStatus

#: Seconds for which the outcome of a trial write is remembered.
WRITE_EVERY = 10
#: The counter that a trial write raises, in a row of its own.
_COUNTER, _SINCE = "health", datetime(2000, 1, 1, tzinfo=UTC)


def answer_health(get_response):
    """Middleware that answers the addresses below before any other looks at the Host."""

    def middleware(request):
        view = VIEWS.get(request.path_info)
        return view(request) if view else get_response(request)

    return middleware


@never_cache
@require_safe
def health(request):
    """Answer 200 while readers can read: the database answers, and its tables are ours."""
    try:
        Article.objects.only("path").first()
        Edition.objects.live().defer("body").first()
    except Exception as error:
        return _unavailable("cannot read", error)
    return _plain("ok")


class TrialWrite:
    """A write to the database, tried at most once in WRITE_EVERY seconds in this process."""

    def __init__(self):
        self._lock = Lock()
        self._next_at = 0
        self._error = None

    def error(self):
        """Return the exception of the last trial, or None if it succeeded.

        Only one thread tries. The others get the last outcome, so that a database that makes
        writers wait does not take every thread.
        """
        if time.monotonic() >= self._next_at and self._lock.acquire(blocking=False):
            try:
                self._error = self._try()
            finally:
                self._next_at = time.monotonic() + WRITE_EVERY
                self._lock.release()
        return self._error

    @staticmethod
    def _try():
        try:
            # Committed: a transaction that is rolled back succeeds on a full disk too.
            Counter.objects.add(_COUNTER, _SINCE)
        except Exception as error:
            return error
        return None


trial_write = TrialWrite()


@never_cache
@require_safe
def write(request):
    """Answer 200 while a comment can be stored: a small write was committed a moment ago."""
    if error := trial_write.error():
        return _unavailable("cannot write", error)
    return _plain("ok")


@never_cache
@require_safe
def worker(request):
    """Answer 200 while a worker runs and its sweeps succeed, and 503 otherwise.

    A worker that has ended cannot report that itself, so a monitoring tool must ask.
    """
    try:
        state = WorkerStatus.current().state
    except Exception as error:
        return _unavailable("unknown", error)
    return _plain(state, status=200 if state == "running" else 503)


#: The view of each address. `newsroom.urls` has them too, so that they have names.
VIEWS = {"/health/": health, "/health/write/": write, "/health/worker/": worker}


def _plain(word, status=200):
    return HttpResponse(f"{word}\n", content_type="text/plain", status=status)


def _unavailable(word, error):
    """Answer 503. A connection that broke is closed, so the next request opens another."""
    connection.close_if_unusable_or_obsolete()
    return _plain(f"{word}: {type(error).__name__}", status=503)
