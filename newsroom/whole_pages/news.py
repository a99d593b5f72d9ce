"""The rows of `Change` that are new, without missing one.

On SQLite one transaction writes at a time, so the keys of committed rows only rise. On PostgreSQL a
transaction may take a key and commit long after others with higher keys. So its rows are found by
the numbers of their transactions: a snapshot tells the lowest number `xmin` that was still running
(`pg_snapshot_xmin`), and all below it are over. Whoever reads the rows from the `xmin` of the last
time on, and leaves out those that it has seen, reads each committed row once, however late it is.
The cost is bounded by the rows of the longest transaction that runs. In a database that was
restored elsewhere, old rows may have numbers that are still to come: no snapshot has these in it,
and a position of before is followed by all rows with higher keys.
"""

from dataclasses import asdict, dataclass, field

from django.db import connection

from articles.models import Change


@dataclass(frozen=True)
class Position:
    """A point in the log of changes: all that was committed before it has been read."""

    #: The highest key, and the time of its row, by which a restored database is told.
    newest: int = 0
    newest_at: str = ""
    #: On PostgreSQL, the lowest transaction that may still commit rows, and the keys of rows of it
    #: and later ones that have been read. On SQLite 0, and empty.
    xmin: int = 0
    seen: frozenset = field(default_factory=frozenset)

    def as_json(self) -> dict:
        return {**asdict(self), "seen": sorted(self.seen)}

    @classmethod
    def of_json(cls, value):
        """Return the position of `as_json`. Raises KeyError or TypeError if it is none."""
        return cls(**{**value, "seen": frozenset(value["seen"])})

    def is_of_this_database(self) -> bool:
        """Say whether the log has the row that was the newest; one that was restored has not."""
        if not self.newest:
            return True
        at = Change.objects.filter(pk=self.newest).values_list("at", flat=True).first()
        return at is not None and at.isoformat() == self.newest_at


#: One statement, so that the rows and the numbers are of one snapshot. Its own transaction may have
#: a number beyond the snapshot's.
_IN_ONE_SNAPSHOT = """
    SELECT now.xmin, c.id, c.kind, c.key, c.at, c.transaction
    FROM (
        SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS xmin,
               GREATEST(
                   pg_snapshot_xmax(pg_current_snapshot())::text::bigint,
                   pg_current_xact_id_if_assigned()::text::bigint + 1
               ) AS beyond
    ) AS now
    LEFT JOIN articles_change AS c
    ON c.transaction >= LEAST(%s::bigint, now.xmin) AND c.transaction < now.beyond OR c.id > %s
"""


def read_since(position):
    """Return the rows (key, kind, key of the object, time) after `position`, and the new position.

    `position` is None at the start: then the rows are only those that may be seen again later.
    """
    if connection.vendor == "postgresql":
        return _read_of_snapshot(position)
    if position is None:
        last = Change.objects.order_by("-pk").values_list("pk", "at").first()
        return [], Position(last[0], last[1].isoformat()) if last else Position()
    rows = Change.objects.filter(pk__gt=position.newest).order_by("pk")
    rows = list(rows.values_list("pk", "kind", "key", "at"))
    return rows, Position(rows[-1][0], rows[-1][3].isoformat()) if rows else position


def _read_of_snapshot(position):
    with connection.cursor() as cursor:
        cursor.execute(_IN_ONE_SNAPSHOT, [position and position.xmin, position and position.newest])
        found = cursor.fetchall()
    xmin = found[0][0]
    found = [row[1:] for row in found if row[1] is not None]
    seen = frozenset(row[0] for row in found if row[4] >= xmin)
    before = position or Position()
    rows = [row[:4] for row in found if row[0] not in before.seen]
    newest = max(found, default=None)
    if newest and newest[0] > before.newest:
        return rows, Position(newest[0], newest[3].isoformat(), xmin, seen)
    if position is None:
        last = Change.objects.order_by("-pk").values_list("pk", "at").first() or (0, None)
        return rows, Position(last[0], last[1].isoformat() if last[1] else "", xmin, seen)
    return rows, Position(before.newest, before.newest_at, xmin, seen)


def changes_since(position):
    """Return what changed after `position` (kind, key of the object, time).

    Return None if the position is of another database, such as one before a restore.
    """
    if not position.is_of_this_database():
        return None
    rows, _position = read_since(position)
    return [row[1:] for row in rows]


def changes_up_to_now(position):
    """Return what changed after `position`, pairs of a kind and a key, and the position now.

    The changes are None, which means anything, where no position is known or it is of another
    database.
    """
    if position is None or not position.is_of_this_database():
        return None, read_since(None)[1]
    rows, now = read_since(position)
    return [row[1:3] for row in rows], now
