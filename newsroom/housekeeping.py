"""The housekeeping of the worker: tasks of killed workers, old tasks, and ended sessions."""

import logging
from datetime import timedelta

from django.core.management import call_command
from django.tasks import TaskResultStatus
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from common.leases import is_due

logger = logging.getLogger(__name__)

#: No task runs for so long. The worker of a task that still “runs” then was killed.
LOST_AFTER = timedelta(hours=1)
#: A task whose worker was killed this many times is given up: it may have killed them.
MOST_RUNS = 3


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
