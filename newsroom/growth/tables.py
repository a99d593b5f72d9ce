"""Many rows written at once, past Django's models: by COPY, or by an INSERT that is prepared once.

Signals, cleaning and derived columns are left out, so the caller gives each row as it is stored.
"""

import json
from datetime import UTC

from django.db import connection, models


class Table:
    """The rows of a model that wait to be written: tuples of the columns `names`.

    The other columns have the same value in all rows: their default, or the one of `values`.
    """

    def __init__(self, model, names, **values):
        self.model, self.rows = model, []
        fields = {field.attname: field for field in model._meta.concrete_fields}
        own = [fields.pop(name) for name in names.split()]
        constant = [field for field in fields.values() if _has_value(field, values)]
        self.constants = tuple(
            (_stored_as(field) or _same)(values.get(field.attname, field.get_default()))
            for field in constant
        )
        self.columns = [field.column for field in (*own, *constant)]
        self._stored = [
            (place, stored) for place, field in enumerate(own) if (stored := _stored_as(field))
        ]

    def add(self, *row):
        self.rows.append(row)

    def next_key(self) -> int:
        """Return the primary key after the last one in the database."""
        last = self.model._base_manager.aggregate(last=models.Max("pk"))["last"]
        return (last or 0) + 1

    def write(self):
        """Write the rows, and forget them. Keys that the database gives later follow theirs."""
        insert(self.model._meta.db_table, self.columns, self._ready())
        self.rows = []
        if "id" in self.columns and connection.vendor == "postgresql":
            self._move_sequence()

    def _ready(self):
        for row in self.rows:
            if self._stored:
                row = list(row)
                for place, stored in self._stored:
                    row[place] = stored(row[place])
            yield (*row, *self.constants)

    def _move_sequence(self):
        table = self.model._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence(%s, 'id'), %s, false)",
                [table, self.next_key()],
            )


def _has_value(field, values):
    """Say whether a column without a value in each row is written: not a key, and no NULL."""
    return not field.primary_key and (field.attname in values or not field.null)


def _same(value):
    return value


def _stored_as(field):
    """Return the function that makes of a value of `field` what the database stores, or None."""
    if isinstance(field, models.JSONField):
        return json.dumps
    if connection.vendor == "sqlite" and isinstance(field, models.DateTimeField):
        return _time_on_sqlite
    if connection.vendor == "sqlite" and isinstance(field, models.UUIDField):
        return lambda key: key.hex
    return None


def _time_on_sqlite(moment):
    """Return `moment` as SQLite stores it: in UTC, and without saying so."""
    return moment and str(moment.astimezone(UTC).replace(tzinfo=None))


def insert(table, columns, rows):
    """Insert `rows`, an iterable of tuples of values as the database stores them."""
    quote = connection.ops.quote_name
    names = ", ".join(map(quote, columns))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {quote(table)} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            places = ", ".join(["%s"] * len(columns))
            sql = f"INSERT INTO {quote(table)} ({names}) VALUES ({places})"  # noqa: S608
            cursor.executemany(sql, list(rows))
