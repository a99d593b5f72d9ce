"""A long list by key: what comes after an item is found by that item, whatever its depth.

No OFFSET, which reads all that it skips and shows an article twice when a new one is published
meanwhile; and no COUNT.
"""

from datetime import UTC, datetime, timedelta
from operator import attrgetter

from django.db.models import Q

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def after(values: dict) -> Q:
    """Return what is true of the rows that come after the one with these `values`.

    `values` maps each column of the order, spelt as for `order_by` ("-" for a descending one), to
    its value in that row; together they must be a total order.
    """
    (name, value), *rest = values.items()
    column, beyond = (name[1:], "lt") if name.startswith("-") else (name, "gt")
    later = Q((f"{column}__{beyond}", value))
    if not rest:
        return later
    # Said with >= (or <=) around it, so that the database can begin to read an index there.
    return Q((f"{column}__{beyond}e", value)) & (later | after(dict(rest)))


def before(values: dict) -> Q:
    """Return what is true of the rows that come before the one with these `values`."""
    return after({_reversed(name): value for name, value in values.items()})


def _reversed(name):
    return name[1:] if name.startswith("-") else f"-{name}"


class KeysetPage:
    """Items of `queryset` in the descending order of the keys, after the one that `before` names.

    `keys` maps each field of the order to its type, int or datetime; together they must be a total
    order. `before` is what another page's `next` was; anything else counts as the beginning.
    """

    def __init__(self, queryset, keys, *, before="", size=20):
        order = [f"-{name}" for name in keys]
        queryset = queryset.order_by(*order)
        self.before = before if (values := _read(before, keys)) else ""
        if values:
            queryset = queryset.filter(after(dict(zip(order, values, strict=True))))
        found = list(queryset[: size + 1])
        self.items = found[:size]
        #: Names the following page; empty on the last one.
        self.next = _write(found[size - 1], keys) if len(found) > size else ""

    def __iter__(self):
        return iter(self.items)

    def __len__(self):
        return len(self.items)


def _write(item, keys) -> str:
    values = [attrgetter(name.replace("__", "."))(item) for name in keys]
    return "-".join(
        str((value - _EPOCH) // _MICROSECOND if isinstance(value, datetime) else value)
        for value in values
    )


def _read(text, keys) -> list:
    """Return the values that `text` names, or nothing where it was not written by `_write`."""
    parts = text.split("-")
    if len(parts) != len(keys) or not all(p.isascii() and p.isdigit() for p in parts):
        return []
    if any(len(part) > 18 for part in parts):
        return []
    try:
        return [
            _EPOCH + int(part) * _MICROSECOND if kind is datetime else int(part)
            for part, kind in zip(parts, keys.values(), strict=True)
        ]
    except OverflowError:
        return []
