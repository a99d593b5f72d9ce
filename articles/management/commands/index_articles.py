"""The command that builds the search index anew."""

from django.core.management.base import BaseCommand

from articles.models import Edition
from articles.search import index


class Command(BaseCommand):
    help = "Write the search's index anew. `migrate` adds by itself whatever is missing in it."

    def handle(self, **options):
        editions, report = Edition.objects.all(), index.report_to(self.stdout)
        number = index.index_editions(editions, report=report)
        self.stdout.write(f"{number} indexed")
