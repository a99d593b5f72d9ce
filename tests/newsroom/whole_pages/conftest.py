"""A site behind its kept pages, asked as a WSGI server asks."""

import io
import sys
from contextlib import contextmanager
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.utils import timezone

from articles.models import Change
from newsroom.whole_pages import front
from newsroom.whole_pages.front import WholePages
from newsroom.whole_pages.shared import SharedPages
from tests.articles.conftest import clock  # noqa: F401


@pytest.fixture(autouse=True)
def connection_stays(monkeypatch):
    """Keep the connection, which has the transaction of the test, as Django's test client does."""
    monkeypatch.setattr(front, "close_old_connections", lambda: None)
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture(autouse=True)
def changes_by_the_clock(monkeypatch):
    """Date changes by the clock of the test: the field knows only the function of before."""
    monkeypatch.setattr(Change._meta.get_field("at"), "_get_default", lambda: timezone.now())


class NoMark:
    """A mark that cannot be read, so that each request asks the database."""

    def read(self):
        return None


#: The headers for shared caches, which belong to a moment; `tests/newsroom/shared_caches` has them.
FOR_CACHES = {
    *("x-accel-expires", "surrogate-control", "cdn-cache-control", "surrogate-key", "cache-tag"),
}


class Answer(NamedTuple):
    status: str
    headers: list
    body: bytes

    def for_readers(self):
        """Return the answer without the headers for shared caches."""
        kept = [header for header in self.headers if header[0].lower() not in FOR_CACHES]
        return self._replace(headers=kept)

    @property
    def header(self):
        return {name.lower(): value for name, value in self.headers}


def environ_of(address, method="GET", **more):
    site, path = urlsplit(settings.SITE_URL), urlsplit(address)
    return {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path.path,
        "QUERY_STRING": path.query,
        "SERVER_NAME": site.hostname,
        "SERVER_PORT": str(site.port or 80),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": site.netloc,
        "REMOTE_ADDR": "192.0.2.7",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": site.scheme,
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        **more,
    }


def ask(application, address, method="GET", **more):
    started = []

    def start_response(status, headers, exc_info=None):
        started[:] = [status, headers]

    answer = application(environ_of(address, method, **more), start_response)
    try:
        body = b"".join(answer)
    finally:
        if hasattr(answer, "close"):
            answer.close()
    return Answer(*started, body)


class Process:
    """A web process: Django, and the kept pages in front of it."""

    def __init__(self, *, mark=None, room=2**22, shared=None):
        self.django, self.made = WSGIHandler(), 0
        self.pages = WholePages(
            self._counted,
            room=room,
            mark=mark or NoMark(),
            clock=lambda: timezone.now().timestamp(),
        )
        self.pages.shared = shared or SharedPages()

    def _counted(self, environ, start_response):
        self.made += 1
        return self.django(environ, start_response)

    def get(self, address, method="GET", **more):
        """Return the answer without the headers for shared caches."""
        return ask(self.pages, address, method, **more).for_readers()

    def for_caches(self, address, method="GET", **more):
        """Return the headers for shared caches, by name."""
        headers = ask(self.pages, address, method, **more).header
        return {name: headers[name] for name in FOR_CACHES & headers.keys()}

    def page(self, address):
        """Return the page that is kept of `address`."""
        self.get(address)
        path = urlsplit(address)
        return self.pages.memory.find((path.path, path.query), self.pages.clock())

    def still_kept(self, addresses):
        """Return the addresses whose next request would be answered by a page that is kept."""
        self.pages._knows_all_changes()
        now = self.pages.clock()
        parts = {each: (urlsplit(each).path, urlsplit(each).query) for each in addresses}
        pages = self.pages
        return [
            each
            for each, key in parts.items()
            if pages.memory.find(key, now) or pages._shared_page(key, now)
        ]

    def to_be_asked(self, addresses):
        """Return the addresses of the pages that are kept, but have to ask their questions."""
        parts = {each: (urlsplit(each).path, urlsplit(each).query) for each in addresses}
        memory, now = self.pages.memory, self.pages.clock()
        former = [each for each, key in parts.items() if memory.former(key, now)]
        still = set(self.still_kept(former))
        return [each for each in former if each not in still]

    @contextmanager
    def changes_while_made(self, change, *, is_noticed=True):
        """In the block, `change` is made and noticed after Django has made a page, every time."""
        real = self.django

        def application(environ, start_response):
            answer = real(environ, start_response)
            change()
            if is_noticed:
                self.pages._read_changes()
            return answer

        self.django = application
        yield
        self.django = real

    def fresh(self, address, method="GET", **more):
        return ask(self.django, address, method, **more)


@pytest.fixture
def process():
    return Process()
