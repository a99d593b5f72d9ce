"""The command that asks Akismet about every comment that is due."""

from django.core.management.base import BaseCommand

from comments.screening import attempts


class Command(BaseCommand):
    help = "Ask Akismet about every comment that is due, once, as the worker does by itself."

    def handle(self, **options):
        answered = attempts.screen_due()
        self.stdout.write(f"{answered} answered")
