"""Addresses of this site as the rest of the world is told them, and names that last for ever."""

from urllib.parse import urlsplit

from django.conf import settings
from django.utils.timezone import localtime


def absolute(url: str) -> str:
    """Return `url`, a path of this site or an address elsewhere (a CDN's, say), with its host."""
    return url if "://" in url else f"{settings.SITE_URL}{url}"


def tag_uri(since, name: str) -> str:
    """Return a name that lasts for ever: of what this site calls `name` since that instant.

    As RFC 4151 says: the site's host on that day, by its own calendar, then the name.
    """
    host = urlsplit(settings.SITE_URL).netloc.partition(":")[0]
    return f"tag:{host},{localtime(since):%Y-%m-%d}:{name}"
