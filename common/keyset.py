"""Keyset pagination: a query finds the rows after a given row by the values of that row.

A page deep in the list costs no more than the first. There is no OFFSET: it reads all the rows that
it skips, and shows an article twice if another is published in the meantime. There is no COUNT.
"""

import re
from datetime import UTC, datetime, timedelta
from operator import attrgetter

from django.db.models import Q

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
#: How a cursor has a value of each type: an instant in microseconds, before _EPOCH with a minus.
_NUMBERS = {datetime: "(-?[0-9]{1,18})", int: "([0-9]{1,18})"}


def after(values: dict) -> Q:
    """Return a condition that selects the rows after the row with these `values`.

    `values` maps each column of the order, spelt as for `order_by` ("-" for a descending one), to
    its value in that row; together they must be a total order.
    """
    (name, value), *rest = values.items()
    column, beyond = (name[1:], "lt") if name.startswith("-") else (name, "gt")
    later = Q((f"{column}__{beyond}", value))
    if not rest:
        return later
    # The outer >= (or <=) lets the database start reading an index at this value.
    return Q((f"{column}__{beyond}e", value)) & (later | after(dict(rest)))


def before(values: dict) -> Q:
    """Return a condition that selects the rows before the row with these `values`."""
    return after({_reversed(name): value for name, value in values.items()})


def _reversed(name):
    return name[1:] if name.startswith("-") else f"-{name}"


def rows(queryset, keys, place, size):
    """Return the first rows of `queryset` in descending order of the `keys`, after a place.

    `place` holds the values of the keys in the row there; it is empty for the very first rows.
    """
    order = [f"-{name}" for name in keys]
    if place:
        queryset = queryset.filter(after(dict(zip(order, place, strict=True))))
    return queryset.order_by(*order)[:size]


class KeysetPage:
    """A page of `source`, in descending order of the keys, after the row that `before` names.

    `source` is a queryset, or a function that returns a list of its `rows`: it is called with the
    values of the place, if there is one, and `size`, the number of rows. `keys` maps each field of
    the order to its type, int or datetime; together they must be a total order. `before` is the
    `next` of another page; any other text gives the first page.
    """

    def __init__(self, source, keys, *, before="", size=20):
        self.before = before if (place := read_cursor(before, keys.values())) else ""
        if callable(source):
            found = source(*place, size=size + 1)
        else:
            found = list(rows(source, keys, place, size + 1))
        self.items = found[:size]
        #: The `before` of the following page; empty on the last page.
        self.next = write_cursor(_values(found[size - 1], keys)) if len(found) > size else ""

    def __iter__(self):
        return iter(self.items)

    def __len__(self):
        return len(self.items)


def _values(item, keys):
    return [attrgetter(name.replace("__", "."))(item) for name in keys]


def write_cursor(values) -> str:
    """Return the text that names the place of a row with these `values`, ints or datetimes."""
    return "-".join(
        str((value - _EPOCH) // _MICROSECOND if isinstance(value, datetime) else value)
        for value in values
    )


def read_cursor(text, kinds) -> list:
    """Return the values in `text`, of these `kinds`, or an empty list if no such place is named."""
    kinds = list(kinds)
    if not (found := re.fullmatch("-".join(_NUMBERS[kind] for kind in kinds), text)):
        return []
    try:
        return [
            _EPOCH + int(part) * _MICROSECOND if kind is datetime else int(part)
            for part, kind in zip(found.groups(), kinds, strict=True)
        ]
    except OverflowError:
        return []
