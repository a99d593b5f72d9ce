"""Give each entry of the search the number that `articles.search.index.number_of` gives it.

An earlier form of 0050 gave others to all entries that SQLite had then, and `number_of` one and the
same to all from the year 2688 on. No later change found such an entry: words that were taken down
stayed in it, and those that were written again were found twice.
"""

from django.db import migrations

#: As in 0050: 28 bits for the key, and 35 for the seconds from the year 1600 on.
SECOND = {
    "sqlite": (
        "min(CAST(strftime('%s', substr(e.first_published_at, 1, 19)) AS integer) + 11676096000, "
        "34359738367)"
    ),
    "postgresql": (
        "least(floor(extract(epoch FROM e.first_published_at))::bigint + 11676096000, 34359738367)"
    ),
}
NUMBER = "CASE WHEN e.first_published_at IS NULL THEN e.id ELSE ({second} << 28) | e.id END"
EDITION = "articles_edition e ON e.id = (s.rowid & 268435455)"
WRONG = (
    "SELECT s.rowid, CASE WHEN e.id IS NOT NULL THEN {number} END FROM articles_search s "
    f"LEFT JOIN {EDITION} WHERE e.id IS NULL OR s.rowid <> {{number}}"
)


def mend_numbers(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    number = NUMBER.format(second=SECOND[vendor])
    mend = {"sqlite": _mend_sqlite, "postgresql": _mend_postgresql}[vendor]
    with schema_editor.connection.cursor() as cursor:
        mend(cursor, number, WRONG.format(number=number))


def _mend_sqlite(cursor, number, wrong):
    if not cursor.execute(f"{wrong} LIMIT 1").fetchone():
        return
    # Nearly all are wrong, or a few: both take as long as to write the table once. Of two entries
    # of an edition, that with the right number is the newer one.
    cursor.execute(
        "CREATE VIRTUAL TABLE articles_search_new USING fts5 (headline, body, tokenize = 'ascii')"
    )
    cursor.execute(
        "INSERT OR REPLACE INTO articles_search_new (rowid, headline, body) "
        f"SELECT {number}, s.headline, s.body FROM articles_search s JOIN {EDITION} "
        f"WHERE s.rowid = {number} "
        f"OR NOT EXISTS (SELECT 1 FROM articles_search r WHERE r.rowid = {number}) ORDER BY 1"
    )
    cursor.execute("DROP TABLE articles_search")
    cursor.execute("ALTER TABLE articles_search_new RENAME TO articles_search")


def _mend_postgresql(cursor, number, wrong):
    cursor.execute(wrong)
    for was, right in cursor.fetchall():
        cursor.execute("SELECT FROM articles_search WHERE rowid = %s", [right])
        if right is None or cursor.fetchone() is not None:
            cursor.execute("DELETE FROM articles_search WHERE rowid = %s", [was])
        else:
            cursor.execute("UPDATE articles_search SET rowid = %s WHERE rowid = %s", [right, was])


class Migration(migrations.Migration):
    dependencies = [("articles", "0056_in_order_of_keys")]

    operations = [migrations.RunPython(mend_numbers, migrations.RunPython.noop)]
