"""Queries whose SQL is made once. Django makes it anew for each run, and takes longer than the run.

Such a query is a function that returns a queryset, with the values that differ from run to run as
its arguments. It is called once with marks in place of them, and what Django makes of that is kept;
each run then puts its own values where the marks were. So a value must reach the database as it is:
a number, a text, an instant or an IP address that is compared with a column, or a sequence of
numbers for `in`. What changes the SQL itself, such as a condition that is only sometimes there or a
LIMIT, makes another query; the arguments that are given by name say which.

An argument that is called `at` is the present instant by the clock of readers. So a page that notes
its questions (`common.questions`) can ask such a query again, and is spared the making of objects.
"""

from contextlib import nullcontext
from copy import copy
from datetime import UTC, datetime, timedelta
from functools import partial, wraps
from inspect import signature
from ipaddress import IPv4Address, IPv6Address
from itertools import count
from threading import Lock, local

from django.core.signals import setting_changed
from django.db import connections, router
from django.dispatch import receiver

from . import questions
from .kept_plans import plans_kept

#: The longest sequence whose query is kept: there is one for each length. A front page with many
#: strips shows some hundred articles.
LONGEST = 250
#: How many queries are kept, of some fifty kilobytes each; the oldest is dropped for another.
MOST = 200
#: What was made so far, by function and by the shape of its values.
_kept = {}
#: Held while a query is added. Each is compiled by one thread, since compiling changes it.
_making = Lock()
#: The first mark of each type. The marks of a query follow one another.
_FIRST_NUMBER, _FIRST_INSTANT = 1_900_000_001, datetime(2999, 1, 1, tzinfo=UTC)


def compiled(build=None, *, keeps_plan=True):
    """Make of `build`, a function that returns a queryset, one that returns a list of its results.

    It takes its values by position; for each set of the arguments by name there is a query of its
    own. `keeps_plan` says whether one plan is good for all values (`common.kept_plans`); it is not
    where some articles have a thousand times as many rows as others. Raises ValueError at the first
    run if a value does not reach the database as it is, so that no other could take its place.
    """
    if build is None:
        return partial(compiled, keeps_plan=keeps_plan)
    build.keeps_plan = keeps_plan
    names = list(signature(build).parameters)
    place_of_now = names.index("at") if "at" in names else None

    @wraps(build)
    def run(*values, **variant):
        if (query := _query(build, values, variant)) is None:
            return list(build(*values, **variant))
        if (noted := questions.being_noted()) is None:
            return query.run(values)
        with noted.asking():
            results, answer = query.run_and_tell(values)
        again = tuple(tuple(v) if isinstance(v, list) else v for v in values)
        if place_of_now is not None:
            now = noted.now(again[place_of_now])
            again = *again[:place_of_now], now, *again[place_of_now + 1 :]
        noted.note(_answer, (build, tuple(variant.items()), *again), answer)
        return results

    return run


def _answer(build, variant, *values):
    """Return the answer of a query that is asked again."""
    return _query(build, values, dict(variant)).answer(values)


def _query(build, values, variant):
    """Return the query of these values, or None if no SQL is kept for them."""
    shape = tuple(map(_shape_of, values))
    if len(values) > LONGEST or not all(map(_is_kept, shape, values)):
        return None
    key = build, shape, *variant.items()
    query = _kept.get(key)
    if query is None:
        with _making:
            query = _kept.get(key) or _Compiled(
                partial(build, **variant), shape, keeps_plan=build.keeps_plan
            )
            if len(_kept) >= MOST:
                del _kept[next(iter(_kept))]
            _kept[key] = query
    return query


@receiver(setting_changed)
def _forget(**kwargs):
    # Only a test changes a setting, or a constant by which a query was made.
    _kept.clear()


def _shape_of(value):
    """Return the type of a value; of a sequence, those of its parts.

    Raises TypeError for other types.
    """
    if isinstance(value, (list, tuple)):
        kinds = tuple(map(_shape_of, value))
        if all(kind is int for kind in kinds):
            return kinds
        raise TypeError(f"{value!r} can be no value of a compiled query.")
    for kind in (int, str, datetime, IPv4Address, IPv6Address):
        if isinstance(value, kind) and not isinstance(value, bool):
            return kind
    raise TypeError(f"{value!r} can be no value of a compiled query.")


def _is_kept(kind, value):
    if isinstance(kind, tuple):
        # Of an empty sequence Django asks the database nothing; a long one is seldom met again.
        return 0 < len(kind) <= LONGEST and all(map(_is_kept, kind, value))
    # No column holds a larger number: Django knows that, and a driver would fail.
    return kind is not int or abs(value) < 2**63


