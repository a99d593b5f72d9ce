"""What full text search needs of each database: rows of tokens, and expressions that match them.

Neither database has to understand a language. SQLite's FTS5 and PostgreSQL's tsvector only find
tokens, their neighbours and their beginnings, so both give the same results.
"""

from django.db import connections

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
