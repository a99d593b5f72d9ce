"""Plans that PostgreSQL keeps: it takes six times as long to plan an article's page as to run it.

The driver sends the values of a statement beside it, and has it prepared at its third run in a
session. After five more runs PostgreSQL may keep one plan for all values, if that seems to cost no
more. It reckons with a usual value. So this is for statements whose best plan is the same for all:
a search has other plans for a rare word than for a frequent one, and a thread for ten comments than
for ten thousand.
"""

from contextlib import contextmanager
from importlib import import_module

from django.conf import settings
from django.db import NotSupportedError

#: Runs of a statement in a session before it is prepared, which takes a round trip more.
RUNS = 2


@contextmanager
def plans_kept(connection):
    """Have the plans of the statements inside this block kept, where the database can do so."""
    if connection.vendor != "postgresql" or not settings.DATABASE_KEEPS_PLANS:
        yield
        return
    connection.ensure_connection()
    session = connection.connection
    before = session.cursor_factory, session.prepare_threshold
    session.cursor_factory, session.prepare_threshold = _cursor_factory(), RUNS
    try:
        yield
    except NotSupportedError:
        # A column has got another type meanwhile. The driver would go on with the former one.
        if not connection.in_atomic_block:
            connection.close()
        raise
    finally:
        session.cursor_factory, session.prepare_threshold = before


def _cursor_factory():
    # Only where it is used: a site on SQLite is spared the driver.
    return import_module("django.db.backends.postgresql.base").ServerBindingCursor
