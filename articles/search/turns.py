"""Turns of searches: a few at once in a process, so that other pages always find a thread.

A search costs more than any other page, and many people may search at once for what is in the news.
"""

from contextlib import contextmanager
from threading import BoundedSemaphore

from django.conf import settings

#: Seconds for which a search waits for its turn.
LONGEST_WAIT = 2
_turns = BoundedSemaphore(settings.SEARCHES_AT_ONCE)


class TooMany(Exception):
    """As many searches run as may run at once."""


@contextmanager
def turn():
    """Hold one of the turns inside this block. Raises TooMany."""
    if not _turns.acquire(timeout=LONGEST_WAIT):
        raise TooMany
    try:
        yield
    finally:
        _turns.release()
