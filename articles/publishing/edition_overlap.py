"""Database rules that forbid two editions of an article to be public at the same instant.

PostgreSQL has an exclusion constraint; it writes the article's number as a range of one number, so
that no extension is needed. SQLite allows one writer at a time, so a trigger is as safe there. But
most migrations make SQLite create a table anew, and a table that is dropped loses its triggers: so
the triggers are created again after every `migrate`.

Migration 0002 runs this SQL as well. If a later migration renames a column, give 0002 a copy of the
SQL as it was before.
"""

from django.db import connections

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
    CREATE TRIGGER IF NOT EXISTS editions_do_not_overlap_{event.split()[0].lower()}
    BEFORE {event} ON articles_edition
    WHEN EXISTS (
        SELECT 1 FROM articles_edition AS other
        WHERE other.article_id = NEW.article_id AND other.id <> NEW.id
        AND (other.visible_until IS NULL OR other.visible_until > NEW.visible_from)
        AND (NEW.visible_until IS NULL OR NEW.visible_until > other.visible_from)
    )
    BEGIN SELECT RAISE(ABORT, 'editions_do_not_overlap'); END
    """  # noqa: S608 (no part of it is user input)
    for event in ("INSERT", "UPDATE OF article_id, visible_from, visible_until")
]


def restore_triggers(*, using, **kwargs):
    """Create the triggers that are missing in SQLite, after each `migrate`."""
    connection = connections[using]
    if connection.vendor != "sqlite":
        return
    if "articles_edition" in connection.introspection.table_names():
        with connection.cursor() as cursor:
            for sql in SQLITE:
                cursor.execute(sql)
