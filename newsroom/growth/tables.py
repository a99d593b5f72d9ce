"""Many rows of a table written at once, past Django's models: a COPY, or one prepared INSERT."""

import json
from datetime import UTC, datetime

from django.db import connection, models

#: The rows that are handed to SQLite's INSERT, or to the connection of PostgreSQL, at once.


def _stored_time(moment):
    """Return `moment` as SQLite stores it: in UTC, and without saying so."""
    return moment and str(moment.astimezone(UTC).replace(tzinfo=None))


def _hexadecimal(key):
    return key.hex


class Table:
    """The rows of `model` to be written, as tuples of the columns `names`.

    The other columns get their defaults, and these are the same in all rows: `values` has others.
    """

    def __init__(self, model, names, **values):
        self.model, self.name, self.names = model, model._meta.db_table, tuple(names.split())
        self.rows = []
        fields = {field.attname: field for field in model._meta.concrete_fields}
        self.constants = []
        others = []
        for name, field in fields.items():
            if name in self.names or (field.null and name not in values):
                continue
            if name == "id":
                continue
            value = values.get(name, field.get_default())
            others.append(field.column)
            self.constants.append(value)
        own = [fields[name] for name in self.names]
        self.columns = [*(field.column for field in own), *others]
        self.converters = self._converters([*own, *(f for f in fields.values() if f.column in others)])
        self.constants = tuple(self.constants)

    def _converters(self, fields):
        found = []
        for place, field in enumerate(fields):
            if connection.vendor == "sqlite" and isinstance(field, models.DateTimeField):
                found.append((place, _stored_time))
            elif connection.vendor == "sqlite" and isinstance(field, models.UUIDField):
                found.append((place, _hexadecimal))
            elif isinstance(field, models.JSONField):
                found.append((place, json.dumps))
        return found

    def add(self, *row):
        self.rows.append(row)

    def next_key(self):
        """Return the primary key after the last one in the table."""
        return (self.model._base_manager.aggregate(last=models.Max("pk"))["last"] or 0) + 1

    def write(self):
        """Write the rows, and forget them."""
        rows, self.rows = self.rows, []
        constants, converters = self.constants, self.converters
        ready = (row + constants for row in rows)
        if converters:
            ready = (_converted(row, converters) for row in ready)
        insert(self.name, self.columns, ready)


def _converted(row, converters):
    row = list(row)
    for place, convert in converters:
        row[place] = convert(row[place])
    return row


def insert(table, columns, rows):
    """Insert `rows`, an iterable of values as the database stores them."""
    quoted = ", ".join(connection.ops.quote_name(column) for column in columns)
    table = connection.ops.quote_name(table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({quoted}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            places = ", ".join(["%s"] * len(columns))
            cursor.executemany(
                f"INSERT INTO {table} ({quoted}) VALUES ({places})",  # noqa: S608
                list(rows),
            )


def set_sequences(models):
    """Let PostgreSQL give keys after those that were written here; SQLite does so by itself."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for model in models:
            table = model._meta.db_table
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence(%s, 'id'), "
                f"coalesce(max(id), 1), max(id) IS NOT NULL) FROM {table}",  # noqa: S608
                [table],
            )


def moment(seconds):
    return datetime.fromtimestamp(seconds, UTC)
