"""Absolute addresses of this site, and permanent names (tag URIs, RFC 4151)."""

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings


def absolute(url: str) -> str:
    """Return `url` with the site's host. An address with a host (a CDN's, say) stays the same."""
    return url if "://" in url else f"{settings.SITE_URL}{url}"


def with_own_paths(text: str) -> str:
    """Return `text` with only the path of each address of this site, as it is copied from a page.

    The address may be without its scheme, and with or without `www.`.
    """
    host = urlsplit(settings.SITE_URL).netloc.removeprefix("www.")
    own = rf"(?<!\S)(?:https?://)?(?:www\.)?{re.escape(host)}(/[^\s?#]+)\S*"
    return re.sub(own, r"\1", text, flags=re.IGNORECASE) if host else text


def tag_uri(site_url, since, name: str) -> str:
    """Return a name that lasts for ever (RFC 4151), for the thing that this site calls `name`.

    The name holds the host of `site_url`, the day of `since`, and `name`. A host that is an address
    of IPv6 is named as in the DNS (`….ip6.arpa`), since a tag URI may hold no brackets.
    """
    parts = urlsplit(site_url)
    if parts.netloc.startswith("["):
        host = ip_address(parts.hostname).reverse_pointer
    else:
        host = parts.netloc.partition(":")[0]
    return f"tag:{host},{since:%Y-%m-%d}:{name}"
