"""Make the index in which the staff search series; `common.search.index` writes what it holds."""

from django.db import migrations

TABLE = "articles_series_words"
MAKE = {
    "sqlite": [f"CREATE VIRTUAL TABLE {TABLE} USING fts5 (words, tokenize = 'ascii')"],
    "postgresql": [
        f"CREATE TABLE {TABLE} (rowid bigint PRIMARY KEY, words tsvector NOT NULL)",
        f"CREATE INDEX {TABLE}_gin ON {TABLE} USING gin (words)",
    ],
}


def make(apps, schema_editor):
    for sql in MAKE[schema_editor.connection.vendor]:
        schema_editor.execute(sql)


def drop(apps, schema_editor):
    schema_editor.execute(f"DROP TABLE {TABLE}")


class Migration(migrations.Migration):
    dependencies = [("articles", "0045_series")]
    operations = [migrations.RunPython(make, drop)]
