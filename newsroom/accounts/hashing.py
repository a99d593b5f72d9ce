"""Password hashes, two at a time: they are slow on purpose, and must not keep readers waiting.

The limit is in the hasher, so it holds for each hash that this process makes, whichever form or
command asks for it: logins (of unknown users too), changes, resets, and new accounts.
"""

from contextlib import contextmanager
from threading import BoundedSemaphore

from django.contrib.auth import hashers
from django.utils.translation import gettext as _

from .try_later import TryLater

#: Hashes at once, and requests that wait for their turn, in one process. The server has 4 threads
#: (`--blocking-threads 4`): two that hash and one that waits leave one for readers.
MOST_AT_ONCE, MOST_WAITING = 2, 1
#: Seconds that a request may wait. One hash takes about half a second.
LONGEST_WAIT = 2
#: Seconds after which the refused are asked to try again.
RETRY_AFTER = 5


class Busy(TryLater):
    """Too many passwords are being hashed. Nothing is known about the one that was refused."""

    def __init__(self):
        message = _(
            "Too many passwords are being checked just now. Please try again in a few seconds."
        )
        super().__init__(message, seconds=RETRY_AFTER)


class Turns:
    """Lets `at_once` threads in, and `waiting` others wait for `seconds`; refuses all others."""

    def __init__(self, at_once, waiting, seconds):
        self._turns, self._queue = BoundedSemaphore(at_once), BoundedSemaphore(waiting)
        self._seconds = seconds

    @contextmanager
    def turn(self):
        """Hold one turn. Raises Busy if there is none to be had."""
        if not (self._turns.acquire(blocking=False) or self._wait()):
            raise Busy
        try:
            yield
        finally:
            self._turns.release()

    def _wait(self):
        if not self._queue.acquire(blocking=False):
            return False
        try:
            return self._turns.acquire(timeout=self._seconds)
        finally:
            self._queue.release()


_turns = Turns(MOST_AT_ONCE, MOST_WAITING, LONGEST_WAIT)


class PBKDF2PasswordHasher(hashers.PBKDF2PasswordHasher):
    """Django's own hasher, with the same hashes. Raises Busy if too many threads hash at once."""

    def encode(self, password, salt, iterations=None):
        with _turns.turn():
            return super().encode(password, salt, iterations)
