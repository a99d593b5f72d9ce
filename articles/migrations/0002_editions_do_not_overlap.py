"""Let the database itself refuse two editions of an article that are public at the same instant."""

from django.db import migrations

from articles.publishing.edition_overlap import POSTGRESQL, SQLITE


def forbid(apps, schema_editor):
    for sql in {"postgresql": POSTGRESQL, "sqlite": SQLITE}[schema_editor.connection.vendor]:
        schema_editor.execute(sql)


def allow(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE articles_edition DROP CONSTRAINT editions_do_not_overlap")
    else:
        schema_editor.execute("DROP TRIGGER IF EXISTS editions_do_not_overlap_insert")
        schema_editor.execute("DROP TRIGGER IF EXISTS editions_do_not_overlap_update")


class Migration(migrations.Migration):
    dependencies = [("articles", "0001_initial")]
    operations = [migrations.RunPython(forbid, allow)]
