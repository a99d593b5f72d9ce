"""Full text search that gives the same results, in the same order, on SQLite and on PostgreSQL.

Neither database has to understand a language: `words` cuts the text into words and stems them when
an edition is pressed. SQLite's FTS5 and PostgreSQL's tsvector then only find tokens and their
neighbours. `Edition.objects.live()` filters the results as it filters every other list, so no job
has to change the index when an edition begins or ends.

The number of an entry, `rowid`, holds the second of first publication and the key of the edition.
So the newest results are read from the end of the index, also for a word that all articles have.
"""

from datetime import UTC, datetime, timedelta

from django.db import connections, transaction
from django.db.models.expressions import RawSQL

from common.search.databases import PostgreSQL, SQLite, all_of, any_of, backend_of

from ..text.markup import plain_text
from .queries import Query
from .words import cut, joined_tokens, tokens

#: The version of the entries, stored in the database (`SearchVersion`). Raise it when the tokens of
#: a text or the form of an entry change: the next `migrate` then writes all entries anew.
VERSION = 4
#: The number of editions that one transaction indexes, a fifth of a second of work, and the number
#: after which progress is reported.
BATCH, REPORT_EVERY = 20, 1000

#: The beginning of time for entries: as early as the archive goes (`month.EARLIEST`).
_EPOCH = datetime(1600, 1, 1, tzinfo=UTC)
#: The lowest bits of the number of an entry hold the key of the edition: 268 million are possible.
#: The 35 bits above them hold the seconds since _EPOCH: all later ones count as one of 2688.
KEY_BITS = 28
KEY_MASK = (1 << KEY_BITS) - 1
#: The highest number that a database stores.
LAST = (1 << 63) - 1
#: The SQL of the key of an entry's edition.
EDITION = f"(articles_search.rowid & {KEY_MASK})"

#: The columns of the table: those of `entry` come after the number.
COLUMNS = {
    SQLite: ("rowid", "headline", "body"),
    PostgreSQL: ("rowid", "headline", "document"),
}
_INSERT = {
    "sqlite": "INSERT INTO articles_search (rowid, headline, body) VALUES (%s, %s, %s)",
    "postgresql": (
        "INSERT INTO articles_search (rowid, headline, document) "
        "VALUES (%s, %s::tsvector, %s::tsvector)"
    ),
}
_DELETE = "DELETE FROM articles_search WHERE rowid IN (%s, %s)"


