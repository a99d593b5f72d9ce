"""The command that builds the search index anew."""

from django.core.management.base import BaseCommand
from django.db import transaction

from articles.models import Edition
from articles.search import index


class Command(BaseCommand):
    help = "Write the search's index anew. `migrate` adds by itself whatever is missing in it."

    @transaction.atomic
    def handle(self, **options):
        self.stdout.write(f"{index.index_editions(Edition.objects.all(), anew=True)} indexed")
