"""Give the search on PostgreSQL a column, with an index, for the words of the headline alone.

SQLite's table has had one from the beginning. `migrate` then writes all entries anew, as the
version of the entries is another one (`articles.search.index.VERSION`).
"""

from django.db import migrations

ADD = {
    "sqlite": [],
    "postgresql": [
        "ALTER TABLE articles_search ADD headline tsvector NOT NULL DEFAULT ''",
        "CREATE INDEX articles_search_headline ON articles_search USING gin (headline)",
    ],
}
REMOVE = {
    "sqlite": [],
    "postgresql": ["ALTER TABLE articles_search DROP headline"],
}


def add(apps, schema_editor):
    for sql in ADD[schema_editor.connection.vendor]:
        schema_editor.execute(sql)


def remove(apps, schema_editor):
    for sql in REMOVE[schema_editor.connection.vendor]:
        schema_editor.execute(sql)


class Migration(migrations.Migration):
    dependencies = [("articles", "0020_slugs_made_from_names")]
    operations = [migrations.RunPython(add, remove)]
