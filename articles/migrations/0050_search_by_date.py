"""Number the entries of the search by the second of first publication, then by the edition's key.

The numbers are those of `articles.search.index.number_of`.
"""

from django.db import migrations

#: 28 bits for the key, and 35 for the seconds from the year 1600 on. SQLite rounds fractions of a
#: second from .9995 up, so it gets whole ones. Without the second %, a place for a value would stand
#: there.
SECOND = {
    "sqlite": (
        "min(CAST(strftime('%%s', substr(e.first_published_at, 1, 19)) AS integer) + 11676096000, "
        "34359738367)"
    ),
    "postgresql": (
        "least(floor(extract(epoch FROM e.first_published_at))::bigint + 11676096000, 34359738367)"
    ),
}
NUMBER = "CASE WHEN e.first_published_at IS NULL THEN e.id ELSE ({second} << 28) | e.id END"
KEY = "s.rowid & 268435455"
TABLE = "CREATE VIRTUAL TABLE {name} USING fts5 (headline, body, tokenize = 'ascii')"


def _move_sqlite(execute, number):
    # In the order of the new numbers: to change the number of each entry would take far longer.
    execute(TABLE.format(name="articles_search_new"))
    execute(
        f"INSERT INTO articles_search_new (rowid, headline, body) SELECT {number}, s.headline, s.body "
        f"FROM articles_search s JOIN articles_edition e ON e.id = ({KEY}) ORDER BY 1"
    )
    execute("DROP TABLE articles_search")
    execute("ALTER TABLE articles_search_new RENAME TO articles_search")


def _move_postgresql(execute, number):
    # The indexes are made anew: to change them entry by entry would take far longer.
    for column in ("document", "headline"):
        execute(f"DROP INDEX articles_search_{column}")
    execute(
        f"UPDATE articles_search s SET rowid = {number} FROM articles_edition e WHERE e.id = ({KEY})"
    )
    for column in ("document", "headline"):
        execute(f"CREATE INDEX articles_search_{column} ON articles_search USING gin ({column})")
        # The planner must know how rare a word is, also one that is not among the 1,000 commonest.
        execute(f"ALTER TABLE articles_search ALTER {column} SET STATISTICS 1000")
    execute("ANALYZE articles_search")


def _move(schema_editor, number):
    vendor = schema_editor.connection.vendor
    move = {"sqlite": _move_sqlite, "postgresql": _move_postgresql}[vendor]
    move(schema_editor.execute, number.format(second=SECOND[vendor]))


def number_by_date(apps, schema_editor):
    _move(schema_editor, NUMBER)


def number_by_key(apps, schema_editor):
    _move(schema_editor, "e.id")


class Migration(migrations.Migration):
    dependencies = [("articles", "0049_indexes_of_lists")]

    operations = [migrations.RunPython(number_by_date, number_by_key)]
