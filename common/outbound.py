"""Requests to addresses that a person typed: only public servers of the web are ever asked.

Without a guard, such an address lets its author read what only this machine reaches: a database, a
router, the metadata of a cloud (“server-side request forgery”). A name is resolved once, and the
connection goes to an address that was checked; so a name whose answer changes afterwards (“DNS
rebinding”) gains nothing. Each redirect is checked as the first address is.
See cheatsheetseries.owasp.org, “Server-Side Request Forgery Prevention”.
"""

from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from urllib.parse import urljoin

import httpcore
import httpx
from django.conf import settings

from .deadlines import DeadlineBackend, ssl_context

#: Seconds for a whole answer, with all redirects.
SECONDS = 10
MOST_REDIRECTS = 5
#: The most characters of an address.
MOST_CHARACTERS = 2000
_PORTS = {"http": 80, "https": 443}
_REDIRECTS = {301, 302, 303, 307, 308}
#: Networks that lead to addresses of IPv4, whatever these are: NAT64 (RFC 6052, RFC 8215), 6to4
#: (RFC 3056, and its relays, RFC 7526) and Teredo (RFC 4380).
_TRANSLATED = [
    ip_network(network)
    for network in (
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "2002::/16",
        "192.88.99.0/24",
        "2001::/32",
    )
]


class CannotFetch(Exception):
    """No answer; `code` is one of `refused`, `unreachable`, `status`, `media_type` and `too_big`.

    Only `unreachable` may be otherwise at another time.
    """

    def __init__(self, code):
        super().__init__(code)
        self.code = code


def is_public(address: str) -> bool:
    """Say whether the IP `address` is one of the public Internet, in its plain form."""
    ip = ip_address(address.partition("%")[0])
    if ip.version == 6 and ip.ipv4_mapped:
        return False
    is_special = ip.is_multicast or ip.is_reserved or ip.is_unspecified or not ip.is_global
    is_site_local = ip.version == 6 and ip.is_site_local
    return not (is_special or is_site_local or any(ip in network for network in _TRANSLATED))


def is_public_server(address: str, port: int) -> bool:
    """Say whether the server at an IP `address` and `port` is one of the public web."""
    return port in _PORTS.values() and is_public(address)


@dataclass(frozen=True)
class Answer:
    """The last answer: its address after all redirects, its media type, its character set, body."""

    address: str
    media_type: str
    charset: str
    body: bytes


class _GuardedBackend(DeadlineBackend):
    def __init__(self, seconds, may_connect):
        super().__init__(seconds)
        self.may_connect = may_connect

    def addresses(self, host, port):
        found = super().addresses(host, port)
        # All of them: a name with a public and an internal address is one that somebody made up.
        if not all(self.may_connect(address, port) for address in found):
            raise CannotFetch("refused")
        return found


def fetch(address, *, media_types, most_bytes, cut=False, may_connect=is_public_server) -> Answer:
    """Return the answer to a GET of `address`, which must have one of `media_types`.

    A body of more than `most_bytes` is refused, or `cut` there. No cookie is sent, and no body is
    accepted compressed: a small one may unpack to any size. `may_connect` is asked about each IP
    address and port. Raises CannotFetch.
    """
    backend = _GuardedBackend(SECONDS, may_connect)
    try:
        with httpcore.ConnectionPool(ssl_context=ssl_context(), network_backend=backend) as pool:
            for _attempt in range(MOST_REDIRECTS + 1):
                address = normal(address)
                with pool.stream("GET", address, headers=_headers(media_types)) as answer:
                    headers = httpx.Headers(answer.headers)
                    if answer.status in _REDIRECTS and "location" in headers:
                        address = urljoin(address, headers["location"])
                        continue
                    return _read(address, answer, headers, media_types, most_bytes, cut)
    except CannotFetch:
        raise
    except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError) as error:
        raise CannotFetch("unreachable") from error
    except (httpx.InvalidURL, ValueError, OSError) as error:
        # Such as a redirect to no address, and a certificate that is not valid.
        raise CannotFetch("refused") from error
    raise CannotFetch("refused")


def normal(address: str) -> str:
    """Return the `address` of a page as it is asked for: in ASCII, and without a fragment.

    Raises CannotFetch if it is no address of the web, or holds a name or password.
    """
    try:
        url = httpx.URL(address).copy_with(fragment=None)
    except (httpx.InvalidURL, ValueError) as error:
        raise CannotFetch("refused") from error
    normalised = str(url)
    is_of_web = url.scheme in _PORTS and url.host
    if not is_of_web or url.userinfo or len(normalised) > MOST_CHARACTERS:
        raise CannotFetch("refused")
    return normalised


def _headers(media_types):
    agent = f"Newsroom/{settings.VERSION} (+{settings.SITE_URL})"
    return {"Accept": ", ".join(media_types), "Accept-Encoding": "identity", "User-Agent": agent}


def _read(address, answer, headers, media_types, most_bytes, cut):
    if answer.status != 200:
        raise CannotFetch("unreachable" if answer.status >= 500 else "status")
    said = httpx.Response(200, headers=headers)
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in media_types or headers.get("content-encoding", "identity") != "identity":
        raise CannotFetch("media_type")
    body = bytearray()
    for chunk in answer.iter_stream():
        body += chunk
        if len(body) > most_bytes:
            if not cut:
                raise CannotFetch("too_big")
            break
    charset = said.charset_encoding or ""
    return Answer(address, media_type, charset, bytes(body[:most_bytes]))
