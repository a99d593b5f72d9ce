"""The command that deletes the data whose retention period is over."""

from django.core.management.base import BaseCommand

from comments.privacy import retention


class Command(BaseCommand):
    help = "Delete what has been kept of comments for long enough, as the worker does by itself."

    def add_arguments(self, parser):
        parser.add_argument(
            "--dry-run", action="store_true", help="Say what would be deleted, and delete nothing."
        )

    def handle(self, *, dry_run, **options):
        for name, count in retention.purge(dry_run=dry_run).items():
            self.stdout.write(f"{name}: {count}")
