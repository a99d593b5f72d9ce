"""Where a comment comes from: our own form, and whose hands. No cookie, no token of a person."""

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse

from . import text
from .refusal import Refused

#: How old the stamp of a form may be, in days: a page may lie open, or in a cache, that long.
STAMP_DAYS = 30
#: A receipt that no comment has.
NOBODY = UUID(int=0)

# --- Does the form come from our page? --------------------------------------------------------


def stamp(article) -> str:
    """Return the stamp of today's forms under `article`: the same for all readers, all day (UTC),

    so that the page's bytes are the same too and can be cached.
    """
    return _signer("stamp").sign(f"{article.pk}:{datetime.now(UTC):%Y%m%d}")


def confirmation(article, address) -> str:
    """Return what a form carries once its sender has been asked to confirm; good for a day.

    It is made from the address, so that no other site can fetch one for its visitors to send.
    """
    return _signer("confirm").sign(f"{article.pk}:{datetime.now(UTC):%Y%m%d}:{address}")


def _signer(purpose):
    return signing.Signer(salt=f"comments.{purpose}")


def check_stamp(article, value):
    """Raise Refused(`stamp`) unless `value` is a stamp of `article`, at most STAMP_DAYS old."""
    try:
        number, _colon, day = _signer("stamp").unsign(value).partition(":")
        made = datetime.strptime(day, "%Y%m%d").replace(tzinfo=UTC)
    except (signing.BadSignature, ValueError):
        raise Refused("stamp") from None
    age = datetime.now(UTC) - made
    # A page made just before midnight by a machine whose clock is a little ahead is not too new.
    if number != str(article.pk) or not timedelta(days=-2) < age < timedelta(days=STAMP_DAYS + 1):
        raise Refused("stamp")


def check_origin(request, article, confirmed):
    """Raise Refused where another site's page sent the form, or where nobody says which did.

    Browsers name the sender in `Sec-Fetch-Site` (https://www.w3.org/TR/fetch-metadata/) or, the
    older ones, in `Origin` (RFC 6454); no page can set either. Refuse on evidence only: without
    any, `unsure` asks the reader to confirm.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site in ("same-origin", "none"):
        return
    if site == "cross-site":
        raise Refused("origin")
    origin = request.headers.get("Origin", "null")
    here = f"{request.scheme}://{request.get_host()}"
    if origin != "null":
        if origin not in {_origin(settings.SITE_URL), here, *settings.CSRF_TRUSTED_ORIGINS}:
            raise Refused("origin")
        return
    if confirmed != confirmation(article, client_address(request)):
        raise Refused("unsure")


def _origin(url):
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


# --- Who sent it? -----------------------------------------------------------------------------


def client_address(request) -> str | None:
    """Return the reader's IP address, or None where the server does not say one.

    Behind TRUSTED_PROXY_COUNT proxies it is that entry of X-Forwarded-For, counted from the right:
    what stands to the left of it is the reader's own claim.
    """
    address = request.META.get("REMOTE_ADDR", "")
    if count := settings.TRUSTED_PROXY_COUNT:
        hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
        address = hops[-count] if len(hops) >= count and hops[-count] else address
    try:
        # A link-local address may name its network card (fe80::1%eth0), which no column takes.
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return None
    return str(getattr(parsed, "ipv4_mapped", None) or parsed)


def private_pages() -> str:
    """Return how the path of every private page begins: of a comment's, and of a report's."""
    return reverse("comments:receipt", args=[NOBODY]).removesuffix(f"{NOBODY}/")


@dataclass(frozen=True)
class Sender:
    """What a request tells of the reader."""

    address: str | None
    user_agent: str
    referrer: str

    @classmethod
    def of(cls, request):
        referrer = request.headers.get("Referer", "")
        # A receipt's address is a secret between us and its reader.
        if private_pages() in referrer:
            referrer = ""
        return cls(
            address=client_address(request),
            user_agent=text.normalise_line(request.headers.get("User-Agent", ""))[:500],
            referrer=text.normalise_line(referrer)[:500],
        )
