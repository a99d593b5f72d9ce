"""Sessions of PostgreSQL, set for many short statements at once, not for a long one at a time.

A planner that is to look up fifty of a million rows reckons with many more: so it starts two more
processes, which takes 20 to 30 ms, and compiles what runs once, which takes another 20.
"""

_SETTINGS = "SET jit = off; SET max_parallel_workers_per_gather = 0"


def prepare(sender, connection, **kwargs):
    """Prepare a session that has just begun; for Django's `connection_created`."""
    if connection.vendor == "postgresql":
        # Past Django's cursors: this is no statement of whoever has the session begun.
        with connection.wrap_database_errors:
            connection.connection.execute(_SETTINGS)
