"""Password hashes, two at a time: they are slow on purpose, and must not keep readers waiting.

The limit is in the hasher, so it holds for each hash that this process makes, whichever form or
command asks for it: logins (of unknown users too), changes, resets, and new accounts.
"""

from contextlib import contextmanager
from threading import BoundedSemaphore, local

from django.contrib.auth import hashers
from django.utils.translation import gettext as _

from .try_later import TryLater

#: Threads that may hash at once in a process. The server has four (`--blocking-threads 4`), so two
#: are left for readers. For the same reason no thread waits for a turn: it is refused.
MOST_AT_ONCE = 2
#: Seconds after which the refused are asked to try again. One hash takes about half a second.
RETRY_AFTER = 5


class Busy(TryLater):
    """Too many passwords are being hashed. Nothing is known about the one that was refused."""

    def __init__(self):
        super().__init__(
            _("Too many passwords are being checked just now. Please try again in a few seconds."),
            seconds=RETRY_AFTER,
        )


class Turns:
    """Lets so many threads in at once, and refuses all others."""

    def __init__(self, at_once):
        self._free, self._held = BoundedSemaphore(at_once), local()

    @contextmanager
    def turn(self):
        """Hold one turn, or go on with the one that this thread has. Raises Busy if none is free.

        A login takes its turn before it is counted, so a refused one costs no write.
        """
        if getattr(self._held, "is_held", False):
            yield
            return
        if not self._free.acquire(blocking=False):
            raise Busy
        self._held.is_held = True
        try:
            yield
        finally:
            self._held.is_held = False
            self._free.release()


turns = Turns(MOST_AT_ONCE)


class PBKDF2PasswordHasher(hashers.PBKDF2PasswordHasher):
    """Django's own hasher, with the same hashes. Raises Busy if too many threads hash at once."""

    def encode(self, password, salt, iterations=None):
        with turns.turn():
            return super().encode(password, salt, iterations)
