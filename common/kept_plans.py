"""Plans that PostgreSQL keeps: it takes six times as long to plan an article's page as to run it.

The driver sends the values of a statement beside it, and has it prepared at its first run in a
session. After five runs PostgreSQL may keep one plan for all values, if that costs no more. So this
is for statements whose best plan is the same for all values; a search has other plans for a rare
word and for a frequent one.
"""

from contextlib import contextmanager
from importlib import import_module

from django.conf import settings


@contextmanager
def plans_kept(connection):
    """Have the plans of the statements inside this block kept, where the database can do so."""
    if connection.vendor != "postgresql" or not settings.DATABASE_KEEPS_PLANS:
        yield
        return
    connection.ensure_connection()
    session = connection.connection
    before = session.cursor_factory, session.prepare_threshold
    session.cursor_factory, session.prepare_threshold = _cursor_factory(), 0
    try:
        yield
    finally:
        session.cursor_factory, session.prepare_threshold = before


def _cursor_factory():
    # Only where it is used: a site on SQLite is spared the driver.
    return import_module("django.db.backends.postgresql.base").ServerBindingCursor
