"""The origin of a comment: the page of its form, and its sender. No cookie, no personal token."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse

from common.networks import canonical
from common.private_paths import is_private

from . import text
from .refusal import Refused

#: Maximum age of a form's stamp, in days: a page may stay open, or in a cache, for that long.
STAMP_DAYS = 30
#: The receipt of no comment: a placeholder in the address of a private page.
PLACEHOLDER_RECEIPT = UUID(int=0)

# --- Does the form come from our page? --------------------------------------------------------


def stamp(article) -> str:
    """Return the signed stamp that today's comment forms of `article` carry.

    It is the same for all readers and all day (UTC), so the page's bytes are the same too and can
    be cached.
    """
    return _signer("stamp").sign(f"{article.pk}:{datetime.now(UTC):%Y%m%d}")


def confirmation(article, address) -> str:
    """Return the signed token that a form carries once its sender has been asked to confirm.

    It is valid until the end of the day (UTC). It contains the sender's IP address, so no other
    site can fetch a token and have its visitors send it.
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
    # Just before midnight, a server whose clock is a little ahead may stamp tomorrow's date.
    if number != str(article.pk) or not timedelta(days=-2) < age < timedelta(days=STAMP_DAYS + 1):
        raise Refused("stamp")


def check_origin(request, article, confirmed):
    """Raise Refused(`origin`) if a page of another site sent the form.

    Browsers name the page's site in `Sec-Fetch-Site` (https://www.w3.org/TR/fetch-metadata/) or,
    older ones, in `Origin` (RFC 6454); no page can set either header. A form is refused for good
    only on such evidence. Without either header, raise Refused(`unsure`), which asks the reader to
    confirm, unless `confirmed` is that confirmation.
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


# --- The sender -------------------------------------------------------------------------------


def client_address(request) -> str | None:
    """Return the reader's IP address, or None if the server gives no valid one.

    Behind TRUSTED_PROXY_COUNT proxies, it is the entry of X-Forwarded-For with that number, counted
    from the right: the reader can forge every entry to the left of it.
    """
    address = request.META.get("REMOTE_ADDR", "")
    if count := settings.TRUSTED_PROXY_COUNT:
        hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
        address = hops[-count] if len(hops) >= count and hops[-count] else address
    return canonical(address)


def trusted_proxies(request) -> list[str]:
    """Return the addresses of the proxies that this request came through and that are trusted."""
    count = settings.TRUSTED_PROXY_COUNT
    if not count:
        return []
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
    return [request.META.get("REMOTE_ADDR", ""), *hops[len(hops) - count + 1 :]]


def private_path_prefix() -> str:
    """Return the path prefix of all private pages: those of comments and of complaints."""
    path = reverse("comments:receipt", args=[PLACEHOLDER_RECEIPT])
    return path.removesuffix(f"{PLACEHOLDER_RECEIPT}/")


def _header(value):
    """Return the start of a header's value, on one line and as long as its column."""
    return text.normalise_line(value[:2000])[:500]


@dataclass(frozen=True)
class Sender:
    """The facts about the reader that are read from the request."""

    address: str | None
    user_agent: str
    referrer: str

    @classmethod
    def of(cls, request):
        referrer = request.headers.get("Referer", "")
        # Akismet is told neither the address of a private page nor a search in the admin.
        if is_private(referrer) or settings.ADMIN_PATH in referrer:
            referrer = ""
        return cls(
            address=client_address(request),
            user_agent=_header(request.headers.get("User-Agent", "")),
            referrer=_header(referrer),
        )
