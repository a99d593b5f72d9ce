"""The worker: it runs tasks as they arrive and, in regular sweeps, all work that is due."""

import logging
import signal
import threading
import time

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import close_old_connections
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker

from articles.models import Change, FileRemoval, Image
from articles.pictures import renditions
from comments.models import WorkerStatus
from comments.moderation import moderator_mail
from comments.privacy import retention
from comments.screening import admin_mail, attempts

logger = logging.getLogger("newsroom.worker")

#: Seconds between two purges of the data whose retention period is over.
PURGE_EVERY = 3600


class Command(BaseCommand):
    help = "Run tasks as they come and, every few seconds, whatever work is due. No cron needed."

    def add_arguments(self, parser):
        parser.add_argument(
            "--sweep", type=float, default=30, help="Seconds between two sweeps (default: 30)."
        )

    def handle(self, *, sweep, **options):
        self.stopping = threading.Event()
        self.tasks = Worker(
            queue_names=["*"],
            excluded_queue_names=[],
            interval=0,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=get_random_string(32),
        )
        for signum in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signum, self.stop)
        next_sweep = next_purge = 0
        logger.info("The worker is ready.")
        while not self.stopping.is_set():
            try:
                self.tasks.run()
                if time.monotonic() >= next_sweep:
                    next_sweep = time.monotonic() + sweep
                    self.sweep()
                if time.monotonic() >= next_purge:
                    next_purge = time.monotonic() + PURGE_EVERY
                    self.purge()
            except Exception:
                # Go on: a database that restarts comes back, and one task that fails must not stop
                # the others. All work that failed is due again.
                logger.exception("Something failed; going on in a moment.")
                close_old_connections()
                self.stopping.wait(5)
            self.stopping.wait(1)
        logger.info("The worker has ended.")

    def stop(self, signum, frame):
        """Stop after the task or the comment that the worker is busy with."""
        self.tasks.running = False
        self.stopping.set()

    def sweep(self):
        """Do all work that is due, even if the task for it was lost.

        If one kind of work fails, the other kinds are still done.
        """
        failed = False
        for work in (self.screen, self.delete_files, self.render, self.notify):
            try:
                work()
            except Exception:
                logger.exception("A part of the sweep failed; the next one tries again.")
                close_old_connections()
                failed = True
        if failed:
            WorkerStatus.record_failure()
            admin_mail.worker_failing()
        else:
            WorkerStatus.record_sweep()

    def screen(self):
        while attempts.screen_due(should_continue=self.should_continue):
            pass
        if self.should_continue():
            attempts.update_usage()

    def render(self):
        renditions.make_due_renditions(Image.objects.all(), should_continue=self.should_continue)

    def delete_files(self):
        FileRemoval.objects.attempt_due(should_continue=self.should_continue)

    def notify(self):
        moderator_mail.send_due(should_continue=self.should_continue)
        if self.should_continue():
            admin_mail.akismet_silent()

    def should_continue(self):
        """Record a sign of life between two pieces of work; return whether to begin another."""
        WorkerStatus.record_heartbeat()
        return not self.stopping.is_set()

    def purge(self):
        retention.purge()
        Change.objects.expired().delete()
        call_command("prune_db_task_results", verbosity=0)