class _Compiled:
    """A query of one shape, with its SQL."""

    def __init__(self, build, shape, *, keeps_plan):
        self._keeps_plan = keeps_plan
        numbers = count(1)
        marks = [
            tuple(_mark(each, next(numbers)) for each in kind)
            if isinstance(kind, tuple)
            else _mark(kind, next(numbers))
            for kind in shape
        ]
        self._queryset = build(*marks)
        self._alias = router.db_for_read(self._queryset.model)
        connection = connections[self._alias]
        self._compiler = self._queryset.query.get_compiler(self._alias)
        self._sql, params = self._compiler.as_sql()
        self._params = tuple(params)
        #: Where which value stands among the parameters, and how it is made ready for the driver.
        self._places = []
        for index, (kind, mark) in enumerate(zip(_flat(shape), _flat(marks), strict=True)):
            prepare = _preparation(kind)
            prepared = prepare(connection, mark)
            found = [place for place, param in enumerate(params) if param == prepared]
            if not found:
                raise ValueError(f"Value {index + 1} of {build.func.__name__} is not in its SQL.")
            # The driver may have a type of its own for a number, by which it knows its size.
            self._places += [(p, index, _of_type(type(params[p]), prepare)) for p in found]
        # It ends with its thread, and the query does not.
        self._compiler.connection = None
        #: The connection of each thread that ran this, and what converts the columns that it gives.
        self._of_thread = local()

    def run(self, values, told=None) -> list:
        """Return the results; the rows from which they are made are added to the list `told`."""
        connection = connections[self._alias]
        params = self._params_of(connection, values)
        # Copies, since other threads run the same query at the same time.
        ready = self._compiler_for(connection)
        ready.as_sql = lambda *args, **kwargs: (self._sql, params)
        ready.get_converters = partial(self._converters, connection)
        if told is not None:
            ready.execute_sql = partial(_told, ready.execute_sql, told)
        queryset = self._queryset.using(self._alias)
        queryset.query.get_compiler = lambda *args, **kwargs: ready
        with self._planned(connection):
            return list(queryset)

    def run_and_tell(self, values):
        """Return the results, and the answer of the database, which `answer` gives again."""
        told = []
        return self.run(values, told), questions.digest(told)

    def answer(self, values) -> bytes:
        """Ask the database, and return a digest of the rows."""
        connection = connections[self._alias]
        with self._planned(connection), connection.cursor() as cursor:
            cursor.execute(self._sql, self._params_of(connection, values))
            return questions.digest(cursor.fetchall())

    def _planned(self, connection):
        return plans_kept(connection) if self._keeps_plan else nullcontext()

    def _params_of(self, connection, values):
        params, flat = list(self._params), _flat(values)
        for place, index, prepare in self._places:
            params[place] = prepare(connection, flat[index])
        return params

    def _compiler_for(self, connection):
        compiler = copy(self._compiler)
        compiler.connection = connection
        return compiler

    def _converters(self, connection, columns):
        kept = self._of_thread
        if getattr(kept, "connection", None) is not connection:
            kept.converters = self._compiler_for(connection).get_converters(columns)
            kept.connection = connection
        return kept.converters


def _told(execute, told, *args, **kwargs):
    """Execute a query, as a compiler does, and note the rows that it returns."""
    chunks = list(execute(*args, **kwargs))
    for chunk in chunks:
        told += chunk
    return chunks


def _mark(kind, number):
    if kind is int:
        return _FIRST_NUMBER + number
    if kind is str:
        return f"mark {number} of a compiled query"
    if kind in (IPv4Address, IPv6Address):
        return str(kind(_FIRST_NUMBER + number))
    return _FIRST_INSTANT + timedelta(microseconds=number)


def _flat(values) -> list:
    found = []
    for value in values:
        if isinstance(value, (list, tuple)):
            found += value
        else:
            found.append(value)
    return found


def _preparation(kind):
    """Return the function that makes of a value of this type what the driver gets."""
    if kind is datetime:
        return lambda connection, value: connection.ops.adapt_datetimefield_value(value)
    if kind in (IPv4Address, IPv6Address):
        return lambda connection, value: connection.ops.adapt_ipaddressfield_value(str(value))
    if kind is int:
        # Of one type, whatever its size: for another one the database would make another plan.
        return lambda connection, value: connection.ops.adapt_integerfield_value(
            value, "BigIntegerField"
        )
    return lambda connection, value: value


def _of_type(kind, prepare):
    if issubclass(kind, int) and kind is not int:
        return lambda connection, value: kind(value)
    return prepare
