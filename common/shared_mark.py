"""A mark in a file that all processes of one machine share: whoever changes something moves it.

Reading it costs as much as reading a few bytes of memory, so a process can ask before each answer
whether another has changed something. The file tells only *that* something changed.
"""

import logging
import mmap
import os

log = logging.getLogger(__name__)

_SIZE = 8


class SharedMark:
    """The mark in the file at `path`, a function that returns a path; the file is made if needed.

    A move writes random bytes. So no lock is needed: of two that move it at once, either may be the
    last, and both differ from what was there before.
    """

    def __init__(self, path):
        self._path = path
        self._memory = None
        self._is_broken = False

    def read(self) -> bytes | None:
        """Return the bytes of the mark; None if the file cannot be opened, so that nobody knows."""
        memory = self._memory or self._open()
        return memory and memory[:_SIZE]

    def move(self):
        if memory := self._memory or self._open():
            memory[:_SIZE] = os.urandom(_SIZE)

    def _open(self):
        if self._is_broken:
            return None
        try:
            number = os.open(self._path(), os.O_RDWR | os.O_CREAT, 0o600)
            try:
                if os.fstat(number).st_size < _SIZE:
                    os.ftruncate(number, _SIZE)
                self._memory = mmap.mmap(number, _SIZE)
            finally:
                os.close(number)
        except OSError as error:
            self._is_broken = True
            log.warning("No mark of changes at %s: %s", self._path(), error.strerror)
        return self._memory
