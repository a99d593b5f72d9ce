"""The words of a text for search: where each begins and ends, and the words that people join.

A word goes on over marks (accents, vowel signs) and over characters that nobody sees: soft hyphens,
joiners, zero-width spaces. People also type as one word what is printed as several: “1250” for
“1 250”, “obrien” for “O’Brien”, “covid19” for “COVID-19”, “usa” for “U.S.A.”. Such words are
compounds: each is found by its parts, and also joined.
"""

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from ..folding import fold
from ..invisible import FILLERS
from ..scripts import TATWEEL, WITHOUT_SPACES

#: The most characters of a word; the rest is cut off. PostgreSQL refuses more than 2,046 bytes, and
#: caches of words stay small.
MAX_WORD_LENGTH = 200
#: The most parts of a compound that are joined within it: “d’aujourd’hui” has “aujourdhui”.
MOST_PARTS = 4

#: This character, which no text needs, stands for one that a word goes on over.
_GOES_ON = "\ue000"
#: Characters that are read as another one, beside the many kinds of spaces. U+02BB and U+02BC are
#: letters in Unicode, and apostrophes in most texts.
_READ_AS = dict.fromkeys("’‘ʼʻʹ′´＇", "'") | dict.fromkeys("‐‑–－", "-") | dict.fromkeys("•‧⋅", "·")
# Possessive quantifiers (“++”): a word is read once, however long it is.
_RUN = rf"[^\W_]++(?:{_GOES_ON}++[^\W_]*+)*+"
_BEGIN = rf"(?<![\w{_GOES_ON}])"
_LETTER = rf"[^\W\d_]{_GOES_ON}*+"
_WORD = re.compile(_RUN)

# An elision in French (l’élection, jusqu’à), or the possessive ’s in English (Paul’s).
_ELIDED = re.compile(
    r"\b(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu)'(?=\w)|(?<=\w)'s\b", re.IGNORECASE
)
# The three kinds of compounds: parts, a number with groups of three digits (the same sign between
# all groups), and initials. After a space, a letter is an initial only if it has a full stop too.
_PARTS = re.compile(rf"{_BEGIN}{_RUN}(?:['`\-&/·]{_RUN})+")
_NUMBER = re.compile(rf"{_BEGIN}[0-9]{{1,3}}([,.' ])[0-9]{{3}}(?:\1[0-9]{{3}})*(?![0-9])")
_INITIALS = re.compile(rf"{_BEGIN}{_LETTER}(?:\.-?{_LETTER}(?!\w)|\. {_LETTER}(?=\.))+")
# Of several initials, those that stand together: both of “U.S. N.A.T.O.”.
_TOGETHER = re.compile(rf"{_LETTER}(?:\.{_LETTER})+")

# A full stop behind a letter that stands alone: quicker to find than initials, which all have one.
_STOP = re.compile(r"\.(?<=[^\W\d_]\.)(?<![^\W_][^\W\d_]\.)")

# In a script without spaces, each character is a piece of a word.
_UNSPACED = re.compile(f"[{WITHOUT_SPACES}]")
_PIECE = re.compile(f"[{WITHOUT_SPACES}]|[^{WITHOUT_SPACES}]+")

# Letters that Unicode does not decompose, and people type as others. Those of Arabic are letters
# that Persian keyboards have at other code points, or that are often typed for each other.
_TYPED_AS = (
    dict(zip("ðıŋ", "din", strict=True))
    | {"þ": "th", "ک": "ك", "ی": "ي", "ى": "ي", "ة": "ه"}
    # The last is a part of the Catalan “ŀ”.
    | dict.fromkeys((*FILLERS, TATWEEL, "·"), "")
)
_WITH_STROKE = re.compile("LATIN SMALL LETTER ([A-Z]) WITH ")


class _Signs(dict):
    """A table for `str.translate` that keeps each character but those that cut or join words."""

    def __missing__(self, code):
        character = chr(code)
        category = unicodedata.category(character)
        if character in _READ_AS:
            self[code] = _READ_AS[character]
        elif category == "Zs":
            self[code] = " "
        elif character in (*FILLERS, TATWEEL) or category in {"Mn", "Mc", "Me", "Cf"}:
            self[code] = _GOES_ON
        else:
            self[code] = character
        return self[code]


_signs = _Signs()


class _Plain(dict):
    """A table for `str.translate` of folded text: the letters and digits that people type."""

    def __missing__(self, code):
        character = chr(code)
        if character in _TYPED_AS:
            self[code] = _TYPED_AS[character]
        elif character.isdecimal():
            self[code] = str(unicodedata.decimal(character))
        else:
            # “ø”, “ɓ”: Unicode decomposes no letter with a stroke, a bar or a hook.
            base = _WITH_STROKE.match(unicodedata.name(character, ""))
            self[code] = base[1].lower() if base else character
        return self[code]


