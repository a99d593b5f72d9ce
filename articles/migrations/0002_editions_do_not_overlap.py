"""Let the database itself refuse two editions of an article that are public at the same instant.

PostgreSQL has exclusion constraints for this; the article's number is written as a range of one, so
that no extension is needed. SQLite lets one writer in at a time, so a trigger is as good. A later
migration that has SQLite remake the table must make the triggers again: a test says if not.
"""

from django.db import migrations

POSTGRESQL = [
    """
    ALTER TABLE articles_edition ADD CONSTRAINT editions_do_not_overlap EXCLUDE USING gist (
        int8range(article_id, article_id, '[]') WITH &&,
        tstzrange(visible_from, visible_until, '[)') WITH &&
    )
    """
]
SQLITE = [
    f"""
    CREATE TRIGGER editions_do_not_overlap_{event.split()[0].lower()}
    BEFORE {event} ON articles_edition
    WHEN EXISTS (
        SELECT 1 FROM articles_edition AS other
        WHERE other.article_id = NEW.article_id AND other.id <> NEW.id
        AND (other.visible_until IS NULL OR other.visible_until > NEW.visible_from)
        AND (NEW.visible_until IS NULL OR NEW.visible_until > other.visible_from)
    )
    BEGIN SELECT RAISE(ABORT, 'editions_do_not_overlap'); END
    """
    for event in ("INSERT", "UPDATE OF article_id, visible_from, visible_until")
]


def forbid(apps, schema_editor):
    for sql in {"postgresql": POSTGRESQL, "sqlite": SQLITE}[schema_editor.connection.vendor]:
        schema_editor.execute(sql)


def allow(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE articles_edition DROP CONSTRAINT editions_do_not_overlap")
    else:
        schema_editor.execute("DROP TRIGGER editions_do_not_overlap_insert")
        schema_editor.execute("DROP TRIGGER editions_do_not_overlap_update")


class Migration(migrations.Migration):
    dependencies = [("articles", "0001_initial")]
    operations = [migrations.RunPython(forbid, allow)]
