"""The errors kept on this machine, in a small SQLite file apart from the site's own database.

The site's database may be the very thing that fails. Each error is one row with a count, so the
file stays small however often an error happens; SQLite itself keeps threads and processes apart and
limits the size of the file.
"""

import os
import sqlite3
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass

from django.conf import settings

#: The most errors that are kept. The one that was seen longest ago makes room for a new one.
MOST_ERRORS = 100
#: The size that the file never exceeds, in bytes.
LARGEST_FILE = 1024 * 1024
#: Seconds between two mails about the same error, and after a mail that could not be sent.
MAIL_EVERY = 3600
RETRY_AFTER = 300
#: Seconds that an error may wait for other processes to write theirs.
_PATIENCE = 1
#: The size of a page of an SQLite file, in bytes.
_PAGE = 4096
_TABLE = """
CREATE TABLE IF NOT EXISTS errors (
    fingerprint TEXT PRIMARY KEY, summary TEXT NOT NULL, report TEXT NOT NULL,
    first_at REAL NOT NULL, last_at REAL NOT NULL, mail_at REAL NOT NULL DEFAULT 0,
    total INTEGER NOT NULL DEFAULT 1, unmailed INTEGER NOT NULL DEFAULT 1
)
"""
_COLUMNS = "fingerprint, summary, report, first_at, last_at, total, unmailed"


@dataclass(frozen=True)
class KeptError:
    fingerprint: str
    summary: str
    report: str
    #: The times of the first and the last occurrence, in seconds since 1970.
    first_at: float
    last_at: float
    total: int
    #: The number of occurrences since the last mail.
    unmailed: int


def path():
    return settings.VAR_DIR / "errors.sqlite3"


def add(report):
    """Count one occurrence of the error in `report`. Raise sqlite3.Error or OSError on failure."""
    with _rows() as rows:
        rows.execute(
            "INSERT INTO errors (fingerprint, summary, report, first_at, last_at)"
            " VALUES (:fingerprint, :summary, :text, :now, :now)"
            " ON CONFLICT (fingerprint) DO UPDATE SET"
            " total = total + 1, unmailed = unmailed + 1, last_at = :now, report = :text",
            {**vars(report), "now": time.time()},
        )
        rows.execute(
            "DELETE FROM errors WHERE fingerprint NOT IN"
            " (SELECT fingerprint FROM errors ORDER BY last_at DESC LIMIT ?)",
            [MOST_ERRORS],
        )


def all_errors() -> list[KeptError]:
    """Return the errors, the latest first."""
    with _rows() as rows:
        found = rows.execute(f"SELECT {_COLUMNS} FROM errors ORDER BY last_at DESC")  # noqa: S608
        return [KeptError(*row) for row in found]


def claim_unmailed() -> list[KeptError]:
    """Return the errors to be mailed now, and mark them as mailed. Only one caller gets each.

    A time to mail that lies further ahead than MAIL_EVERY was written by a clock that was wrong.
    """
    if not path().exists():
        return []
    now = time.time()
    with _rows() as rows:
        found = rows.execute(
            f"SELECT {_COLUMNS} FROM errors WHERE unmailed > 0"  # noqa: S608
            " AND (mail_at <= :now OR mail_at > :now + :every) ORDER BY last_at DESC",
            {"now": now, "every": MAIL_EVERY},
        ).fetchall()
        rows.executemany(
            "UPDATE errors SET unmailed = 0, mail_at = ? WHERE fingerprint = ?",
            [(now + MAIL_EVERY, row[0]) for row in found],
        )
    return [KeptError(*row) for row in found]


def release(errors):
    """Take back a claim: the mail could not be sent, and is tried again after RETRY_AFTER."""
    with _rows() as rows:
        rows.executemany(
            "UPDATE errors SET unmailed = unmailed + ?, mail_at = ? WHERE fingerprint = ?",
            [(error.unmailed, time.time() + RETRY_AFTER, error.fingerprint) for error in errors],
        )


@contextmanager
def _rows():
    """Yield a connection inside a transaction. A file that is damaged is begun anew next time."""
    os.close(os.open(path(), os.O_RDWR | os.O_CREAT, 0o600))
    with closing(sqlite3.connect(path(), timeout=_PATIENCE, isolation_level=None)) as rows:
        try:
            # The file does not need to survive a power cut, so no request waits for the disk.
            rows.execute("PRAGMA synchronous = OFF")
            rows.execute(f"PRAGMA max_page_count = {LARGEST_FILE // _PAGE}")
            rows.execute("BEGIN IMMEDIATE")
            rows.execute(_TABLE)
            yield rows
            rows.execute("COMMIT")
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:
            path().unlink(missing_ok=True)
            raise
