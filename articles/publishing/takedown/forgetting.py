"""The places where a database keeps old words: the index of the search, and deleted pages."""

from django.db import connection, transaction

from ...search import index


def index_anew(editions):
    for edition in editions:
        edition.refresh_from_db()
        index.write(edition)


def forget_for_good():
    """Make the database forget the old words, also where it keeps what was deleted."""
    index.forget_deleted()
    transaction.on_commit(_empty_write_ahead_log)


def _empty_write_ahead_log():
    """Have SQLite move its log, which holds old pages, into the database, and truncate it."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
