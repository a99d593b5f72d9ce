"""The WSGI application in front of Django: it answers with kept pages, or has them made and kept.

Before each answer it makes sure that no change came since: it compares the mark that all processes
of this machine move after a commit (`articles.models.change.mark`), and reads the new rows from the
database if it was moved, and in any case after `POLL_EVERY` and in each new second. So on this
machine nobody gets an old page after the answer to whoever changed something, and on another
machine after `POLL_EVERY`, give or take a query. A page that a cache in front may keep for long is
answered only after the rows were read for it. Where the database does not answer nobody knows, so
Django gets the request.
"""

import logging
import time
from datetime import UTC, datetime
from io import BytesIO
from threading import Event, Lock

from django.conf import settings
from django.db import Error, close_old_connections, connection

from articles.models import Edition
from articles.models.change import mark as mark_of_changes
from common import page_notes, questions
from common.statement_limits import statements_limited

from ..shared_caches import purging
from ..shared_caches.lifetimes import Lifetimes
from . import news, rules
from .memory import Memory
from .page import WholePage, accepted
from .shared import SharedPages

log = logging.getLogger(__name__)

#: Seconds after which the rows of other machines are read, and those of a process that was killed
#: between its commit and its mark. One second is promised.
POLL_EVERY = 0.5
#: Seconds for which a request waits for another that makes the same page, or reads the changes.
PATIENCE = 5


def with_whole_pages(application):
    """Return `application` with kept pages in front of it, where the settings want them."""
    if settings.DEBUG or not settings.KEPT_PAGES_MB:
        return application
    room = settings.KEPT_PAGES_MB * 2**20
    return WholePages(application, room=room, tell_again=purging.tell_again)


