"""Which errors of the database are failures of its operation, and which are faults of our code.

A server that is stopped, restarted or read-only, a full disk, a lock held too long: a person can
try again. A broken rule or a missing table (IntegrityError, DataError, ProgrammingError) is a fault
of the code, which trying again does not mend.
"""

import sqlite3

from django.db import DatabaseError, InterfaceError, InternalError, OperationalError

# SQLite uses one exception for most errors, so its primary result codes are compared. Absent from
# this list are SQLITE_ERROR (such as “no such table”) and SQLITE_MISUSE.
# https://www.sqlite.org/rescode.html
_SQLITE_LOCKS = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_SQLITE_FAILURES = _SQLITE_LOCKS | {
    sqlite3.SQLITE_AUTH,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_INTERRUPT,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_PROTOCOL,
    sqlite3.SQLITE_READONLY,
}
# SQLSTATE codes of PostgreSQL: https://www.postgresql.org/docs/current/errcodes-appendix.html
_READ_ONLY_TRANSACTION = "25006"
_CANCELLED = "57014"
_POSTGRESQL_LOCKS = {"55P03", "40P01", "40001"}


def is_operational(error) -> bool:
    """Say whether `error` is a failure of the database's operation."""
    if not isinstance(error, (DatabaseError, InterfaceError)):
        return False
    if (code := _sqlite_code(error)) is not None:
        return code in _SQLITE_FAILURES
    if isinstance(error, InternalError):
        return _sqlstate(error) == _READ_ONLY_TRANSACTION
    return isinstance(error, (OperationalError, InterfaceError))


def failure_in(error):
    """Return the operational failure that `error` is or was raised in the handling of, or None.

    Django reports a session that cannot be saved as one that was deleted meanwhile, for example.
    """
    while error is not None and not is_operational(error):
        error = error.__context__
    return error


def is_locked(error) -> bool:
    """Say whether a lock was held by others for too long, so that nothing can have been stored."""
    return _sqlite_code(error) in _SQLITE_LOCKS or _sqlstate(error) in _POSTGRESQL_LOCKS


def took_too_long(error) -> bool:
    """Say whether a statement was ended after the time that it had (`statement_limits`)."""
    return _sqlite_code(error) == sqlite3.SQLITE_INTERRUPT or _sqlstate(error) == _CANCELLED


def _sqlite_code(error):
    code = getattr(error.__cause__, "sqlite_errorcode", None)
    # The low byte is the primary code; the others say more about it.
    return code if code is None else code & 0xFF


def _sqlstate(error):
    return getattr(error.__cause__, "sqlstate", None)
