"""The clock by which pages of readers are made: the present, or another instant for the staff.

Whatever decides what readers see asks `now()`, so that one setting shows the whole site as at an
instant. The instant belongs to the thread or the task that set it, and ends with its block.
"""

from contextlib import contextmanager
from contextvars import ContextVar

from django.utils import timezone

from . import questions

_instant = ContextVar("reader_clock_instant", default=None)


def now():
    """Return the instant as at which pages are made."""
    instant = _instant.get() or timezone.now()
    if noted := questions.being_noted():
        noted.note_instant(instant)
    return instant


def is_set() -> bool:
    """Say whether pages are made as at an instant that somebody chose."""
    return _instant.get() is not None


@contextmanager
def as_at(instant):
    """Make the pages inside this block as at `instant`."""
    token = _instant.set(instant)
    try:
        yield
    finally:
        _instant.reset(token)
