"""A limit on the time of each statement of the database, for requests that must not hold it long.

PostgreSQL ends such a statement by itself; SQLite asks now and then whether it should go on.
"""

import math
import time
from contextlib import contextmanager

from django.db import connection

#: SQLite asks after so many steps of its virtual machine: some milliseconds.
_STEPS = 100_000


@contextmanager
def statements_limited(seconds):
    """End each statement inside this block after `seconds`; None is the database's own limit.

    Then Django raises OperationalError, for which `database_failures.took_too_long` is true.
    """
    end = math.inf

    def limit(execute, sql, params, many, context):
        nonlocal end
        if connection.vendor == "postgresql":
            _limit_postgresql(seconds)
        elif seconds is not None:
            # The time begins now, and goes on while the rows are read.
            end = time.monotonic() + seconds
            connection.connection.set_progress_handler(lambda: time.monotonic() > end, _STEPS)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(limit):
        try:
            yield
        finally:
            end = math.inf


def _limit_postgresql(seconds):
    """Set the limit of this session, unless it has that limit since an earlier request."""
    session = connection.connection
    state = session.info.transaction_status.name
    # After an error a transaction takes nothing but its end, or the return to a savepoint.
    if getattr(session, "statement_limit", None) == seconds or state == "INERROR":
        return
    # A SET in a transaction would be undone with it: in one of Django, which begins only later,
    # or in one that only the driver knows of.
    is_local = "LOCAL " if connection.in_atomic_block or state != "IDLE" else ""
    value = "DEFAULT" if seconds is None else int(1000 * seconds)
    with connection.wrap_database_errors:
        session.execute(f"SET {is_local}statement_timeout TO {value}")
    if not is_local:
        session.statement_limit = seconds
