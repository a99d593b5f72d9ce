"""Make the index of the search; what it holds is written by `articles.search.index`.

Its column `rowid` is an edition's number, on both databases; SQLite's full text tables have one by
that name. No foreign key, which such a table could not have: the press takes out what it deletes,
and numbers are never used twice.
"""

from django.db import migrations

MAKE = {
    "sqlite": [
        "CREATE VIRTUAL TABLE articles_search USING fts5 (headline, body, tokenize = 'ascii')",
    ],
    "postgresql": [
        "CREATE TABLE articles_search (rowid bigint PRIMARY KEY, document tsvector NOT NULL)",
        "CREATE INDEX articles_search_document ON articles_search USING gin (document)",
    ],
}


def make(apps, schema_editor):
    for sql in MAKE[schema_editor.connection.vendor]:
        schema_editor.execute(sql)


def drop(apps, schema_editor):
    schema_editor.execute("DROP TABLE articles_search")


class Migration(migrations.Migration):
    dependencies = [("articles", "0003_renditions_and_focal_points")]
    operations = [migrations.RunPython(make, drop)]
