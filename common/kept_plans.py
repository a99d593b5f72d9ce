"""Plans that PostgreSQL keeps: it takes six times as long to plan an article's page as to run it.

The driver sends the values of a statement beside it, and has it prepared at its third run in a
session. PostgreSQL then makes one plan for all values. It reckons with a usual value, so this is
for statements whose best plan is the same for all: a search has other plans for a rare word than
for a frequent one, and a thread for ten comments than for ten thousand.
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
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    session = connection.connection
    if not getattr(session, "has_one_plan_for_all", False) and not connection.in_atomic_block:
        # By itself PostgreSQL first plans for the values five times, and then goes on doing so
        # where that seems better by more than the planning takes: it reckons that at too little.
        # In a transaction the setting might be undone, so that has to wait.
        with connection.wrap_database_errors:
            session.execute("SET plan_cache_mode TO force_generic_plan")
        session.has_one_plan_for_all = True
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
