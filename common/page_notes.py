"""Notes on the page that is being made: what it is made of, and how long it stays true.

Whoever reads something for a page notes it here, and whoever keeps the page learns of it when it is
finished. A name is a kind and a key, such as `("topic", 7)`; with the key ANY it stands for all of
that kind, also for those that do not exist yet. The notes belong to the thread that makes the page.
Where nobody takes notes, such as in a command, each call here does nothing.
"""

from contextlib import contextmanager
from contextvars import ContextVar

#: The key in a name that stands for everything of its kind.
ANY = None

_notes = ContextVar("page_notes", default=None)


class PageNotes:
    def __init__(self, rows_read_since):
        #: Rows that were read before, by the monotonic clock, may be too old for the page.
        self.rows_read_since = rows_read_since
        #: The names of what the page is made of.
        self.names = set()
        #: The names of what the page may be a little behind with.
        self.lagging = set()
        #: The instant at which the page ends by itself, or None.
        self.end = None
        #: Whether the page is for this one request only.
        self.is_passing = False


@contextmanager
def taken(rows_read_since=float("-inf")):
    """Take notes on the page that is made inside this block.

    It may show rows that were read after this instant of the monotonic clock, but none from before.
    """
    notes = PageNotes(rows_read_since)
    token = _notes.set(notes)
    try:
        yield notes
    finally:
        _notes.reset(token)


def made_of(kind, key=ANY):
    if notes := _notes.get():
        notes.names.add((kind, key))


def may_lag_behind(kind, key=ANY):
    """Note that the page may show for a while what was true of this name before."""
    if notes := _notes.get():
        notes.lagging.add((kind, key))


def ends_at(moment):
    """Note that something on the page begins or ends at `moment`; None for never."""
    notes = _notes.get()
    if notes and moment and (notes.end is None or moment < notes.end):
        notes.end = moment


def is_passing():
    """Note that the page tells of this moment only, such as of a failure."""
    if notes := _notes.get():
        notes.is_passing = True


def are_taken() -> bool:
    """Say whether somebody takes notes; only then is it worth a query to find an end."""
    return _notes.get() is not None


def rows_read_since() -> float:
    """Return the instant of the monotonic clock after which the rows of this page must be read."""
    notes = _notes.get()
    return notes.rows_read_since if notes else float("-inf")


def touched_by(kind, key):
    """Return the names that a change of one object touches: its own, and all of its kind."""
    return (kind, key), (kind, ANY)
