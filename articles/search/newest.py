"""The results of a search, page by page: matches in the headline first, then the newest.

The order is that of the numbers of the entries (`index`), so a page costs as much for a word that a
million articles have as for a rare one.
"""

from datetime import datetime
from typing import NamedTuple

from django.db import connections
from django.db.models.expressions import RawSQL

from common import reader_clock
from common.compiled_queries import compiled
from common.keyset import read_cursor, write_cursor
from common.search.databases import SQLite, backend_of

from ..models import Edition
from . import index

_TABLE = "articles_search"


class Found(NamedTuple):
    """What a page of results tells of a live edition."""

    pk: int
    path: str
    language: str
    section: str
    first_published_at: datetime
    headline: str
    standfirst: str
    body: str


class ResultsPage:
    """A page of the `editions` that match `query`, after the result that `before` names.

    Only those first published from the instant `since` on and before `until` count, where given.
    `before` is the `next` of another page; any other text gives the first page.
    """

    def __init__(self, query, editions, *, since=None, until=None, before="", size=20):
        self.query, self.editions = query, editions
        self.lowest = index.number_of(since) if since else 0
        self.highest = index.number_of(until) if until else index.LAST
        self.place = read_cursor(before, [int, int, int])
        self.before = before if self.place else ""
        found = self._found(size + 1)
        #: The `before` of the following page; empty on the last page.
        self.next = _cursor(*found[size - 1]) if len(found) > size else ""
        keys = [number & index.KEY_MASK for _in_headline, number in found[:size]]
        # Leave out an edition that was replaced or withdrawn since the numbers were read.
        rows = {row[0]: Found(*row) for row in _live(reader_clock.now(), keys)}
        self.items = [rows[key] for key in keys if key in rows]

    def __iter__(self):
        return iter(self.items)

    def __len__(self):
        return len(self.items)

    def _found(self, limit) -> list[tuple[int, int]]:
        """Return 1 or 0 (is it in the headline?) and the number of each entry, in their order."""
        backend, parts, parameters = backend_of(self.editions.db), [], []
        for in_headline in (1, 0):
            sql, values = self._newest(backend, in_headline, self._below(in_headline), limit)
            parts.append(f"SELECT {in_headline}, rowid FROM ({sql}) AS found")  # noqa: S608
            parameters += values
        sql = f"{' UNION ALL '.join(parts)} LIMIT %s"
        with connections[self.editions.db].cursor() as cursor:
            return backend.fetch(cursor, sql, [*parameters, limit])

    def _below(self, in_headline):
        """Return the number below which those of this page are."""
        if not self.place or in_headline < self.place[0]:
            return self.highest
        if in_headline > self.place[0]:
            # Those in a headline come before all others, so they were on a page before.
            return self.lowest
        return min(self.highest, self.place[1] << index.KEY_BITS | self.place[2])

    def _newest(self, backend, in_headline, below, limit):
        """Return the SQL, with its parameters, of the newest entries below the number `below`."""
        of_entry = self.editions.filter(pk=RawSQL(index.EDITION, [])).order_by()  # noqa: S611
        edition, of_edition = of_entry.values("pk").query.sql_with_params()
        rest = f"AND rowid >= %s AND rowid < %s AND EXISTS ({edition}) ORDER BY rowid DESC LIMIT %s"
        values = [self.lowest, below, *of_edition, limit]
        words = index.expression(self.query, using=self.editions.db)
        if backend is SQLite:
            words = f"headline : {words}" if in_headline else f"{words} NOT headline : {words}"
            return backend.newest(_TABLE, f"{_TABLE} MATCH %s", rest), [words, *values]
        matches, words = "headline @@ %s::tsquery", [words]
        if not in_headline:
            matches, words = f"document @@ %s::tsquery AND NOT {matches}", words * 2
        return backend.newest(_TABLE, matches, rest), [*words, *values, *words, *values]


@compiled
def _live(at, keys):
    editions = Edition.objects.live(at).filter(pk__in=keys).order_by()
    return editions.values_list(
        *("pk", "article__path", "language", "section__name", "first_published_at"),
        *("headline", "standfirst", "body"),
    )


def _cursor(in_headline, number):
    return write_cursor([in_headline, number >> index.KEY_BITS, number & index.KEY_MASK])
