"""Tasks of killed workers run again, and what has ended is deleted."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.tasks import TaskResultStatus
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from articles.models import Topic
from comments import tasks
from newsroom import housekeeping
from newsroom.housekeeping import LOST_AFTER, MOST_RUNS
from newsroom.management.commands.worker import Command
from tests import factories

pytestmark = pytest.mark.django_db


def running(*, since, runs=1):
    """Return the row of a task that was claimed `runs` times, the last time at `since`."""
    tasks.screen.enqueue(1)
    row = DBTaskResult.objects.latest("enqueued_at")
    for run in range(runs):
        row.claim(f"worker-{run}")
    DBTaskResult.objects.filter(pk=row.pk).update(started_at=since)
    return row


def status(row):
    return DBTaskResult.objects.filter(pk=row.pk).values_list("status", flat=True).first()


def test_the_task_of_a_killed_worker_runs_again():
    row = running(since=timezone.now() - LOST_AFTER)
    housekeeping.requeue_lost_tasks()
    assert row in DBTaskResult.objects.ready()
    assert status(row) == TaskResultStatus.READY


def test_a_task_that_a_worker_is_busy_with_is_left_to_it():
    row = running(since=timezone.now() - LOST_AFTER + timedelta(minutes=1))
    housekeeping.requeue_lost_tasks()
    assert status(row) == TaskResultStatus.RUNNING


@pytest.mark.parametrize(
    ("ahead", "expected"),
    [
        (timedelta(minutes=5), TaskResultStatus.RUNNING),
        (timedelta(days=120), TaskResultStatus.READY),
    ],
)
def test_a_start_in_the_future_is_believed_if_clocks_may_differ_so_much(ahead, expected):
    row = running(since=timezone.now() + ahead)
    housekeeping.requeue_lost_tasks()
    assert status(row) == expected


def test_a_task_that_is_lost_again_and_again_is_given_up(caplog):
    row = running(since=timezone.now() - LOST_AFTER, runs=MOST_RUNS)
    other = running(since=timezone.now() - LOST_AFTER, runs=MOST_RUNS - 1)
    housekeeping.requeue_lost_tasks()
    assert status(row) is None
    assert status(other) == TaskResultStatus.READY
    assert "comments.tasks.screen was lost 3 times" in caplog.text


def test_what_another_worker_has_done_meanwhile_is_not_undone(monkeypatch):
    row = running(since=timezone.now() - LOST_AFTER)
    iterate = DBTaskResult.objects.none().__class__.__iter__

    def finish_first(queryset):
        found = list(iterate(queryset))
        DBTaskResult.objects.get(pk=row.pk).set_successful(None)
        return iter(found)

    monkeypatch.setattr(DBTaskResult.objects.none().__class__, "__iter__", finish_first)
    housekeeping.requeue_lost_tasks()
    assert status(row) == TaskResultStatus.SUCCESSFUL


def finished(status, *, age):
    tasks.screen.enqueue(1)
    row = DBTaskResult.objects.latest("enqueued_at")
    DBTaskResult.objects.filter(pk=row.pk).update(
        status=status, finished_at=timezone.now() - age, queue_name="of its own"
    )
    return row


def test_the_purge_deletes_sessions_that_have_ended_and_finished_tasks():
    now, hour = timezone.now(), timedelta(hours=1)
    for key, ends in {"ended": now - hour, "lasts": now + hour}.items():
        Session.objects.create(session_key=key, session_data="", expire_date=ends)
    gone = [
        finished(TaskResultStatus.SUCCESSFUL, age=timedelta(days=1, hours=1)),
        finished(TaskResultStatus.FAILED, age=timedelta(days=7, hours=1)),
    ]
    kept = [
        finished(TaskResultStatus.SUCCESSFUL, age=timedelta(hours=23)),
        finished(TaskResultStatus.FAILED, age=timedelta(days=6)),
        running(since=now),
    ]
    Command().purge()
    assert list(Session.objects.values_list("session_key", flat=True)) == ["lasts"]
    assert [status(row) for row in gone] == [None, None]
    assert None not in [status(row) for row in kept]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL counts by itself")
def test_sqlite_counts_the_rows_of_a_large_table_when_they_have_doubled(monkeypatch):
    def known(table="articles_topic"):
        with connection.cursor() as cursor:
            return housekeeping._known_rows(cursor, table)

    monkeypatch.setattr(housekeeping, "LARGE", 4)
    for rows, counted in ((3, 0), (4, 4), (7, 4), (8, 8)):
        while Topic.objects.count() < rows:
            factories.topic(f"Topic {Topic.objects.count()}")
        housekeeping.count_for_planner()
        assert (rows, known()) == (rows, counted)
    Topic.objects.filter(pk__gt=Topic.objects.earliest("pk").pk + 3).delete()
    housekeeping.count_for_planner()
    assert known() == 4
    assert known("articles_series") == 0
