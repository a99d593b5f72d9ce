from django.core.management.base import BaseCommand

from comments import screening


class Command(BaseCommand):
    help = "Ask Akismet about every comment that is due, once, as the worker does by itself."

    def handle(self, **options):
        answered = screening.work_off()
        self.stdout.write(f"{answered} answered")