class WholePages:
    """Kept pages in front of `application`. `clock` returns the time in seconds since 1970.

    `tell_again` is called when shared caches were told what a request has changed.
    """

    def __init__(
        self,
        application,
        *,
        room,
        mark=mark_of_changes,
        clock=time.time,
        tell_again=lambda: None,
    ):
        self.application, self.mark, self.clock = application, mark, clock
        self.tell_again = tell_again
        self.memory = Memory(room)
        self.shared = SharedPages.of_settings()
        self.requests = rules.Requests()
        self.lifetimes = Lifetimes()
        #: What has been read of the changes: up to which position, and at which mark.
        self._position, self._mark = None, None
        #: When that reading began, and when these changes had been read, by the monotonic clock.
        self._began, self._read_at = float("-inf"), float("-inf")
        #: The second of `clock` in which it began: nginx keeps what it gets until that is over.
        self._second = None
        self._reading = Lock()
        self._turns = Turns()
        #: The pages that are being made, by their keys.
        self._making, self._lock = {}, Lock()

    def __call__(self, environ, start_response):
        key = self.requests.key(environ)
        if key is None or not self._knows_all_changes():
            return self._left_to_django(environ, start_response)
        now = self.clock()
        answer = self.memory.find(key, now) or self._made(key, environ)
        if answer is None:
            return self._left_to_django(environ, start_response)
        if isinstance(answer, WholePage):
            coding = accepted(environ.get("HTTP_ACCEPT_ENCODING", ""))
            if coding not in answer.variants:
                answer.add_variant(coding)
                self.memory.weigh(key, answer)
            for_caches = self.lifetimes.of_page(answer, self.clock(), begun=now)
            return answer.variants[coding].answer(environ, start_response, for_caches)
        status, headers, body = answer
        for_caches = self.lifetimes.of_other_answer(headers)
        if status.startswith(rules.INSTEAD_OF_A_PAGE) and rules.is_for_everybody(headers):
            for_caches.append(self.lifetimes.in_nginx(now))
        start_response(status, headers + for_caches)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    def _left_to_django(self, environ, start_response):
        """Have Django answer, and tell shared caches that the answer is not for them.

        They learn what changed before whoever changed it gets the answer.
        """

        def start_response_for_caches(status, headers, exc_info=None):
            for_caches = self.lifetimes.of_other_answer(headers)
            return start_response(status, headers + for_caches, exc_info)

        mark = self.mark.read()
        answer = self.application(environ, start_response_for_caches)
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") and self.mark.read() != mark:
            try:
                purging.tell_caches(only_working=True)
                self.tell_again()
            except Exception:
                # The change is made. The worker tells the caches, whatever failed here.
                log.exception("Shared caches could not be told of a change.")
        return answer

    # --- Changes ------------------------------------------------------------------------------

    def _knows_all_changes(self) -> bool:
        """Drop the pages that changed. Return False if the database does not say which."""
        since = self._at_least_since()
        if self._is_up_to_date(since):
            return True
        if not self._reading.acquire(timeout=PATIENCE):
            return False
        try:
            return self._is_up_to_date(since) or self._read_changes()
        finally:
            self._reading.release()

    def _at_least_since(self):
        """Return the instant, by the monotonic clock, after which the changes must have been read.

        A cache that may keep the answer for long has perhaps been told already what another machine
        has changed since this one looked.
        """
        return time.monotonic() if self.lifetimes.are_long else float("-inf")

    def _is_up_to_date(self, since):
        mark = self.mark.read()
        return mark and int(self.clock()) == self._second and self._is_fresh(mark, since)

    def _is_fresh(self, mark, since):
        return mark == self._mark and since <= self._began > time.monotonic() - POLL_EVERY

    def _read_changes(self):
        # Both before the rows: what comes meanwhile is read the next time.
        mark, began, second = self.mark.read(), time.monotonic(), int(self.clock())
        try:
            close_old_connections()
            rows, position = news.read_since(self._position)
            # Before anything else: `_make` reads it last.
            self._read_at = time.monotonic()
            self.lifetimes.read_what_is_confirmed()
        except Error:
            return False
        if rows:
            # First: a page that is made from now on may take a turn that is known.
            self._turns.forget()
        self.memory.notice([row[1:] for row in rows])
        self._position, self._mark, self._began, self._second = position, mark, began, second
        return True

    # --- Making a page ------------------------------------------------------------------------

    def _made(self, key, environ):
        """Return the page, or Django's answer (status, headers, body) that is none to be kept.

        Return None if the request is Django's as it is. One request makes a page, and others that
        come meanwhile wait for it. They get it only if no change came before they did.
        """
        if not rules.is_kept(*key):
            return None
        for _time in range(2):
            with self._lock:
                being_made = self._making.get(key)
                if being_made is None:
                    done = self._making[key] = Event()
            if being_made is None:
                try:
                    return self.memory.find(key, self.clock()) or self._make(key, environ)
                finally:
                    with self._lock:
                        del self._making[key]
                    done.set()
            if not being_made.wait(PATIENCE) or not self._knows_all_changes():
                return None
            if page := self.memory.find(key, self.clock()):
                return page
        return None

    def _make(self, key, environ):
        # All of it before the page is made: it may show the changes after, or may not.
        position, since, now = self._position, self.memory.position, self.clock()
        read_at = self._read_at
        try:
            turn = self._turns.next(now)
            if page := self._same_page(key, now, turn, read_at):
                return self._kept(key, page, since, position)
            if page := self._shared_page(key, now):
                return self._kept(key, page, since)
        except Error:
            return None
        with page_notes.taken(rows_read_since=read_at) as notes, questions.noted() as asked:
            status, headers, body = self._from_django(environ, asked)
        if notes.is_passing or not rules.may_be_kept(status, headers):
            return status, headers, body
        ends = [notes.end and notes.end.timestamp(), now + rules.KEPT_FOR.total_seconds()]
        page = WholePage(
            headers,
            body,
            made_at=now,
            ends_at=min(filter(None, ends)),
            turn=turn,
            names=notes.names | rules.ALWAYS,
            lagging=notes.lagging,
            questions=asked if asked else None,
        )
        return self._kept(key, page, since, position)

    def _kept(self, key, page, since, position=None):
        """Keep the page, unless something changed meanwhile, and return it.

        Other processes get it too, if it was made at a `position` and not taken from them.
        Changes of this machine, and after a while all, are looked for once more: a cache in front
        may have been told of them before the page reaches it.
        """
        is_fresh = self._is_fresh(self.mark.read(), self._at_least_since())
        knows = is_fresh or self._knows_all_changes()
        if knows and page.is_current(self.clock()) and self.memory.keep(key, page, since):
            if position is not None:
                self.shared.keep(key, page, position)
        else:
            # It was true when it was asked for, and no cache may have it.
            page.ends_at = 0
        return page

    def _same_page(self, key, now, turn, read_at):
        """Return the page of before, if the database gives it the answers of before, or None.

        So a page that a change may have touched, and has not, costs its queries alone.
        """
        page = self.memory.former(key, now)
        if page is None:
            return None
        with (
            page_notes.taken(rows_read_since=read_at),
            statements_limited(settings.READERS_STATEMENT_SECONDS),
        ):
            if page.questions.have_the_same_answers(datetime.fromtimestamp(now, UTC)):
                return page.again(now, turn)
        self.memory.forget(key, page)
        return None

    def _shared_page(self, key, now):
        """Return the page that another process has made, if it is true still, or None."""
        page, position = self.shared.find(key)
        if page is None or (changes := news.changes_since(position)) is None:
            return None
        for kind, changed, at in changes:
            names = page_notes.touched_by(kind, changed)
            if not page.names.isdisjoint(names):
                return None
            if not page.lagging.isdisjoint(names):
                page.end_after_lag(at)
        return page if page.is_current(now) else None

    def _from_django(self, environ, asked):
        started = []

        def start_response(status, headers, exc_info=None):
            started[:] = [status, headers]

        with connection.execute_wrapper(asked.statement):
            answer = self.application(self.requests.bare(environ, BytesIO()), start_response)
            try:
                body = b"".join(answer)
            finally:
                if hasattr(answer, "close"):
                    answer.close()
        return *started, body


class Turns:
    """The next instant at which an edition begins or ends: asked once until something changes."""

    def __init__(self):
        self._known = None
        self._forgotten = 0

    def forget(self):
        self._forgotten += 1

    def next(self, now):
        """Return the next instant after `now`, both in seconds, or None."""
        forgotten, known = self._forgotten, self._known
        if known and known[0] == forgotten and known[1] <= now and (not known[2] or now < known[2]):
            return known[2]
        turn = Edition.objects.next_turn(datetime.fromtimestamp(now, UTC))
        turn = turn and turn.timestamp()
        self._known = forgotten, now, turn
        return turn
