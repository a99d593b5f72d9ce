"""What `purging` needs of a shared cache, of whatever kind."""

from abc import ABC, abstractmethod

import httpcore
import httpx
from django.conf import settings

from articles.models import Change
from common import page_notes
from common.deadlines import DeadlineTransport
from common.page_notes import ANY

#: Seconds for one call of a cache: connecting, and each wait for a part of the answer.
TIMEOUT = 2
#: Seconds for all steps of one call together, and the largest answer.
SECONDS, MOST_BYTES = 3, 64 * 1024
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


def client() -> httpx.Client:
    """Return a client for a few calls, each with one deadline; it follows no redirect."""
    return httpx.Client(
        transport=DeadlineTransport(SECONDS, MOST_BYTES),
        # A long answer cannot hide in a short one.
        headers={"User-Agent": f"Newsroom/{settings.VERSION}", "Accept-Encoding": "identity"},
    )


def ask(
    client: httpx.Client,
    method,
    url,
    *,
    fine=(),
    explanation=lambda answer: "",
    secret="",
    **options,
) -> httpx.Response:
    """Return the answer of a cache.

    Raises NotPurged if none comes, or if it is no success and its status is not one of `fine`.
    `explanation` returns the cache's own words about a failure, which may be none, from the JSON
    object that it answered. `secret` never is among the words of the exception.
    """
    try:
        response = client.request(method, url, **options)
    except (httpx.HTTPError, httpx.InvalidURL, *DeadlineTransport.ERRORS) as error:
        words = type(error).__name__
        # What the network says helps. Other texts may have the address or a header in them.
        if isinstance(error, (httpcore.NetworkError, httpcore.TimeoutException)):
            words = f"{words}: {error}"
        raise NotPurged(shown(words, secret)) from None
    if not response.is_success and response.status_code not in fine:
        words = explanation(json_of(response))
        words = f"HTTP {response.status_code}{words and ': '}{words}"
        raise NotPurged(shown(words, secret))
    return response


def json_of(response) -> dict:
    """Return the JSON object that a cache answered; anything else is an empty one."""
    try:
        answer = response.json()
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}


def shown(text, secret="") -> str:
    """Return words of a cache as one line of at most 200 characters, without the secret."""
    if secret:
        text = text.replace(secret, "…")
    text = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(text.split())[:200]
