"""The pages that several processes share in Redis, where CACHE_URL names one.

A page there has the position in the log of changes at which it was made, and whoever finds it asks
the database what changed since. So nothing has to be deleted there, and nothing old is served.
Where Redis is gone or slow, each process makes its pages itself. A release or other settings make
other pages, so they have other keys.
"""

import json
import logging
import time
import zlib
from hashlib import sha256
from importlib import import_module

from django.conf import settings

from .news import Position
from .page import WholePage

log = logging.getLogger(__name__)

#: Seconds that a call may take, and for which Redis is left alone after one that failed.
TIMEOUT, PAUSE = 0.2, 10
#: Seconds after which Redis forgets a page, whatever it shows: until then it also holds words that
#: were erased or taken down meanwhile, though nobody gets them.
LONGEST = 3600
_BACKEND = "django.core.cache.backends.redis.RedisCache"
#: What pages are made by, besides the settings.
_SOURCES = ("articles", "comments", "common", "newsroom", "static", "templates", "requirements.txt")


def _redis(module="redis"):
    """Load the client where it is used: a site without Redis is spared 5 MB in each process."""
    return import_module(module)


class SharedPages:
    """Pages in the Redis `client`; with None, no page is shared."""

    def __init__(self, client=None, release=""):
        self._client, self._release = client, release
        self._rests_until = float("-inf")

    @classmethod
    def of_settings(cls):
        cache = settings.CACHES["default"]
        if cache["BACKEND"] != _BACKEND:
            return cls()
        address = cache["LOCATION"]
        retry = _redis("redis.retry").Retry(_redis("redis.backoff").NoBackoff(), 0)
        client = _redis().Redis.from_url(
            address if isinstance(address, str) else address[0],
            socket_timeout=TIMEOUT,
            socket_connect_timeout=TIMEOUT,
            retry=retry,
        )
        return cls(client, release())

    def find(self, key):
        """Return the page and the position at which it was made, or two times None."""
        stored = self._ask(lambda client: client.get(self._name(key)))
        if stored is None:
            return None, None
        try:
            head, _newline, body = zlib.decompress(stored).partition(b"\n")
            head = json.loads(head)
            position, headers = head.pop("position"), head.pop("headers")
            for which in ("names", "lagging"):
                head[which] = [tuple(name) for name in head[which]]
            headers = [tuple(header) for header in headers]
            return WholePage(headers, body, **head), Position.of_json(position)
        except (ValueError, KeyError, TypeError, zlib.error):
            log.warning("An unreadable page in Redis is left aside.")
            return None, None

    def keep(self, key, page, position):
        if self._client is None:
            return
        head = {
            "position": position.as_json(),
            "headers": page.django_headers,
            "names": sorted(page.names, key=str),
            "lagging": sorted(page.lagging, key=str),
            "made_at": page.made_at,
            "ends_at": page.ends_at,
        }
        packed = zlib.compress(json.dumps(head).encode() + b"\n" + page.plain.body, 1)
        seconds = min(LONGEST, max(1, int(page.ends_at - page.made_at)))
        self._ask(lambda client: client.set(self._name(key), packed, ex=seconds))

    def _ask(self, call):
        if self._client is None or time.monotonic() < self._rests_until:
            return None
        try:
            return call(self._client)
        except _redis().RedisError as error:
            self._rests_until = time.monotonic() + PAUSE
            log.warning("Redis, where pages are shared, failed: %s", type(error).__name__)
            return None

    def _name(self, key):
        path, query = key
        return f"newsroom:page:{self._release}:{query}:{path}"


def release() -> str:
    """Return a digest of all that pages are made by: the code, the templates and the settings."""
    digest = sha256()
    for source in _SOURCES:
        top = settings.BASE_DIR / source
        files = top.rglob("*") if top.is_dir() else [top]
        for path in sorted(files):
            if path.is_file() and path.suffix != ".pyc":
                digest.update(str(path.relative_to(settings.BASE_DIR)).encode())
                digest.update(path.read_bytes())
    for name in sorted(filter(str.isupper, dir(settings))):
        try:
            value = json.dumps(getattr(settings, name), sort_keys=True)
        except TypeError:
            # No plain value: the code above decides it, or it is a path of this machine.
            continue
        digest.update(f"{name}={value}".encode())
    return digest.hexdigest()[:32]
