"""Work in the database that can be done later: it gives up soon where others hold the lock."""

from contextlib import contextmanager
from datetime import timedelta

from django.db import DatabaseError, connection, transaction

from .database_failures import is_locked


class Busy(Exception):
    """Others held a lock of the database for too long. Nothing was stored."""


@contextmanager
def transaction_within(wait: timedelta):
    """Open a transaction that waits for a lock of others no longer than `wait`.

    Raises Busy where the wait was in vain. On SQLite the lock is that of the whole database.
    """
    milliseconds = round(wait.total_seconds() * 1000)
    try:
        with lock_wait_of_sqlite(milliseconds), transaction.atomic():
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute(f"SET LOCAL lock_timeout = {milliseconds:d}")
            yield
    except DatabaseError as error:
        if is_locked(error):
            raise Busy from error
        raise


@contextmanager
def lock_wait_of_sqlite(milliseconds: int):
    """Let this connection to SQLite wait for locks so long, and afterwards as long as before."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        [usual] = cursor.execute("PRAGMA busy_timeout").fetchone()
        cursor.execute(f"PRAGMA busy_timeout = {milliseconds:d}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA busy_timeout = {usual:d}")
