"""Make the indexes of the search of the staff; `common.search.index` writes what they hold.

The column `rowid` is the primary key of a row of the model, on both databases. There is no foreign
key, which SQLite's full text tables cannot have.
"""

from django.db import migrations

TABLES = [
    "comments_comment_words",
    "comments_commentrule_words",
    "comments_complaint_words",
    "comments_publicname_words",
    "comments_senderblock_words",
]
MAKE = {
    "sqlite": ["CREATE VIRTUAL TABLE {table} USING fts5 (words, tokenize = 'ascii')"],
    "postgresql": [
        "CREATE TABLE {table} (rowid bigint PRIMARY KEY, words tsvector NOT NULL)",
        "CREATE INDEX {table}_gin ON {table} USING gin (words)",
    ],
}


def make(apps, schema_editor):
    for table in TABLES:
        for sql in MAKE[schema_editor.connection.vendor]:
            schema_editor.execute(sql.format(table=table))


def drop(apps, schema_editor):
    for table in TABLES:
        schema_editor.execute(f"DROP TABLE {table}")


class Migration(migrations.Migration):
    dependencies = [("comments", "0013_links_of_comments")]
    operations = [migrations.RunPython(make, drop)]
