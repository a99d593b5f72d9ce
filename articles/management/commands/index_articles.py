from django.core.management.base import BaseCommand
from django.db import transaction

from articles import search
from articles.models import Edition


class Command(BaseCommand):
    help = "Write the search's index anew. `migrate` adds by itself whatever is missing in it."

    @transaction.atomic
    def handle(self, **options):
        self.stdout.write(f"{search.fill(Edition.objects.all(), anew=True)} indexed")
