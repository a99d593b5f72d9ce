"""The places where a database keeps old words: the index of the search, and deleted pages."""

from django.db import connection, transaction

from common.search import upkeep
from common.short_waits import lock_wait_of_sqlite

from ...models import Edition
from ...search import index

#: The longest time, in milliseconds, for which a takedown waits for readers of SQLite's log.
LONGEST_WAIT = 2000


def index_anew(keys):
    """Write the entries of the editions with these keys in the index of the search anew."""
    index.index_editions(Edition.objects.filter(pk__in=keys))


def forget_for_good():
    """Make the database forget the old words, also where it keeps deleted rows."""
    index.forget_deleted()
    upkeep.forget_deleted()
    transaction.on_commit(_empty_write_ahead_log, robust=True)


def _empty_write_ahead_log():
    """Have SQLite move its log, which holds old pages, into the database, and truncate it.

    Where somebody reads for long, such as a backup, a later checkpoint does it: nobody waits.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return
    with lock_wait_of_sqlite(LONGEST_WAIT), connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
