"""The command that deletes the data whose retention period is over."""

from django.core.management.base import BaseCommand, CommandError

from comments.privacy import clock, retention


class Command(BaseCommand):
    help = "Delete what has been kept of comments for long enough, as the worker does by itself."

    def add_arguments(self, parser):
        parser.add_argument(
            "--dry-run", action="store_true", help="Say what would be deleted, and delete nothing."
        )
        parser.add_argument(
            "--clock-is-right",
            action="store_true",
            help="Delete even if the clock of this machine seems to have jumped.",
        )

    def handle(self, *, dry_run, clock_is_right, **options):
        if not dry_run and not clock_is_right and clock.is_in_doubt():
            raise CommandError(
                "The clock of this machine seems to have jumped, or no worker has run for a day, "
                "so nothing is deleted. If `date` shows the right time, add --clock-is-right."
            )
        counts = retention.purge(dry_run=dry_run)
        for name, count in counts.items():
            self.stdout.write(f"{name}: {count}")
        if not dry_run and max(counts.values()) >= retention.RUN_LIMIT:
            self.stdout.write(f"One run deletes {retention.RUN_LIMIT} of a kind. Run it again.")
