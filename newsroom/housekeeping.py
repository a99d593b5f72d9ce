"""The housekeeping of the worker: lost and old tasks, ended sessions, statistics of SQLite."""

import logging
from datetime import timedelta

from django.apps import apps
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connections
from django.tasks import TaskResultStatus
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from common.leases import is_due

logger = logging.getLogger(__name__)

#: No task runs for so long. The worker of a task that still “runs” then was killed.
LOST_AFTER = timedelta(hours=1)
#: A task whose worker was killed this many times is given up: it may have killed them.
MOST_RUNS = 3
#: The rows of a table from which on SQLite is to count them.
LARGE = 1000


def requeue_lost_tasks(now=None):
    """Let the tasks of killed workers run again; delete those that were lost MOST_RUNS times.

    A task that runs twice does no harm, since most only wake a worker up. Each row is changed only
    if nobody has changed it since, so several workers may do this at once.
    """
    now = now or timezone.now()
    lost = DBTaskResult.objects.running().filter(is_due("started_at", LOST_AFTER, now - LOST_AFTER))
    for task in lost:
        unchanged = lost.filter(pk=task.pk, started_at=task.started_at)
        if len(task.worker_ids) < MOST_RUNS:
            unchanged.update(status=TaskResultStatus.READY, started_at=None)
        elif unchanged.delete()[0]:
            logger.error("Task %s was lost %d times and is given up.", task.task_path, MOST_RUNS)


def delete_expired():
    """Delete the sessions that have ended, and the rows of finished tasks.

    A finished task is of no more use after a day. One that failed holds a traceback, so it is kept
    for a week.
    """
    call_command("clearsessions", verbosity=0)
    call_command(
        "prune_db_task_results",
        *("--queue-name", "*", "--min-age-days", "1", "--failed-min-age-days", "7"),
        verbosity=0,
    )


def count_for_planner(using=DEFAULT_DB_ALIAS):
    """Have SQLite count the rows of each large table for its planner, unless it has done so.

    It never does by itself, and takes a state that nearly all comments have for one that few have.
    PostgreSQL counts (autovacuum). A million comments take a second, in which nobody else writes.
    """
    connection = connections[using]
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            table = connection.ops.quote_name(model._meta.db_table)
            rows = cursor.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0]  # noqa: S608
            known = _known_rows(cursor, model._meta.db_table)
            if rows >= LARGE and not known / 2 < rows < known * 2:
                cursor.execute(f"ANALYZE {table}")


def _known_rows(cursor, table) -> int:
    """Return how many rows the table had when SQLite counted them last, or 0."""
    if not cursor.execute("SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_stat1'").fetchone():
        return 0
    # An index of some rows only has their number.
    counts = cursor.execute("SELECT stat FROM sqlite_stat1 WHERE tbl = %s", [table]).fetchall()
    return max((int(stat.split()[0]) for (stat,) in counts), default=0)
