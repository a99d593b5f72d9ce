"""Full text search that gives the same answers, in the same order, on SQLite and on PostgreSQL.

Neither database is asked to understand a language: text is cut into words and stemmed by `words`
when an edition is pressed. SQLite's FTS5 and PostgreSQL's tsvector then only find tokens and their
neighbours. What is found is filtered by `Edition.objects.live()` like every other list, so no job
has to hide or show anything.
"""

import re
from dataclasses import dataclass

from django.db import connections
from django.db.models.expressions import RawSQL

from .html import plain_text
from .words import BREAK, LANGUAGES, fold, stem, tokens, words

#: What a query may have at the most; the rest is not looked at.
MOST_CHARACTERS = 300
MOST_WORDS = 16

_QUOTED = re.compile(r'["“”«»]([^"“”«»]*)["“”«»]')
#: Words so common that they tell articles apart only within a phrase.
_COMMON = re.compile(
    "a|au|aux|ce|ces|dans|de|des|du|elle|en|est|et|il|la|le|les|ou|par|pas|pour|que|qui|sa|se|ses|"
    "son|sur|un|une|an|and|are|as|at|be|by|for|from|in|is|it|of|on|or|that|the|this|to|was|with"
)


# --- Queries ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Query:
    """What a reader looks for: phrases that must all be there; most are of one word."""

    phrases: tuple[tuple[str, ...], ...]

    @classmethod
    def parse(cls, typed: str):
        """Read what was typed. Anything may be: whatever is no word is a space.

        Quotes make a phrase, and so does what is written in one piece (covid-19, lemonde.fr).
        """
        typed = typed[:MOST_CHARACTERS]
        quoted = [[m[0] for m in words(part)] for part in _QUOTED.findall(typed)]
        # Elisions first: they are part of what is written in one piece.
        loose = [[m[0] for m in words(part)] for part in _QUOTED.sub(" ", typed).split()]
        rare = [part for part in loose if not (len(part) == 1 and _COMMON.fullmatch(fold(part[0])))]
        phrases, left = [], MOST_WORDS
        for part in [*quoted, *(rare if rare or any(quoted) else loose)]:
            if part[:left]:
                phrases.append(tuple(part[:left]))
                left -= len(part[:left])
        return cls(tuple(dict.fromkeys(phrases)))

    def __bool__(self):
        return bool(self.phrases)

    def stems(self) -> set[str]:
        """Return each token that an answer may hold, to mark it."""
        every = {word for phrase in self.phrases for word in phrase}
        return {stem(word, language) for word in every for language in LANGUAGES}

    def by_language(self) -> list[tuple[tuple[str, ...], ...]]:
        """Return the phrases as tokens, for each language that an edition may be in.

        Once where languages agree, so that nothing is looked up twice.
        """
        versions = (
            tuple(tuple(stem(word, language) for word in phrase) for phrase in self.phrases)
            for language in LANGUAGES
        )
        return list(dict.fromkeys(versions))


# --- Two databases ----------------------------------------------------------------------------


class _SQLite:
    matching = "SELECT rowid FROM articles_search WHERE articles_search MATCH %s"
    insert = "INSERT INTO articles_search (rowid, headline, body) VALUES (%s, %s, %s)"

    @staticmethod
    def expression(query, headline_only):
        phrases = " OR ".join(
            "(" + " AND ".join(f'"{" ".join(phrase)}"' for phrase in version) + ")"
            for version in query.by_language()
        )
        return f"headline : ({phrases})" if headline_only else phrases

    @staticmethod
    def row(headline, body):
        return " ".join(headline), " ".join(body)


class _PostgreSQL:
    matching = "SELECT rowid FROM articles_search WHERE document @@ %s::tsquery"
    insert = "INSERT INTO articles_search (rowid, document) VALUES (%s, %s::tsvector)"

    @staticmethod
    def expression(query, headline_only):
        # A token of the headline has the weight A.
        weight = ":A" if headline_only else ""
        return " | ".join(
            "("
            + " & ".join(
                "(" + " <-> ".join(f"'{token}'{weight}" for token in phrase) + ")"
                for phrase in version
            )
            + ")"
            for version in query.by_language()
        )

    @staticmethod
    def row(headline, body):
        places = {}
        for place, token in enumerate([*headline, *body], start=1):
            weight = "A" if place <= len(headline) else ""
            places.setdefault(token, []).append(f"{place}{weight}")
        places.pop(BREAK, None)
        return (" ".join(f"'{token}':{','.join(at)}" for token, at in places.items()),)


_BACKENDS = {"sqlite": _SQLite, "postgresql": _PostgreSQL}
_DELETE = "DELETE FROM articles_search WHERE rowid = %s"


def matches(query: Query, *, using: str, headline_only=False) -> RawSQL:
    """Return the numbers of the editions that answer `query`, as a subquery."""
    backend = _BACKENDS[connections[using].vendor]
    return RawSQL(backend.matching, [backend.expression(query, headline_only)])  # noqa: S611


# --- The index --------------------------------------------------------------------------------


def index(edition):
    """Write the words of `edition` in the index, in place of those it had there.

    For the press, in its transaction, and for whoever builds the index anew.
    """
    connection = connections[edition._state.db]
    backend = _BACKENDS[connection.vendor]
    language = edition.language
    headline = tokens([edition.headline], language)
    body = tokens(
        [
            edition.kicker,
            edition.standfirst,
            edition.dateline,
            plain_text(edition.body),
            edition.lead_caption,
            *(credit.author.name for credit in edition.bylines.all()),
            *(topic.name for topic in edition.topics.all()),
        ],
        language,
    )
    with connection.cursor() as cursor:
        cursor.execute(_DELETE, [edition.pk])
        cursor.execute(backend.insert, [edition.pk, *backend.row(headline, body)])


def forget(editions):
    """Take `editions`, which are about to be deleted, out of the index."""
    numbers = list(editions.values_list("pk", flat=True))
    with connections[editions.db].cursor() as cursor:
        cursor.executemany(_DELETE, [(number,) for number in numbers])


def fill(editions, *, anew=False) -> int:
    """Index those of `editions` that the index does not hold, or `anew` all; return how many."""
    if not anew:
        editions = editions.exclude(pk__in=RawSQL("SELECT rowid FROM articles_search", []))
    count = 0
    related = editions.prefetch_related("bylines__author", "topics")
    for edition in related.order_by("pk").iterator(chunk_size=500):
        index(edition)
        count += 1
    return count
