"""Lists of keys in conditions: rows are looked up by them, in whatever order they are wanted."""

from django.db import connections
from django.db.models.expressions import RawSQL


def listed(keys, *, using):
    """Return a value for `pk__in` that stands for `keys`, a list of numbers.

    PostgreSQL takes a list of values for a condition on each row: it reads the table in the order
    of the page until it has met enough of them, and of two lists it reckons with the product. So it
    gets a query that names the keys, whose rows it looks up.
    """
    if connections[using].vendor == "postgresql":
        return RawSQL("SELECT unnest(%s::bigint[])", [list(keys)])
    return keys
