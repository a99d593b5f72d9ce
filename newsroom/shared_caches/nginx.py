"""nginx with deploy/nginx-purge.conf: it forgets the one page at each address that it is told.

It keeps a page for a second only, so it is up to date without this. This is for an outage, in which
nginx goes on with what it has: a page that was withdrawn just before is not there any more.
"""

import time
from urllib.parse import urlsplit

import httpx
from django.conf import settings

from common.deadlines import ssl_context

from .addresses import addresses_of
from .cache import TIMEOUT, NotPurged, SharedCache, ask

#: What `$newsroom_coding` of deploy/nginx.conf may be. nginx has a copy of a page for each.
CODINGS = ("br, gzip", "br", "gzip", "")
#: The answers of the module where there was no such copy: up to version 2.4, and later.
NOT_THERE = (404, 412)
#: Seconds for all addresses together; each takes some milliseconds.
SECONDS_IN_ALL = 10


class Nginx(SharedCache):
    """The nginx at `url`, one of PURGE_NGINX_URLS. `transport` stands in for HTTP in a test."""

    finds_by_key = False

    def __init__(self, url, transport=None):
        self.url, self.transport = url.rstrip("/"), transport
        self.label = f"nginx {self.url.rpartition('@')[2]}"

    def forget(self, changes):
        host, end = urlsplit(settings.SITE_URL).netloc, time.monotonic() + SECONDS_IN_ALL
        with httpx.Client(
            timeout=TIMEOUT,
            trust_env=False,
            verify=ssl_context(),
            transport=self.transport,
            headers={"Host": host},
        ) as client:
            # It also confirms that it would forget, if there is nothing to be forgotten.
            for address in addresses_of(changes) or ["/"]:
                if time.monotonic() > end:
                    raise NotPurged("It takes too long.")
                for coding in CODINGS:
                    ask(
                        client,
                        "PURGE",
                        f"{self.url}{address}",
                        fine=NOT_THERE,
                        headers={"Accept-Encoding": coding},
                    )
