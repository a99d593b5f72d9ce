"""What `purging` needs of a shared cache, of whatever kind."""

from abc import ABC, abstractmethod

import httpx

from articles.models import Change
from common import page_notes
from common.page_notes import ANY

#: Seconds for one call of a cache: connecting, and each wait for a part of the answer.
TIMEOUT = 2
#: The key that each page of readers has: all show the menu and the footer.
EVERYTHING = Change.Kind.SITE.value


class NotPurged(Exception):
    """The cache did not confirm that it forgot; the words, for whoever runs the site, say why."""


class SharedCache(ABC):
    #: The name of the cache, with its address where there may be several: one row of `Purge` each.
    label: str
    #: Whether it finds pages by key. If so it may keep a page for long, since each page that
    #: shows what changed is found.
    finds_by_key = True

    @abstractmethod
    def forget(self, changes):
        """Have the cache forget each page that shows what changed, and return when it has.

        `changes` are pairs of a kind and a key, as in `Change`; None means everything. Raises
        NotPurged.
        """


def key_of(name) -> str:
    """Return the key that a page has in caches for a name that it is made of (`page_notes`)."""
    kind, key = name
    return str(kind) if key is ANY else f"{kind}-{key}"


def keys_of(changes) -> list[str]:
    """Return the keys of all pages that show what changed, each once; None means everything."""
    if changes is None:
        return [EVERYTHING]
    return sorted({key_of(name) for change in changes for name in page_notes.touched_by(*change)})


def ask(client: httpx.Client, method, url, **options) -> httpx.Response:
    """Return the answer of a cache. Raises NotPurged if none comes, or if it is no success."""
    try:
        response = client.request(method, url, **options)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise NotPurged(type(error).__name__) from error
    if not response.is_success:
        raise NotPurged(f"HTTP {response.status_code}")
    return response
