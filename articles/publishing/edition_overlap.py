"""Two editions of an article are never public at one instant: the database itself refuses it.

PostgreSQL has exclusion constraints for this; the article's number is written as a range of one, so
that no extension is needed. SQLite lets one writer in at a time, so a trigger is as good. But most
migrations have SQLite make a table anew, and a trigger goes with its table: so the triggers are put
back after every `migrate`.

Migration 0002 runs this SQL as well. If a later one renames a column, give that one a copy of it.
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
    """  # noqa: S608 (no word of it comes from outside)
    for event in ("INSERT", "UPDATE OF article_id, visible_from, visible_until")
]


def restore_triggers(*, using, **kwargs):
    """Make those of SQLite's triggers that are missing, after each `migrate`."""
    connection = connections[using]
    if connection.vendor != "sqlite":
        return
    if "articles_edition" in connection.introspection.table_names():
        with connection.cursor() as cursor:
            for sql in SQLITE:
                cursor.execute(sql)
