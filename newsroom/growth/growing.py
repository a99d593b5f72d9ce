"""The growth of a site to a number of articles and comments, in transactions of a few seconds.

All is made in the order of the numbers, and the database tells how much of it there is. So a run
that was killed goes on where its last transaction ended, and another run adds the difference.
"""

import random
from array import array
from collections.abc import Iterator
from itertools import batched

from django.db import connection, transaction

from articles.models import Article, Change, Edition, Month
from comments.models import Comment

from .articles import ArticleRows
from .comments import CommentRows
from .plans import LONG_THREAD, LONGEST_THREAD, is_public, plan

#: The rows of one transaction.
ARTICLE_BATCH, COMMENT_BATCH = 1000, 5000
#: The articles with the most comments, by number; there are twice as many others at least.
LONG_THREADS = {LONG_THREAD: 200, LONGEST_THREAD: 10_000}


class Growth:
    """The articles and comments that are made here, of all that a site has.

    `report` is called with the number of rows after each transaction.
    """

    def __init__(self, library, report=lambda number: None):
        self.library, self.report = library, report
        self.made = Article.objects.filter(started_by=library.account)

    def articles(self) -> int:
        """Return the number of articles made."""
        return self.made.count()

    def comments(self) -> int:
        """Return the number of comments on them, also of those that somebody has sent since."""
        return Comment.objects.filter(article__in=self.made).count()

    def add_articles(self, count):
        """Add articles up to the number `count`; those that somebody deleted are not made again."""
        rows = ArticleRows(self.library)
        missing = range(self._last_number() + 1, count + 1)
        for numbers in batched(missing, ARTICLE_BATCH):
            with transaction.atomic():
                rows.write(plan(number, count, self.library) for number in numbers)
            self.report(len(numbers))

    def _last_number(self) -> int:
        """Return the number of the last article made: the others may not all be there any more."""
        newest = self.made.order_by("-pk").values_list("slug", flat=True)[:ARTICLE_BATCH]
        numbers = (slug.rpartition("-")[2] for slug in newest)
        return max((int(number) for number in numbers if number.isdecimal()), default=0)

    def add_comments(self, count):
        """Add comments until there are `count`, if the articles are more than a few."""
        rows = CommentRows(self.library)
        keys = array("q", self.made.order_by("pk").values_list("pk", flat=True).iterator())
        done, long = self.comments(), 0
        for number, size in LONG_THREADS.items():
            if len(keys) < number:
                continue
            key = keys[number - 1]
            if not Comment.objects.filter(article=key).exists():
                if count < max(2 * size, done + size):
                    continue
                self._write(rows, [(key, f"long {number}", size)])
                done += size
            long += size
        talks = self._talks(keys, done - long, count - long)
        for batch in _in_batches(talks):
            self._write(rows, batch)

    def _talks(self, keys, done, count) -> Iterator[tuple]:
        """Yield the article, the seed and the size of each talk after the first `done` comments.

        The share of an article depends on its number alone, and the talks follow their articles.
        """
        weights = array("d", (_weight(number, len(keys)) for number in range(1, len(keys) + 1)))
        total, reached, first = sum(weights), 0.0, 0
        for key, weight in zip(keys, weights, strict=True):
            reached += weight
            last = round(reached / total * count) if total else 0
            if last > max(first, done):
                first = max(first, done)
                yield key, f"{key} {first}", last - first
            first = last

    def _write(self, rows, talks):
        keys = [key for key, *_ in talks]
        first = Edition.objects.filter(article__in=keys, number=1)
        starts = dict(first.values_list("article", "visible_from"))
        with transaction.atomic():
            rows.write((key, starts[key], seed, size) for key, seed, size in talks)
        self.report(sum(size for *_, size in talks))

    def finish(self):
        """Let the database learn what its tables hold, and readers see what is new."""
        Change.objects.record(Change.Kind.SITE, 0)
        while Month.objects.settle():
            pass
        # PostgreSQL can read an index alone only after a VACUUM, which no transaction may hold.
        may_vacuum = connection.vendor == "postgresql" and not connection.in_atomic_block
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE" if may_vacuum else "ANALYZE")


def _weight(number, count) -> float:
    """Return the share of an article in the comments: more if it is recent; one in two has none."""
    chance = random.Random(f"talk {number}").random()  # noqa: S311
    if chance < 0.5 or number in LONG_THREADS or not is_public(number):
        return 0.0
    return (0.02 + (number / count) ** 2) * max(2 - 2 * chance, 1e-6) ** -0.6


def _in_batches(talks):
    batch, size = [], 0
    for talk in talks:
        batch.append(talk)
        size += talk[2]
        if size >= COMMENT_BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
