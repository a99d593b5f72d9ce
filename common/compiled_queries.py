"""Queries whose SQL is made once. Django makes it anew for each run, and takes longer than the run.

Such a query is a function that returns a queryset, with the values that differ from run to run as
its arguments. It is called once with marks in place of them, and what Django makes of that is kept;
each run then puts its own values where the marks were. So a value must reach the database as it is:
a number, a text or an instant that is compared with a column, or a sequence of numbers for `in`.
What changes the SQL itself, such as a condition that is only sometimes there, is another query.
"""

from copy import copy
from datetime import UTC, datetime, timedelta
from functools import cached_property, wraps
from itertools import count

from django.core.signals import setting_changed
from django.db import connections, router
from django.dispatch import receiver

#: What was made so far, by function and by the shape of its values. Two threads make the same.
_kept = {}
#: The first mark of each type. The marks of a query follow one another.
_FIRST_NUMBER, _FIRST_INSTANT = 1_900_000_001, datetime(2999, 1, 1, tzinfo=UTC)


def compiled(build):
    """Make of `build`, a function that returns a queryset, one that returns a list of its results.

    It takes its arguments by position. Raises ValueError at the first run if a value does not reach
    the database as it is, so that no other could take its place.
    """

    @wraps(build)
    def run(*values):
        shape = tuple(map(_shape_of, values))
        if 0 in shape:
            # Nothing is in an empty sequence: Django asks the database for nothing.
            return list(build(*values))
        query = _kept.get((build, shape))
        if query is None:
            query = _kept[build, shape] = _Compiled(build, shape)
        return query.run(values)

    return run


@receiver(setting_changed)
def _forget(**kwargs):
    # Only a test changes a setting, or a constant by which a query was made.
    _kept.clear()


def _shape_of(value):
    """Return the type of a value; of a sequence, its length. Raises TypeError for other types."""
    if isinstance(value, (list, tuple)):
        return len(value)
    for kind in (int, str, datetime):
        if isinstance(value, kind) and not isinstance(value, bool):
            return kind
    raise TypeError(f"{value!r} can be no value of a compiled query.")


class _Compiled:
    """A query of one shape, with the SQL of each database that it was run on."""

    def __init__(self, build, shape):
        numbers = count(1)
        self._marks = [
            tuple(_mark(int, next(numbers)) for _ in range(kind))
            if isinstance(kind, int)
            else _mark(kind, next(numbers))
            for kind in shape
        ]
        self._build = build
        self._of_database = {}

    @cached_property
    def _queryset(self):
        return self._build(*self._marks)

    def run(self, values) -> list:
        alias = router.db_for_read(self._queryset.model)
        connection = connections[alias]
        found = self._of_database.get(alias)
        if found is None:
            found = self._of_database[alias] = self._compile(connection)
        compiler, sql, params, places = found
        given = list(params)
        flat = _flat(values)
        for place, index, prepare in places:
            given[place] = prepare(connection, flat[index])
        ready = copy(compiler)
        ready.connection = connection
        ready.as_sql = lambda *args, **kwargs: (sql, given)
        queryset = self._queryset.using(alias)
        queryset.query.get_compiler = lambda *args, **kwargs: ready
        return list(queryset)

    def _compile(self, connection):
        """Return the compiler, the SQL, its parameters, and where which value stands among them."""
        compiler = self._queryset.query.get_compiler(connection.alias)
        sql, params = compiler.as_sql()
        marks, places = _flat(self._marks), []
        for index, mark in enumerate(marks):
            prepare = _preparation(mark)
            prepared = prepare(connection, mark)
            found = [place for place, param in enumerate(params) if param == prepared]
            if not found:
                raise ValueError(f"Value {index + 1} of {self._build.__name__} is not in its SQL.")
            # The driver may have a type of its own for a number, by which it knows its size.
            places += [(place, index, _of_type(type(params[place]), prepare)) for place in found]
        return compiler, sql, tuple(params), tuple(places)


def _mark(kind, number):
    if kind is int:
        return _FIRST_NUMBER + number
    if kind is str:
        return f"mark {number} of a compiled query"
    return _FIRST_INSTANT + timedelta(microseconds=number)


def _flat(values) -> list:
    found = []
    for value in values:
        if isinstance(value, (list, tuple)):
            found += value
        else:
            found.append(value)
    return found


def _preparation(mark):
    """Return the function that makes of a value like `mark` what the driver gets."""
    if isinstance(mark, datetime):
        return lambda connection, value: connection.ops.adapt_datetimefield_value(value)
    return lambda connection, value: value


def _of_type(kind, prepare):
    if issubclass(kind, int):
        return lambda connection, value: kind(value)
    return prepare
