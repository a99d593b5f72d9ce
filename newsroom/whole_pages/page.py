"""A kept page: its bytes in each coding, with the headers of each, and what ends it."""

import zlib
from copy import copy
from functools import lru_cache
from typing import NamedTuple

import brotli
from django.utils import timezone
from django.utils.http import parse_etags, parse_http_date_safe

from . import rules

#: Below this size, compressing saves less than it costs.
SMALLEST = 1000
#: What a page takes in memory besides its bytes, about: headers, names, entries of tables.
OVERHEAD = 4000
#: What a question takes, about, with its values and its answer.
OF_QUESTION = 1000
#: The headers of Django's answer that a 304 has as well: those of RFC 9110, section 15.4.5, and
#: those of the middlewares outside of `ConditionalGetMiddleware`.
OF_304 = {
    *("cache-control", "content-location", "etag", "expires", "last-modified", "vary"),
    *("strict-transport-security", "x-content-type-options", "referrer-policy"),
    "cross-origin-opener-policy",
}


class Variant(NamedTuple):
    """The bytes of a page in one coding."""

    etag: str
    headers: list
    headers_of_304: list
    body: bytes
    last_modified: int | None

    def answer(self, environ, start_response, more):
        """Answer a request, which may be under a condition of `If-None-Match` and the like.

        `more` are headers that belong to this moment.
        """
        if self._is_known(environ.get):
            start_response("304 Not Modified", self.headers_of_304 + more)
            return []
        start_response("200 OK", self.headers + more)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [self.body]

    def _is_known(self, get) -> bool:
        known = get("HTTP_IF_NONE_MATCH")
        if known:
            # Weakly compared (RFC 9110, section 13.1.2): a proxy that compresses marks ETags so.
            return known == self.etag or any(
                each == "*" or each.removeprefix("W/") == self.etag for each in parse_etags(known)
            )
        since = self.last_modified and get("HTTP_IF_MODIFIED_SINCE")
        since = since and parse_http_date_safe(since)
        return bool(since) and self.last_modified <= since


class WholePage:
    """A page that readers get, from `made_at` on and before `ends_at`, both in seconds.

    It ends also at the `turn` of an edition, if there is one. `names` are the names of what it is
    made of; with those in `lagging` it may be a little behind. `questions` are those that it asked
    the database (`common.questions`), or None if it cannot be asked for again.
    """

    def __init__(
        self, headers, body, *, made_at, ends_at, names, lagging, turn=None, questions=None
    ):
        self.questions = questions
        #: The end that the page itself has noted, which new answers do not move.
        self.own_end = ends_at
        self.begin(made_at, turn)
        self.names = frozenset(names)
        self.lagging = frozenset(lagging) - self.names
        #: As Django gave them, without what depends on the coding.
        self.django_headers = headers
        self.plain = self._variant("", body)
        #: The variants by coding; more are added when they are asked for.
        self.variants = {"": self.plain}

    def begin(self, now, turn):
        """Let the page hold from `now` on, until its own end or the `turn` of an edition."""
        self.made_at, self.ends_at = now, min(self.own_end, turn or self.own_end)
        #: Whether a change may have touched it: then nobody gets it before it was asked for again.
        self.is_doubtful = False
        #: The keys by which shared caches find it, once they have been asked for.
        self.keys = None
        #: The headers for these caches: of which second, whether they are trusted, and the headers.
        self.for_caches = 0, False, []

    def again(self, now, turn):
        """Return the same page as if it were made at `now`, with the next turn of an edition."""
        page = copy(self)
        page.begin(now, turn)
        return page

    def is_current(self, now) -> bool:
        """Say whether nothing on the page has begun or ended by the clock."""
        return self.made_at <= now < self.ends_at

    def end_after_lag(self, at):
        """Let the page, which may lag behind a change at the instant `at`, end soon after it.

        The clock of the machine that made the change may be ahead of ours.
        """
        since = min(at, timezone.now())
        self.ends_at = min(self.ends_at, (since + rules.LAG).timestamp())

    @property
    def size(self) -> int:
        bodies = sum(len(variant.body) for variant in list(self.variants.values()))
        return OVERHEAD + OF_QUESTION * len(self.questions or ()) + bodies

    def add_variant(self, coding):
        """Compress the page, unless it is too small to be worth it."""
        body, variant = self.plain.body, self.plain
        if len(body) >= SMALLEST:
            variant = self._variant(coding, compress(coding, body))
        self.variants[coding] = variant

    def _variant(self, coding, body):
        headers, found = [], {}
        for name, value in self.django_headers:
            lower = name.lower()
            if lower == "etag" and coding:
                # Other bytes have another strong ETag.
                value = f'{value[:-1]}-{coding}"'
            elif lower == "content-length":
                value = str(len(body))
            found[lower] = value
            headers.append((name, value))
        if coding:
            headers.append(("Content-Encoding", coding))
        headers.append(("Vary", "Accept-Encoding"))
        of_304 = [header for header in headers if header[0].lower() in OF_304]
        date = found.get("last-modified")
        return Variant(found["etag"], headers, of_304, body, date and parse_http_date_safe(date))


def compress(coding, body) -> bytes:
    if coding == "br":
        return brotli.compress(body, quality=5)
    packer = zlib.compressobj(6, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    return packer.compress(body) + packer.flush()


@lru_cache(maxsize=512)
def accepted(header) -> str:
    """Return the best coding that an `Accept-Encoding` allows (RFC 9110, section 12.5.3)."""
    weights = {}
    for part in header.lower()[:200].split(","):
        coding, _semicolon, parameter = part.strip().partition(";")
        _q, _equals, weight = parameter.partition("=")
        try:
            weights[coding.strip()] = float(weight or 1)
        except ValueError:
            weights[coding.strip()] = 0
    found = max(("br", "gzip"), key=lambda coding: weights.get(coding, 0))
    return found if weights.get(found, 0) > 0 else ""
