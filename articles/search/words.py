"""The words of a text as tokens for search: cut, folded and stemmed, in plain ASCII.

The index and the queries use the same functions, so a word always finds itself. A change of the
tokens, here or in `common.folding`, needs a higher `index.VERSION`: the next `migrate` then writes
the index anew.
"""

import re
from functools import lru_cache

import snowballstemmer

from common.folding import fold

LANGUAGES = ("fr", "en")
#: The most tokens of one text, and the most of one token. PostgreSQL stores 16,383 positions, and
#: 255 of one word; SQLite has the same limits here, so that both give the same results.
MAX_TOKENS = 16_000
MAX_REPEATS = 200
#: The most characters of a word; the rest is cut off. PostgreSQL refuses more than 2,046 bytes.
MAX_WORD_LENGTH = 200
#: The token between two fields, so that no phrase matches across them. No word has this token.
BREAK = "¶"

#: The names of snowballstemmer's algorithms. A stemmer itself keeps the word that it works on, so
#: threads must not share one.
_ALGORITHMS = {"fr": "french", "en": "english"}
# A run of letters, marks and digits. Words with only other characters between are neighbours.
_WORD = re.compile(r"[^\W_]+(?:[\u0300-\u036f]+[^\W_]*)*")
# An elision in French (l’élection, jusqu’à), or the possessive ’s in English (Paul’s).
_ELIDED = re.compile(
    r"\b(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu)['’ʼ](?=\w)|(?<=\w)['’ʼ]s\b", re.IGNORECASE
)


@lru_cache(maxsize=50_000)
def stem(word: str, language: str) -> str:
    """Return the token of `word`: its stem in `language`, in ASCII letters and digits only.

    Accents are removed first, so that “universite” finds “université”. Therefore the French rule
    for -ées is applied to -ees. Other alphabets' letters become their hexadecimal code points.
    """
    word = fold(word[:MAX_WORD_LENGTH])
    if language == "fr":
        word = re.sub("ees?$", "e", word)
    # To make a stemmer costs less than 1 µs, and to stem a word some 50 µs.
    # A text in another language is stemmed as English, so that a query, which is stemmed in both
    # languages, finds its words.
    token = snowballstemmer.stemmer(_ALGORITHMS.get(language, "english")).stemWord(word)
    token = "".join(c if c.isascii() and c.isalnum() else f"x{ord(c):x}x" for c in token)
    return token[:MAX_WORD_LENGTH]


def words(text: str) -> list[re.Match]:
    """Return the words of `text` as regex matches, which give the position of each word.

    Elisions and possessives are replaced by spaces, not cut out, so positions are those in `text`.
    """

    return list(_WORD.finditer(_ELIDED.sub(lambda match: " " * len(match[0]), text)))


def tokens(fields, language) -> list[str]:
    """Return the tokens of `fields` in `language`, in order and within the databases' limits."""
    found, count = [], {}
    for text in fields:
        for match in words(text):
            token = stem(match[0], language)
            count[token] = count.get(token, 0) + 1
            found.append(token if count[token] <= MAX_REPEATS else BREAK)
        found.append(BREAK)
    return found[:MAX_TOKENS]
