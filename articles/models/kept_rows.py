"""Small things that every page shows, such as the menu: read once, and again after any change.

Whoever changes what readers see moves `change.mark` after the commit. So on this machine nobody
gets what was there before, once whoever changed it has an answer; on another machine, and of rows
that readers do not see, nobody does after LASTS. A page that is kept must not show less than the
changes that it is known to come after: it says so in its notes (`page_notes.rows_read_since`).
"""

import time
from math import inf

from django.db import connection

from common import page_notes, questions

from .change import mark

#: Seconds for which rows are kept without another look, because of changes on other machines.
LASTS = 0.5


class KeptRows:
    """What `read` returns from the database, which nobody changes: a function without arguments.

    It is for what every page depends on: a page takes no note of it.
    """

    def __init__(self, read):
        self._read = read
        #: What was read, with its digest, at which mark, and when by the monotonic clock.
        self._kept = (None, b""), None, float("-inf")

    def __call__(self):
        if (noted := questions.being_noted()) is None:
            return self._current()[0]
        with noted.asking(most=inf):
            rows, digest = self._current()
        noted.note(self.digest, (), digest)
        return rows

    def digest(self) -> bytes:
        """Return a digest of the rows, which differs when they do."""
        return self._current()[1]

    def _current(self):
        if connection.in_atomic_block:
            # This transaction may have changed the rows, and others do not see that.
            return self._read_with_digest()
        present, now = mark.read(), time.monotonic()
        found, at_mark, at = self._kept
        if present and present == at_mark and at > max(now - LASTS, page_notes.rows_read_since()):
            return found
        found = self._read_with_digest()
        self._kept = found, present, now
        return found

    def _read_with_digest(self):
        rows = self._read()
        return rows, questions.digest(rows)
