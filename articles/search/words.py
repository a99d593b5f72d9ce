"""Words as search sees them: cut, folded and stemmed to plain ASCII tokens.

Indexing and asking use the very same functions, so whatever these do to a word, it finds itself.
"""

import re
from functools import lru_cache

import snowballstemmer

from common.folding import fold

LANGUAGES = ("fr", "en")
#: What is kept of one text: PostgreSQL knows 16,383 positions, and 255 of one word. SQLite is held
#: to the same, so that both answer alike.
MOST_TOKENS = 16_000
MOST_OF_ONE = 200
#: Of a longer word, which PostgreSQL would refuse from 2,046 on, the beginning counts.
LONGEST = 200
#: Stands between two fields, so that no phrase reaches from one into the next. No word becomes it.
BREAK = "¶"

_STEMMERS = {
    "fr": snowballstemmer.stemmer("french"),
    "en": snowballstemmer.stemmer("english"),
}
# A run of letters, marks and digits; what stands between two makes neighbours of them.
_WORD = re.compile(r"[^\W_]+(?:[\u0300-\u036f]+[^\W_]*)*")
# What French puts before an apostrophe (l’élection, jusqu’à) or English behind one (Paul’s).
_ELIDED = re.compile(
    r"\b(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu)['’ʼ](?=\w)|(?<=\w)['’ʼ]s\b", re.IGNORECASE
)


@lru_cache(maxsize=50_000)
def stem(word: str, language: str) -> str:
    """Return the token of `word`: its stem in `language`, in ASCII letters and digits only.

    Accents go first, so that “universite” finds “université”: what French rules say of -ées is then
    said of -ees. Letters of other alphabets are spelt out by number.
    """
    word = fold(word[:LONGEST])
    if language == "fr":
        word = re.sub("ees?$", "e", word)
    token = _STEMMERS[language].stemWord(word)
    token = "".join(c if c.isascii() and c.isalnum() else f"x{ord(c):x}x" for c in token)
    return token[:LONGEST]


def words(text: str) -> list[re.Match]:
    """Return the words of `text` as matches, which tell where each one stands.

    Elisions and possessives are blanked out rather than cut, so places are those of `text`.
    """

    return list(_WORD.finditer(_ELIDED.sub(lambda match: " " * len(match[0]), text)))


def tokens(fields, language) -> list[str]:
    """Return the tokens of `fields` in `language`, in order and within the databases' bounds."""
    found, count = [], {}
    for text in fields:
        for match in words(text):
            token = stem(match[0], language)
            count[token] = count.get(token, 0) + 1
            found.append(token if count[token] <= MOST_OF_ONE else BREAK)
        found.append(BREAK)
    return found[:MOST_TOKENS]
