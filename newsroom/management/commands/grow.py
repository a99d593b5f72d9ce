"""Make a site of any size, to try how the CMS behaves at that size."""

from django.core.management.base import BaseCommand, CommandError

from articles.models import Article
from newsroom.growth.site import ACCOUNT, Site


class Command(BaseCommand):
    help = "Fill an empty site with many articles and comments, or add to those made before."

    def add_arguments(self, parser):
        parser.add_argument("--articles", type=int, required=True)
        parser.add_argument("--comments", type=int, default=0)
        parser.add_argument("--force", action="store_true")

    def handle(self, *, articles, comments, force, **options):
        if articles < 0 or comments < 0:
            raise CommandError("The numbers of articles and comments cannot be negative.")
        if not force and Article.objects.exclude(started_by__username=ACCOUNT).exists():
            raise CommandError("This site has articles of its own.")
        self.done = {}
        site = Site(self.report)
        site.prepare()
        site.grow(articles, comments)

    def report(self, kind, number):
        self.done[kind] = self.done.get(kind, 0) + number
        self.stdout.write(f"{kind}: {self.done[kind]}")