def number_of(first_published_at, key=0) -> int:
    """Return the number of the entry of an edition; without a key, the lowest one of its second."""
    if first_published_at is None:
        return key
    second = min((first_published_at - _EPOCH) // timedelta(seconds=1), LAST >> KEY_BITS)
    return second << KEY_BITS | key


def expression(query: Query, *, using: str) -> str:
    """Return `query` in the language of the database."""
    backend = backend_of(using)
    return any_of(
        backend,
        [
            all_of(backend, [any_of(backend, map(backend.phrase, forms)) for forms in version])
            for version in query.by_language()
        ],
    )


def matches(query: Query, *, using: str, headline_only=False) -> RawSQL:
    """Return the primary keys of the editions that match `query`, as a subquery.

    On SQLite, a column of the table has the headline, and another one the rest. On PostgreSQL, one
    has the headline and one the whole document, so each has an index of its own.
    """
    found = expression(query, using=using)
    if backend_of(using) is SQLite:
        sql = f"SELECT {EDITION} FROM articles_search WHERE articles_search MATCH %s"  # noqa: S608
        found = f"headline : {found}" if headline_only else found
    else:
        column = "headline" if headline_only else "document"
        sql = f"SELECT {EDITION} FROM articles_search WHERE {column} @@ %s::tsquery"  # noqa: S608
    return RawSQL(sql, [found])  # noqa: S611


# --- The index --------------------------------------------------------------------------------


def write(edition):
    """Write the words of `edition` to the index, in place of its former entry.

    `press` calls it in its transaction; `index_editions` calls it for each edition that it indexes.
    """
    connection = connections[edition._state.db]
    backend = backend_of(connection.alias)
    language = edition.language
    headline = [edition.headline]
    body = [
        *texts_of(edition),
        *(author.name for author in edition.authors()),
        *(topic.name for topic in edition.topics.all()),
    ]
    with connection.cursor() as cursor:
        number = number_of(edition.first_published_at, edition.pk)
        row = entry(headline, body, language, backend)
        # An entry that was written before the number held a date has the key alone.
        cursor.execute(_DELETE, [number, edition.pk])
        cursor.execute(_INSERT[connection.vendor], [number, *row])


def texts_of(edition) -> list[str]:
    """Return the texts of an edition by which it is found, besides its headline."""
    return [
        edition.kicker,
        edition.standfirst,
        edition.dateline,
        plain_text(edition.body),
        edition.lead_caption,
    ]


def move(key, was, first_published_at, *, using):
    """Move the entry of an edition whose article gets another date of first publication."""
    numbers = [number_of(at, key) for at in (first_published_at, was)]
    with connections[using].cursor() as cursor:
        cursor.execute("UPDATE articles_search SET rowid = %s WHERE rowid = %s", numbers)


def entry(headline, body, language, backend, cut=cut) -> list[str]:
    """Return the two columns of an entry, besides its number: of the headline, and of the rest.

    `headline` and `body` are lists of texts in `language`. Who writes many entries may give a `cut`
    that remembers texts.
    """
    headline, body = ([cut(text, language) for text in texts] for texts in (headline, body))
    rest = body if backend is SQLite else [*headline, *body]
    return [backend.row(tokens(texts), joined_tokens(texts)) for texts in (headline, rest)]


def remove(editions):
    """Remove `editions`, which are about to be deleted, from the index."""
    numbers = [
        (number_of(at, key), key) for at, key in editions.values_list("first_published_at", "pk")
    ]
    with connections[editions.db].cursor() as cursor:
        cursor.executemany(_DELETE, numbers)


def forget_deleted(using="default"):
    """Erase the tokens of deleted entries from the index for good.

    SQLite's FTS5 only marks them as deleted, until it merges the segments of the index: so they are
    merged here (4 s for 50,000 articles). PostgreSQL deletes them by itself (VACUUM).
    """
    connection = connections[using]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO articles_search (articles_search) VALUES ('optimize')")


def index_editions(editions, *, report=lambda done, total: None) -> int:
    """Index `editions`, anew where they have an entry; return the number.

    Each batch is a transaction of its own, so whoever publishes or comments waits for one batch at
    most. Entries are replaced one by one, so that the search goes on finding. After each batch, it
    calls `report` with the number of editions done and the number of all.
    """
    # The numbers are read once: an edition that is pressed meanwhile is written by its press.
    keys = list(editions.order_by("pk").values_list("pk", flat=True))
    return _index(keys, editions.model.objects.using(editions.db), report)


def _index(keys, editions, report):
    articles = editions.model.article.field.related_model.objects.using(editions.db)
    for start in range(0, len(keys), BATCH):
        with transaction.atomic(using=editions.db):
            batch = editions.filter(pk__in=keys[start : start + BATCH])
            # What is erased, moved or deleted meanwhile would come back, or be found twice.
            locked = articles.filter(pk__in=batch.values("article")).order_by("pk")
            list(locked.select_for_update(no_key=True).values_list("pk"))
            for edition in batch.prefetch_related("bylines__author", "topics"):
                write(edition)
        report(min(start + BATCH, len(keys)), len(keys))
    return len(keys)


def report_to(stdout):
    """Return a function for `index_editions` that writes its progress to `stdout`."""

    def report(done, total):
        if not done % REPORT_EVERY:
            stdout.write(f"  Search index: {done} of {total} editions")

    return report


def sync_after_migrate(sender, *, using, verbosity=0, stdout=None, **kwargs):
    """Index the editions that are not in the index, and remove the entries of deleted editions.

    It runs after each `migrate` and `flush`. The site may be older than the search, or restored
    from a backup without the index; or `flush` may have emptied it without a call of `remove`, so
    that new editions get the primary keys of old ones.

    If the index in the database has another version than VERSION, it is written anew. The version
    is stored after that, so a run that was stopped begins again at the next `migrate`.
    """
    Edition, SearchVersion = sender.get_model("Edition"), sender.get_model("SearchVersion")
    tables = connections[using].introspection.table_names()
    if not {"articles_search", SearchVersion._meta.db_table}.issubset(tables):
        return
    editions = Edition.objects.using(using)
    keys = f"SELECT id FROM {connections[using].ops.quote_name(Edition._meta.db_table)}"  # noqa: S608
    entries = f"SELECT {EDITION} FROM articles_search"  # noqa: S608
    stored = SearchVersion.objects.using(using)
    is_current = stored.filter(number=VERSION).exists()
    tells = stdout and verbosity
    report = report_to(stdout) if tells else lambda done, total: None
    # By EXCEPT, not NOT IN: PostgreSQL would read all keys for each entry if they are too many for
    # its memory of work, and a million entries would take days.
    with connections[using].cursor() as cursor:
        cursor.execute(f"DELETE FROM articles_search WHERE {EDITION} IN ({entries} EXCEPT {keys})")  # noqa: S608
        if is_current:
            cursor.execute(f"{keys} EXCEPT {entries} ORDER BY 1")
            number = _index([key for (key,) in cursor.fetchall()], editions, report)
        else:
            number = index_editions(editions, report=report)
    if not is_current:
        stored.update_or_create(pk=1, defaults={"number": VERSION})
        if number and tells:
            stdout.write(f"  Search index: written anew, {number} editions")