_plain = _Plain()


class Word(NamedTuple):
    """A word, or several joined, with the position of its source in the text."""

    text: str
    start: int
    end: int


def words(text: str) -> list[Word]:
    """Return the words of `text`, without elisions and possessives: “élection” of “l’élection”."""
    signs, gone = _signs_of(text), set()
    if "'" in signs:
        found = _ELIDED.finditer(signs)
        gone = {at for match in found for at in (match.start(), match.start() + 1)}
    return [word for word in _words_in(text, signs) if word.start not in gone]


def compounds(text: str) -> list[Word]:
    """Return the joined forms of all compounds in `text`, and of up to MOST_PARTS parts of them."""
    signs, found = _signs_of(text), []
    for match in _NUMBER.finditer(signs):
        found.append(_join(_words_in(text, signs, *match.span())))
    for match in _INITIALS.finditer(signs):
        together = [m.span() for m in _TOGETHER.finditer(signs, *match.span())]
        spans = dict.fromkeys([match.span(), *together])
        found += [_join(_words_in(text, signs, *span)) for span in spans]
    for match in _PARTS.finditer(signs):
        run = _words_in(text, signs, *match.span())
        runs = [run] if len(run) > MOST_PARTS else []
        for size in range(2, MOST_PARTS + 1):
            runs += [run[start : start + size] for start in range(len(run) - size + 1)]
        found += [_join(some) for some in runs if not all(w.text.isdecimal() for w in some)]
    return found


def runs(text: str, initials: str) -> list[str] | None:
    """Return what words and compounds of `text` begin with one of `initials`, as they stand.

    The initials are ASCII letters and digits. What begins with another character is returned too.
    This takes a tenth of the time of `words`, so a long text without such a word need not be cut.
    None means that it must be: words in it do not stand between spaces, as those of “U.S.”, of
    a name_with_underscores, of Chinese, or with characters that a word goes on over.
    """
    signs = _signs_of(text)
    if _GOES_ON in signs or "_" in signs or _STOP.search(signs) or has_no_spaces(signs):
        return None
    return _begun_by(initials).findall(signs)


@lru_cache
def _begun_by(initials):
    begin = rf"[{initials}{initials.upper()}]|[^\x00-\x7f]" if initials else r"[^\x00-\x7f]"
    run = rf"{_RUN}(?:['`\-&/·]{_RUN})*(?:[,. ][0-9]{{3}}(?![0-9]))*"
    # They may overlap: “2027” is a word, and “1 000” in “à 1 000”.
    return re.compile(rf"(?<![^\W_])(?={begin})(?=({run}))")


def _signs_of(text):
    return text if text.isascii() else text.translate(_signs)


def _words_in(text, signs, start=0, end=None):
    found = []
    for match in _WORD.finditer(signs, start, len(text) if end is None else end):
        start, end = match.span()
        if end - start > MAX_WORD_LENGTH and has_no_spaces(match[0]):
            # A sentence of Chinese or Thai: all of it is indexed.
            cuts = [*range(start, end, MAX_WORD_LENGTH), end]
            found += [Word(text[a:b], a, b) for a, b in pairwise(cuts)]
        else:
            found.append(Word(text[start : min(end, start + MAX_WORD_LENGTH)], start, end))
    return found


def _join(run):
    text = "".join(word.text for word in run[:MAX_WORD_LENGTH])
    return Word(text[:MAX_WORD_LENGTH], run[0].start, run[-1].end)


def plain(word: str) -> str:
    """Return `word` folded: no case, accents, ligatures, strokes, or characters nobody sees."""
    return fold(word[:MAX_WORD_LENGTH]).translate(_plain)


def has_no_spaces(word: str) -> bool:
    """Say whether `word` has a character of a script that writes no spaces between words."""
    return not word.isascii() and bool(_UNSPACED.search(word))


def pieces(word: str) -> list[str]:
    """Return the pieces of a folded `word` that are tokens; a word is one, in most scripts.

    Where no spaces are written, nobody can tell words apart: so “東京” is found within “東京都”.
    """
    return _PIECE.findall(word)


def ascii_token(word: str) -> str:
    """Return a folded `word` in ASCII letters and digits only; others as hexadecimal numbers.

    No word begins with “xq”: a search for words that begin with “x64” finds no ideograph.
    """
    token = "".join(c if c.isascii() and c.isalnum() else f"xq{ord(c):x}x" for c in word)
    return token[:MAX_WORD_LENGTH]
