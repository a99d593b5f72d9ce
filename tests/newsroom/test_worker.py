"""The worker in a process of its own, with the tests' database and our Akismet server."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from articles.models import FileRemoval
from comments.models import (
    Comment,
    NotificationPreference,
    SubmissionKey,
    Trace,
    WorkerStatus,
)
from comments.moderation.states import Screening
from newsroom.accounts.mail import send_reset_links
from newsroom.housekeeping import LOST_AFTER
from newsroom.models import Purge, RecentCount
from tests import factories
from tests.journeys.site import mails_in, wait_until
from tests.purge_server import SERVICE, TOKEN, PurgeServer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[2]


class Worker:
    """`manage.py worker` in a process, with its log."""

    def __init__(self, log, env, *arguments):
        self.log_file = log
        with log.open("a") as file:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "worker", *arguments],
                cwd=ROOT,
                env=env,
                stdout=file,
                stderr=file,
            )

    @property
    def log(self):
        return self.log_file.read_text()

    def send(self, signum):
        """Send a signal, wait for the process to end, and return its exit status."""
        self.process.send_signal(signum)
        return self.process.wait(timeout=300)


@pytest.fixture
def start(transactional_db, akismet, settings, tmp_path):
    """Return a function that starts a worker; all workers are killed after the test."""
    workers = []

    def start(*arguments, timeout=5, **variables):
        env = os.environ | {
            "DATABASE_URL": database_url(),
            "AKISMET_API_URL": akismet.url,
            "AKISMET_API_KEY": akismet.key,
            "AKISMET_TIMEOUT": str(timeout),
            **variables,
        }
        log = tmp_path / f"worker-{len(workers)}.log"
        workers.append(Worker(log, env, *arguments))
        return workers[-1]

    yield start
    for worker in workers:
        if worker.process.poll() is None:
            worker.process.kill()
            worker.process.wait()


def database_url():
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{name}"


def screened(*comments):
    """Return a function that tells whether all the comments have a verdict and no lease."""
    pks = [comment.pk for comment in comments]
    done = Comment.objects.filter(pk__in=pks, screening=Screening.HAM, leased_until=None)
    return lambda: done.count() == len(pks)


def lose_tasks():
    DBTaskResult.objects.all().delete()


def test_a_comment_is_screened_as_it_comes(article, start, akismet):
    first = factories.comment(article)
    start("--sweep", "3600")
    wait_until(screened(first))
    # The only sweep is over, so the worker finds the second comment by its task.
    second = factories.comment(article)
    wait_until(screened(second))
    assert len(akismet.checks) == 2


def test_a_cache_in_front_learns_what_changed_while_it_was_away(start):
    with PurgeServer() as fastly:
        start(
            *("--sweep", "3600"),
            FASTLY_API_URL=fastly.url,
            FASTLY_SERVICE_ID=SERVICE,
            FASTLY_API_TOKEN=TOKEN,
        )
        wait_until(lambda: ["site"] in fastly.calls)
        fastly.fail("unavailable")
        topic = factories.topic("Floods")
        wait_until(lambda: Purge.objects.exclude(failing_since=None).exists())
        assert Purge.objects.get().failure == "HTTP 503"
        fastly.failure = None
        wait_until(lambda: any(f"topic-{topic.pk}" in keys for keys in fastly.calls))
        wait_until(lambda: Purge.objects.filter(failing_since=None).exists())


def test_a_comment_whose_task_is_lost_is_found_by_the_sweep(article, start, akismet):
    start("--sweep", "0.2")
    wait_until(screened(factories.comment(article)))
    lost = factories.comment(article)
    lose_tasks()
    wait_until(screened(lost))


def test_a_task_that_a_killed_worker_left_is_run_by_another(article, start, akismet):
    akismet.set_mode("slow", seconds=30)
    comment = factories.comment(article)
    killed = start("--sweep", "3600")
    wait_until(lambda: akismet.checks)
    killed.send(signal.SIGKILL)
    akismet.set_mode("ham")
    assert DBTaskResult.objects.running().update(started_at=timezone.now() - LOST_AFTER) == 1
    start("--sweep", "0.2")
    wait_until(lambda: DBTaskResult.objects.successful().exists())
    assert not DBTaskResult.objects.running().exists()
    wait_until(screened(comment))


def test_what_has_been_kept_for_long_enough_goes_without_any_cron(article, start):
    comment = factories.comment(article)
    Comment.objects.update(submitted_at=timezone.now() - timedelta(days=100))
    start()
    wait_until(lambda: not Trace.objects.exists())
    comment.refresh_from_db()
    assert comment.fingerprint is None


def test_what_lives_for_minutes_and_sessions_that_have_ended_are_deleted(article, start):
    factories.comment(article)
    hour_ago = timezone.now() - timedelta(hours=1)
    assert SubmissionKey.objects.update(made_at=hour_ago) == 1
    Session.objects.create(session_key="ended", session_data="", expire_date=hour_ago)
    start("--sweep", "0.2")
    wait_until(lambda: not SubmissionKey.objects.exists())
    wait_until(lambda: not Session.objects.exists())
    assert Trace.objects.count() == 1


def test_moderators_are_mailed_and_the_worker_shows_itself(article, start, moderator, tmp_path):
    long_ago = timezone.now() - timedelta(hours=2)
    NotificationPreference.objects.create(
        user=moderator, frequency="at_once", told_until=long_ago, next_at=long_ago
    )
    factories.comment(article, text="How long will it stay open?")
    Comment.objects.update(submitted_at=long_ago + timedelta(minutes=1))
    mails = tmp_path / "mails"
    mails.mkdir()
    for _worker in range(2):
        start("--sweep", "0.2", EMAIL_URL=f"filemail:///{mails}")
    wait_until(lambda: WorkerStatus.current().state == "running")
    wait_until(lambda: NotificationPreference.objects.get().told_until > long_ago)
    (message,) = mails_in(mails)
    assert "To: maurice@news.example" in message
    assert "> How long will it stay open?" in message


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT])
def test_an_idle_worker_ends_cleanly(article, start, signum):
    worker = start()
    wait_until(screened(factories.comment(article)))
    assert worker.send(signum) == 0
    assert "The worker has ended." in worker.log
    assert "Traceback" not in worker.log


@pytest.mark.parametrize("tasks", ["by tasks", "by the sweep"])
def test_a_worker_told_to_end_finishes_the_comment_in_hand_and_begins_no_other(
    article, start, akismet, tasks
):
    akismet.set_mode("slow", seconds=1)
    for _number in range(3):
        factories.comment(article)
    if tasks == "by the sweep":
        lose_tasks()
    worker = start(timeout=20)
    akismet.wait_for(1, seconds=300)
    assert worker.send(signal.SIGTERM) == 0
    assert "Traceback" not in worker.log
    assert len(akismet.requests) == 1
    assert sorted(Comment.objects.values_list("screening", "attempts")) == [
        *[("ham", 0)],
        *[("waiting", 0)] * 2,
    ]
    assert not Comment.objects.filter(leased_until__isnull=False).exists()


def test_what_a_killed_worker_had_in_hand_is_finished_by_another_after_the_lease(
    article, start, akismet
):
    comment = factories.comment(article)
    akismet.set_mode("slow", seconds=60)
    killed = start(timeout=2)
    akismet.wait_for(1, seconds=300)
    assert killed.send(signal.SIGKILL) == -signal.SIGKILL
    comment.refresh_from_db()
    assert (comment.screening, comment.attempts) == (Screening.WAITING, 0)
    assert comment.leased_until
    akismet.set_mode("ham")
    start("--sweep", "0.2", timeout=2)
    wait_until(screened(comment))
    assert len(akismet.checks) == 2
    assert comment.events.filter(kind="screened").count() == 1


def test_several_workers_share_the_work_and_do_none_of_it_twice(article, start, akismet):
    comments = [factories.comment(article, address=f"192.0.2.{n}") for n in range(20)]
    akismet.set_mode("slow", seconds=0.05)
    for _worker in range(3):
        start("--sweep", "0.1")
    wait_until(screened(*comments))
    assert len(akismet.checks) == len(comments)


def test_a_failing_service_stops_no_worker_and_the_log_names_no_key(article, start, akismet):
    akismet.set_mode("unavailable")
    comment = factories.comment(article)
    worker = start("--sweep", "0.2")
    wait_until(lambda: Comment.objects.filter(attempts=1).exists())
    akismet.set_mode("ham")
    Comment.objects.update(next_attempt_at=timezone.now())
    wait_until(screened(comment))
    assert worker.process.poll() is None
    assert akismet.key not in worker.log


def test_a_link_for_a_new_password_is_mailed_and_what_was_typed_for_it_is_deleted(
    start, editor, tmp_path
):
    RecentCount.objects.create(key="over", count=1, ends_at=timezone.now() - timedelta(minutes=1))
    send_reset_links.enqueue(editor.email, "fr")
    start("--sweep", "0.2", EMAIL_URL=f"filemail:///{tmp_path}/mail")
    wait_until(lambda: not DBTaskResult.objects.exists())
    wait_until(lambda: not RecentCount.objects.exists())
    [mail] = mails_in(tmp_path / "mail")
    assert f"To: {editor.email}" in mail


def test_the_files_of_pictures_that_are_gone_are_deleted(start, settings):
    """The process that deleted the row may have been killed, or the folder may be read-only."""
    file = Path(settings.MEDIA_ROOT, "images", "x.jpg")
    file.parent.mkdir(parents=True)
    file.write_bytes(b"x")
    FileRemoval.objects.create(name="images/x.jpg")
    start("--sweep", "0.5", MEDIA_ROOT=str(settings.MEDIA_ROOT))
    assert wait_until(lambda: not file.exists())
    assert wait_until(lambda: FileRemoval.objects.get().done_at)
