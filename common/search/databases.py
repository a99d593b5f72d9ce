"""What full text search needs of each database: rows of tokens, and expressions that match them.

Neither database has to understand a language. SQLite's FTS5 and PostgreSQL's tsvector only find
tokens, their neighbours and their beginnings, so both give the same results.
"""

from django.db import connections

#: PostgreSQL's GIN index gives its matches in no order. So many of them are sorted; where there are
#: more, the rows are read from the newest on until there are enough.
MOST_SORTED = 3000
#: Up to so many matches are looked up by their numbers in another table, in whatever order.
MOST_LISTED = 20_000
_AVOIDED = ("enable_seqscan", "enable_sort", "enable_hashjoin", "enable_mergejoin")
#: The token between two texts, so that no phrase matches across them. No word has this token.
BREAK = "¶"
#: The most tokens of one row that have a place: PostgreSQL stores 16,383 positions, and 255 of one
#: word. SQLite has the same limits here.
MAX_TOKENS = 16_000
MAX_REPEATS = 200


class SQLite:
    """FTS5. A row is a text: the tokens in their order, then those without a place."""

    either, both, cast = " OR ", " AND ", ""

    @staticmethod
    def phrase(tokens, *, is_prefix=False):
        return f'"{" ".join(tokens)}"{"*" if is_prefix else ""}'

    @staticmethod
    def newest(table, matches, rest):
        """Return the SQL of the numbers of the rows of `table` that match, the highest first.

        `rest` may be further conditions, then the order and a limit. Its parameters come after
        those of `matches`.
        """
        return f"SELECT rowid FROM {table} WHERE {matches} {rest}"  # noqa: S608

    @staticmethod
    def fetch(cursor, sql, parameters):
        """Run the SQL of `newest`. FTS5 reads its matches in this order, and stops at the limit."""
        cursor.execute(sql, parameters)
        return cursor.fetchall()

    @staticmethod
    def few(cursor, table, matches, parameters, most):
        """Return None: FTS5 is asked first of all in a query of another table too."""

    @staticmethod
    def row(tokens, placeless):
        # Between two tokens without a place no phrase matches.
        return " ".join([*tokens, *(f"{BREAK} {token}" for token in placeless)])


class PostgreSQL:
    """A tsvector with a GIN index. A row is a literal of this type: each token with its places."""

    either, both, cast = " | ", " & ", "::tsvector"

    @staticmethod
    def phrase(tokens, *, is_prefix=False):
        return " <-> ".join(f"'{token}'" for token in tokens) + (":*" if is_prefix else "")

    @staticmethod
    def newest(table, matches, rest):
        """Return the same; all parameters come twice in it.

        Up to MOST_SORTED matches are sorted, before `rest` looks at them: it needs the first ones.
        Where there are more, the table is read from its end: the second time, `matches` is a value
        (IS TRUE), which the GIN index cannot answer.
        """
        return f"""
            WITH few AS MATERIALIZED (
                SELECT rowid FROM {table} WHERE {matches} LIMIT {MOST_SORTED + 1}
            )
            (
                SELECT rowid FROM (SELECT rowid FROM few ORDER BY rowid DESC OFFSET 0) AS {table}
                WHERE (SELECT count(*) FROM few) <= {MOST_SORTED} {rest}
            ) UNION ALL (
                SELECT rowid FROM {table}
                WHERE (SELECT count(*) FROM few) > {MOST_SORTED} AND ({matches}) IS TRUE {rest}
            )
        """  # noqa: S608

    @staticmethod
    def fetch(cursor, sql, parameters):
        """Run SQL that finds numbers, such as that of `newest`.

        A planner cannot know how many rows match, nor where they are: it would read a whole table
        and sort it, or all of another one for a join. So it is told not to. Nothing is written, so
        the settings are rolled back: a transaction may go on.
        """
        session = cursor.connection
        with session.transaction(force_rollback=True):
            session.execute("; ".join(f"SET LOCAL {name} = off" for name in _AVOIDED))
            cursor.execute(sql, parameters)
            return cursor.fetchall()

    @classmethod
    def few(cls, cursor, table, matches, parameters, most):
        """Return the numbers of the rows of `table` that match; None if there are more than `most`.

        In a query of another table the planner would read that one in its order until it has met
        enough of them. Of ten million comments those that match may all be old: it took 15 s.
        """
        sql = f"SELECT rowid FROM {table} WHERE {matches} LIMIT {most + 1}"  # noqa: S608
        found = cls.fetch(cursor, sql, parameters)
        return [number for (number,) in found] if len(found) <= most else None

    @staticmethod
    def row(tokens, placeless):
        places = {token: [] for token in placeless}
        for place, token in enumerate(tokens, start=1):
            places.setdefault(token, []).append(str(place))
        places.pop(BREAK, None)
        return " ".join(
            f"'{token}':{','.join(at)}" if at else f"'{token}'" for token, at in places.items()
        )


def backend_of(using):
    return {"sqlite": SQLite, "postgresql": PostgreSQL}[connections[using].vendor]


def all_of(backend, expressions) -> str:
    return "(" + backend.both.join(expressions) + ")"


def any_of(backend, expressions) -> str:
    return "(" + backend.either.join(expressions) + ")"


def within_limits(texts) -> list[str]:
    """Return the tokens of `texts`, lists of tokens, in order and within the databases' limits."""
    found = []
    for text in texts:
        found += text
        found.append(BREAK)
    if len(found) <= MAX_REPEATS:
        return found
    found, count = found[:MAX_TOKENS], {BREAK: -MAX_TOKENS}
    for place, token in enumerate(found):
        count[token] = count.get(token, 0) + 1
        if count[token] > MAX_REPEATS:
            found[place] = BREAK
    return found
