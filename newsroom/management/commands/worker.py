"""The worker: it runs tasks as they arrive and, in regular sweeps, all work that is due."""

import logging
import queue
import signal
import time
from contextlib import suppress

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import close_old_connections
from django.utils.crypto import get_random_string
from django.utils.functional import cached_property
from django_tasks_db.management.commands.db_worker import Worker

from articles.cards import fetching
from articles.models import (
    Change,
    Draft,
    FileRemoval,
    FormerKey,
    Image,
    LinkCard,
    Month,
    OutdatedEntries,
    PreviewLink,
)
from articles.pictures import renditions
from articles.publishing import news_mail
from comments.models import WorkerStatus
from comments.moderation import moderator_mail
from comments.privacy import clock, retention
from comments.screening import admin_mail, attempts
from newsroom import housekeeping, unsafe_settings
from newsroom.accounts import mail as account_mail
from newsroom.errors import mail as error_mail
from newsroom.models import RecentCount
from newsroom.shared_caches import purging

logger = logging.getLogger("newsroom.worker")

#: Seconds between two purges of the data whose retention period is over.
PURGE_EVERY = 3600
#: Seconds until the next purge, if one left rows: it deletes a bounded number, and none while the
#: clock is in doubt.
PURGE_AGAIN_AFTER = 300
#: Seconds between two looks for errors to be mailed.
MAIL_ERRORS_EVERY = 30


class Command(BaseCommand):
    help = "Run tasks as they come and, every few seconds, whatever work is due. No cron needed."
    # They load the admin, which the worker does not need but for the address of a mail.
    requires_system_checks = []
    stopping = False

    def add_arguments(self, parser):
        parser.add_argument(
            "--sweep", type=float, default=30, help="Seconds between two sweeps (default: 30)."
        )

    def handle(self, *, sweep, **options):
        self.signals = queue.SimpleQueue()
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
        unsafe_settings.log_warnings(settings)
        next_sweep = next_purge = next_error_mail = 0
        logger.info("The worker is ready.")
        while not self.stopping:
            if time.monotonic() >= next_error_mail:
                # Before all that needs the database: its failure may be the error to be mailed.
                next_error_mail = time.monotonic() + min(sweep, MAIL_ERRORS_EVERY)
                error_mail.send_due()
            try:
                self.tasks.run()
                purging.tell_caches()
                if time.monotonic() >= next_sweep:
                    next_sweep = time.monotonic() + sweep
                    self.sweep()
                if time.monotonic() >= next_purge and not self.stopping:
                    next_purge = time.monotonic() + PURGE_EVERY
                    if not self.purge():
                        next_purge = time.monotonic() + PURGE_AGAIN_AFTER
            except Exception:
                # Go on: a database that restarts comes back, and one task that fails must not stop
                # the others. All work that failed is due again.
                logger.exception("Something failed; going on in a moment.")
                close_old_connections()
                self.rest(5)
            self.rest(1)
        logger.info("The worker has ended.")

    @cached_property
    def clock(self):
        return clock.Watch()

    def stop(self, signum, frame):
        """Stop after the task or the comment that the worker is busy with."""
        self.tasks.running = False
        self.stopping = True
        # Unlike `threading.Event`, which may hold its own lock when the signal comes, a SimpleQueue
        # may be written to in the midst of a wait for it.
        self.signals.put(signum)

    def rest(self, seconds):
        """Wait for `seconds`, or until a signal says to stop."""
        if not self.stopping:
            with suppress(queue.Empty):
                self.signals.get(timeout=seconds)

    def sweep(self):
        """Do all work that is due, even if the task for it was lost.

        If one kind of work fails, the other kinds are still done. A signal to stop ends the sweep
        after the kind that the worker is busy with; the next worker does the rest.
        """
        failed = False
        own = (self.clock.is_trusted, self.forget, self.screen, self.render, self.notify)
        others = (self.fetch_cards, self.delete_files, self.index, self.count_months)
        for work in (*own, *others, housekeeping.requeue_lost_tasks):
            if self.stopping:
                return
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

    def fetch_cards(self):
        fetching.fetch_due(LinkCard.objects.all(), should_continue=self.should_continue)

    def delete_files(self):
        FileRemoval.objects.attempt_due(should_continue=self.should_continue)

    def index(self):
        for model in (FormerKey, OutdatedEntries):
            model.objects.index_outdated(should_continue=self.should_continue)

    def count_months(self):
        """Bring the months of the archive up to date: an edition may have begun or ended."""
        while Month.objects.settle() and self.should_continue():
            pass

    def notify(self):
        moderator_mail.send_due(should_continue=self.should_continue)
        if self.should_continue():
            news_mail.send_due(should_continue=self.should_continue)
        if self.should_continue():
            admin_mail.akismet_silent()
            admin_mail.clock_unconfirmed()

    def forget(self):
        """Delete the data that lives for minutes: keys of double clicks, attempts, some tasks."""
        retention.forget_submissions()
        RecentCount.objects.delete_over()
        account_mail.forget_tasks()

    def should_continue(self):
        """Record a sign of life between two pieces of work; return whether to begin another.

        Caches do not wait for the end of a sweep either, but for those that failed: these would
        hold up the work.
        """
        WorkerStatus.record_heartbeat()
        if not self.stopping:
            purging.tell_caches(only_working=True)
        return not self.stopping

    def purge(self) -> bool:
        """Delete the data whose time is over; return whether all of it is deleted."""
        deleted = {}
        if is_trusted := self.clock.is_trusted():
            deleted = retention.purge()
            Change.objects.expired().delete()
            Draft.objects.expired().delete()
            PreviewLink.objects.over().delete()
            LinkCard.objects.expired().delete()
            housekeeping.delete_expired()
        housekeeping.count_for_planner()
        WorkerStatus.record_overdue(retention.overdue())
        return is_trusted and max(deleted.values()) < retention.RUN_LIMIT
