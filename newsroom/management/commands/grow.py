"""Make a site of any size, to try how it behaves at that size."""

import time
from argparse import ArgumentTypeError
from contextlib import contextmanager

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from articles.models import Article
from newsroom.growth.growing import Growth
from newsroom.growth.library import ACCOUNT, Library
from newsroom.growth.plans import FIRST
from newsroom.growth.vocabulary import MOST_WORDS


def number(typed):
    """Return the number that was typed, also with signs between thousands: 1_000_000."""
    try:
        found = int(typed.replace(",", ""))
    except ValueError:
        raise ArgumentTypeError(f"{typed!r} is not a whole number.") from None
    if not 0 <= found < MOST_WORDS:
        raise ArgumentTypeError(f"{typed} is not between 0 and {MOST_WORDS - 1:,}.")
    return found


class Command(BaseCommand):
    help = (
        "Fill an empty site with articles and comments until it has the numbers asked for. A run "
        "that was stopped goes on where it was; larger numbers add the difference."
    )

    def add_arguments(self, parser):
        parser.add_argument("--articles", type=number, required=True)
        parser.add_argument("--comments", type=number, default=0)
        parser.add_argument(
            "--force",
            action="store_true",
            help="Also on a site with articles of its own, among which readers then find these.",
        )

    def handle(self, *, articles, comments, force, verbosity, **options):
        self.verbosity = verbosity
        self.refuse(articles, comments, force)
        self.write("Preparing sections, topics, authors and pictures…")
        library = Library()
        library.fill()
        growth = Growth(library)
        with self.progress(growth, "articles", growth.articles(), articles):
            growth.add_articles(articles)
        with self.progress(growth, "comments", growth.comments(), comments):
            growth.add_comments(comments)
        growth.finish()
        self.write(f"{growth.articles():,} articles and {growth.comments():,} comments are here.")

    def refuse(self, articles, comments, force):
        """Raise CommandError if this site may not grow to these numbers."""
        if comments and articles < 2 * len(FIRST):
            raise CommandError(f"Comments need {2 * len(FIRST)} articles or more.")
        if get_user_model().objects.filter(username=ACCOUNT, is_active=True).exists():
            raise CommandError(f"Somebody here has the name “{ACCOUNT}”, which this command needs.")
        others = Article.objects.exclude(started_by__username=ACCOUNT)
        if not force and others.exists():
            raise CommandError(
                "This site has articles that this command did not make. It would publish invented "
                "ones among them, which nothing takes away again. If you want that, add --force."
            )

    def write(self, words, **options):
        if self.verbosity:
            self.stdout.write(words, **options)

    @contextmanager
    def progress(self, growth, kind, done, total):
        """Show how many rows there are, on a terminal after each transaction."""
        begun, before = time.monotonic(), done

        def report(number):
            nonlocal done
            done += number
            passed = time.monotonic() - begun
            left = passed / (done - before) * max(total - done, 0)
            share = min(done / total, 1)
            bar = "█" * int(30 * share) + "░" * (30 - int(30 * share))
            line = f"\r{bar} {share:4.0%} {done:,} of {total:,} {kind}, {left / 60:.0f} min left "
            self.write(line, ending="")
            self.stdout.flush()

        growth.report = report if self.stdout.isatty() else lambda number: None
        yield
        if self.stdout.isatty() and done > before:
            self.write("")
