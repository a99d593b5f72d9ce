"""A cache in front that remembers what it was told to forget, and can fail."""

import pytest

from newsroom.shared_caches import lifetimes, purging
from newsroom.shared_caches.cache import NotPurged, SharedCache
from tests.newsroom.whole_pages.conftest import (  # noqa: F401 (fixtures)
    changes_by_the_clock,
    clock,
    connection_stays,
    process,
)
from tests.purge_server import TOKEN, PurgeServer


class Cache(SharedCache):
    def __init__(self, label="Varnish", finds_by_key=True):
        self.label, self.finds_by_key = label, finds_by_key
        self.told, self.failure = [], ""

    def forget(self, changes):
        if self.failure:
            raise NotPurged(self.failure)
        self.told.append(changes)


def failure_of(cache):
    """Return the words of a purge that fails; the token is neither there nor in a cause."""
    with pytest.raises(NotPurged) as caught:
        cache.forget([("topic", 7)])
    assert TOKEN not in str(caught.value)
    assert caught.value.__cause__ is None
    return str(caught.value)


@pytest.fixture
def caches(monkeypatch):
    """The caches that are configured: one, that finds pages by key."""
    caches = [Cache()]
    for module in (lifetimes, purging):
        monkeypatch.setattr(module, "configured", lambda: caches)
    return caches


@pytest.fixture
def cache(caches):
    return caches[0]


@pytest.fixture
def purge_server():
    with PurgeServer() as server:
        yield server
