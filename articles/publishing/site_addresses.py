"""The first parts of addresses that the site uses itself, so that no standing page may have them.

They are read from the URL patterns and the settings, so that a new pattern needs no list here.
"""

from django.conf import settings
from django.urls import Resolver404, get_resolver, resolve


def has(slug: str) -> bool:
    """Say whether the site uses addresses that begin with `/slug/`, in any mix of capitals."""
    try:
        # A pattern that is not fixed words: a year, for example.
        if resolve(f"/{slug}/").url_name != "page":
            return True
    except Resolver404:
        return True
    return slug.casefold() in _first_parts()


def _first_parts():
    """Return the fixed first parts of all URL patterns, and of the addresses of files."""
    paths = [*_paths(get_resolver()), settings.MEDIA_URL, settings.STATIC_URL]
    firsts = (path.lstrip("/").split("/")[0].casefold() for path in paths if "://" not in path)
    return {first for first in firsts if first and "%" not in first}


def _paths(resolver, before=""):
    """Yield the path of each URL pattern below `resolver`, with `%(name)s` for arguments."""
    for possibilities, *_rest in resolver.reverse_dict.values():
        for path, _arguments in possibilities:
            yield before + path
    for prefix, below in resolver.namespace_dict.values():
        yield from _paths(below, before + prefix)
