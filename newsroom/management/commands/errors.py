"""The command that prints the errors kept on this machine."""

from django.core.management.base import BaseCommand

from newsroom.errors import kept_errors, mail


class Command(BaseCommand):
    help = "Print the errors that this machine has kept, the latest first."

    def handle(self, **options):
        errors = kept_errors.all_errors() if kept_errors.path().exists() else []
        for error in errors:
            self.stdout.write(f"{mail.in_words(error)}\n\n")
        if not errors:
            self.stdout.write("No errors are kept.")
