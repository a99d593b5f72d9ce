"""The upkeep of the indexes: after each `migrate`, and after deletions that must leave no trace."""

import sqlite3
from itertools import batched

from django.db import connections, transaction

from .index import BATCH, registered

#: The version of the tokens. Raise it when `index` or `words` gives others: the next `migrate` then
#: writes all indexes anew.
VERSION = 2
#: The number of rows after which the work of `migrate` is reported; a multiple of BATCH.
REPORT_EVERY = 50_000
#: The most rows of an index of an older SQLite that is merged at once: within some 0.2 s.
MOST_MERGED_AT_ONCE = 20_000
#: The pages that each transaction of a longer merge writes: within some 50 ms.
MERGED_PAGES = 500
#: From this version of SQLite, FTS5 can overwrite deleted tokens at once.
SECURE_DELETE = (3, 42)

# The rows with these keys, which no model has, hold the version of the tokens, and the fact that
# deleted tokens are still in a large index of an older SQLite.
_VERSION_ROW, _UNMERGED_ROW = 0, -1

# --- After each `migrate` -------------------------------------------------------------------------


class SyncAfterMigrate:
    """A receiver of `post_migrate` that brings the indexes of an app up to date.

    The site may be older than an index, or restored from a backup; or `flush` may have emptied the
    tables of the models.
    """

    def __init__(self, indexes):
        self.indexes = indexes

    def __call__(self, *, using, verbosity=0, stdout=None, **kwargs):
        tables = connections[using].introspection.table_names()
        for index in self.indexes:
            if not {index.table, index.model._meta.db_table}.issubset(tables):
                continue

            def report(done, label=index.model._meta.label):
                if stdout and verbosity and not done % REPORT_EVERY:
                    stdout.write(f"  Search of the staff: {done} of {label}")

            sync(index, using=using, report=report)


def sync(index, *, using="default", report=lambda done: None) -> int:
    """Write the rows that are missing, remove those of deleted rows; return the number written.

    All rows are written anew if the index has another version than VERSION, or none. The version is
    stored after that, so a run that was stopped begins again at the next `migrate`.
    """
    connection = connections[using]
    opts = index.model._meta
    rows = f"SELECT {opts.pk.column} FROM {connection.ops.quote_name(opts.db_table)}"  # noqa: S608
    entries = f"SELECT rowid FROM {index.table} WHERE rowid > 0"  # noqa: S608
    version = _words_of(index, _VERSION_ROW, using)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite" and not _keeps_deleted(using):
            _command(index, cursor, "secure-delete", 1)
        cursor.execute(f"{entries} EXCEPT {rows}")
        index.remove([key for (key,) in cursor.fetchall()], using=using)
        if version == f"v{VERSION}":
            cursor.execute(f"{rows} EXCEPT {entries}")
            keys = sorted(key for (key,) in cursor.fetchall())
            done = _write_batches(index, using, batched(keys, BATCH), report)
        else:
            done = _write_batches(index, using, _batches_of_all(index, using), report)
            index.insert([(_VERSION_ROW, f"v{VERSION}")], using)
    return done


def _write_batches(index, using, batches, report):
    done = 0
    for keys in batches:
        # Readers and writers wait for one batch at most.
        with transaction.atomic(using=using):
            # Whoever has written an entry has committed; whoever will, comes after this batch.
            _let_none_write(index, using)
            index.write(index.rows(using).filter(pk__in=keys), using=using)
        done += len(keys)
        report(done)
    return done


def _let_none_write(index, using):
    """Let nobody else write `index` in this transaction: on SQLite, nobody can."""
    if connections[using].vendor == "postgresql":
        with connections[using].cursor() as cursor:
            cursor.execute(f"LOCK TABLE {index.table} IN SHARE ROW EXCLUSIVE MODE")


def _batches_of_all(index, using):
    keys = index.model._base_manager.using(using).order_by("pk").values_list("pk", flat=True)
    last = 0
    while batch := list(keys.filter(pk__gt=last)[:BATCH]):
        yield batch
        last = batch[-1]


def _words_of(index, key, using) -> str | None:
    """Return the words of the row of `index` with this key as text, or None if there is none."""
    with connections[using].cursor() as cursor:
        cursor.execute(f"SELECT words FROM {index.table} WHERE rowid = %s", [key])  # noqa: S608
        row = cursor.fetchone()
    return row and row[0].strip("'")


# --- Forgetting -----------------------------------------------------------------------------------


def forget_deleted(*models, using="default"):
    """Erase for good the tokens of rows of `models` (default: all) that are gone or changed.

    PostgreSQL (VACUUM) and SQLite from 3.42 do so by themselves. FTS5 in an older SQLite only marks
    them as deleted until it merges: a small index is merged here, a large one within an hour, by
    `finish_forgetting`.
    """
    if not _keeps_deleted(using):
        return
    with connections[using].cursor() as cursor:
        for index in registered:
            if models and not any(index.model is m or index.reads(m, None) for m in models):
                continue
            sql = f"SELECT 1 FROM {index.table}_docsize LIMIT 1 OFFSET %s"  # noqa: S608
            if cursor.execute(sql, [MOST_MERGED_AT_ONCE]).fetchone():
                index.insert([(_UNMERGED_ROW, "")], using)
            else:
                _command(index, cursor, "optimize")


def finish_forgetting(*, using="default"):
    """Merge the large indexes of an older SQLite from which rows were deleted, in short steps."""
    if not _keeps_deleted(using):
        return
    connection = connections[using]
    for index in registered:
        if _words_of(index, _UNMERGED_ROW, using) is None:
            continue
        index.remove([_UNMERGED_ROW], using=using)
        pages = -MERGED_PAGES
        with connection.cursor() as cursor:
            while True:
                before = connection.connection.total_changes
                _command(index, cursor, "merge", pages)
                # “If the difference is less than 2, there was no work to do” (FTS5's manual, 6.7).
                if connection.connection.total_changes - before < 2:
                    break
                pages = MERGED_PAGES


def _command(index, cursor, name, rank=None):
    sql = f"INSERT INTO {index.table} ({index.table}, rank) VALUES (%s, %s)"  # noqa: S608
    cursor.execute(sql, [name, rank])


def _keeps_deleted(using):
    is_old = sqlite3.sqlite_version_info < SECURE_DELETE
    return connections[using].vendor == "sqlite" and is_old
