"""The words of a text as tokens for search: cut, folded and stemmed, in plain ASCII.

The index and the queries use the same functions, so a word always finds itself. A change of the
tokens, here, in `common.search.words` or in `common.folding`, needs a higher `index.VERSION`: the
next `migrate` then writes the index anew.
"""

import re
from functools import lru_cache
from importlib import import_module

from common.search.databases import MAX_TOKENS, within_limits
from common.search.words import ascii_token, compounds, pieces, plain, words

#: The languages that have a stemmer here. Words in any other language are only folded.
LANGUAGES = ("fr", "en")

#: The names of snowballstemmer's algorithms. A stemmer itself keeps the word that it works on, so
#: threads must not share one.
_ALGORITHMS = {"fr": "french", "en": "english"}


@lru_cache(maxsize=20_000)
def stem(word: str, language: str) -> str:
    """Return the token of `word`: its stem in `language`, in ASCII letters and digits only.

    Accents are removed first, so that “universite” finds “université”. Therefore the French rule
    for -ées is applied to -ees. Other alphabets' letters become their hexadecimal code points.
    """
    word, language = plain(word), language.partition("-")[0]
    if language == "fr":
        word = re.sub("ees?$", "e", word)
    if language in _ALGORITHMS:
        # It brings the rules of 36 languages (4 MB), and the worker mostly stems no word. To find
        # and make a stemmer costs some 2 µs, and to stem a word some 50.
        word = import_module("snowballstemmer").stemmer(_ALGORITHMS[language]).stemWord(word)
    return ascii_token(word)


def stems(word: str, language: str) -> list[str]:
    """Return the tokens of `word`: one, or one for each character of a script without spaces."""
    return [stem(piece, language) for piece in pieces(plain(word))]


def cut(text, language) -> tuple[list[str], list[str]]:
    """Return the tokens of `text` in their order, and those of its compounds, without a place."""
    found = [token for word in words(text) for token in stems(word.text, language)]
    return found, [stem(word.text, language) for word in compounds(text)]


def tokens(texts) -> list[str]:
    """Return the tokens of `texts`, which are cut, in order and within the databases' limits."""
    return within_limits(found for found, _joined in texts)


def joined_tokens(texts) -> list[str]:
    """Return the tokens of the compounds in `texts`, which are cut, each once."""
    found = (token for _found, joined in texts for token in joined)
    return list(dict.fromkeys(filter(None, found)))[:MAX_TOKENS]
