"""Compare names by their looks: “Ｌе Соurrіer” looks like “Le Courrier”, and so does “Ie C0urrier”.

The skeletons are those of UTS 39, section 4 (https://www.unicode.org/reports/tr39/). The table,
`confusables.txt`, is the standard's own without its comments (`make confusables`); the licence of
Unicode, Inc. stands beside it. The standard compares whole strings as they are, so `words_seen`
also ignores differences that readers overlook in a name: case, accents, decorations, and letters of
another style.
"""

import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path

from .folding import fold
from .invisible import IGNORABLE

# The name of a character that is one Latin letter in another style: “LATIN LETTER SMALL CAPITAL R”,
# “LATIN SMALL LETTER TURNED M”, “NEGATIVE SQUARED LATIN CAPITAL LETTER A”.
_STYLED = re.compile(
    r"(?:.*\bLATIN .*|MODIFIER |REGIONAL INDICATOR SYMBOL )LETTER (?:[A-Z]+ )*?([A-Z])(?: WITH .+)?"
)
# Characters that pass for a letter in a word, though the standard does not call them confusable.
_PASSING = str.maketrans(
    {"β": "b", "ε": "e", "є": "e", "Є": "e", "ꞓ": "e", "Σ": "e", "κ": "k", "ĸ": "k", "Λ": "a"}
    | {"ω": "w", "ш": "w", "и": "n", "д": "d", "ʍ": "m", "ß": "ss", "ẞ": "ss"}
    | {"ᗩ": "a", "ᑕ": "c", "ᗴ": "e", "ᖴ": "f", "ᘜ": "g", "ᗰ": "m", "ᔕ": "s", "ᗯ": "w"}
    | {"3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "@": "a", "€": "e", "$": "s"}
)
# Letters that are told apart by nobody who reads fast, beside those of the standard (m and rn).
_ALIKE = str.maketrans({"i": "l", "w": "vv", "d": "cl"})


@cache
def _prototypes():
    lines = Path(__file__).with_name("confusables.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split(";") for line in lines if not line.startswith("#"))
    return {int(source, 16): _characters(target) for source, target in pairs}


def _characters(codes):
    return "".join(chr(int(code, 16)) for code in codes.split())


def skeleton(text: str) -> str:
    """Return the skeleton of `text`. Two texts that can be confused have the same skeleton."""
    text = unicodedata.normalize("NFD", IGNORABLE.sub("", text))
    return unicodedata.normalize("NFD", text.translate(_prototypes()))


@lru_cache(maxsize=4096)
def _letters_seen(character):
    """Return the small letters and digits that a reader sees in `character`; or nothing."""
    seen = unicodedata.normalize("NFKD", character)
    # Twice, since the skeleton of a capital may be a letter that has one itself (Н is H, н is ʜ).
    for _time in range(2):
        seen = skeleton("".join(map(_plain_letter, seen))).casefold()
    seen = "".join(map(_plain_letter, seen))
    return "".join(filter(str.isalnum, fold(skeleton(seen)))).translate(_ALIKE)


def _plain_letter(character):
    passing = character.translate(_PASSING)
    if passing == character and (styled := _STYLED.fullmatch(unicodedata.name(character, ""))):
        return styled[1] if character.isupper() else styled[1].lower()
    return passing


def words_seen(name: str, *, letters_only=False) -> tuple[str, ...]:
    """Return the words that a reader sees in `name`, in a form in which words alike are equal.

    A word ends at everything that does not look like a letter or a digit, between “a” and “B”, and
    between a letter and a digit. With `letters_only`, digits and signs are decorations and end a
    word too: “|” may stand for an “l” or between two words.
    """
    words, before = [""], ""
    for character in unicodedata.normalize("NFC", IGNORABLE.sub("", name)):
        if unicodedata.category(character) in ("Mn", "Me"):
            continue
        seen = _letters_seen(character)
        if letters_only and not any(map(str.isalpha, unicodedata.normalize("NFKD", character))):
            seen = seen if _STYLED.fullmatch(unicodedata.name(character, "")) else ""
        begins = before.islower() and character.isupper()
        begins |= before.isdecimal() != character.isdecimal()
        if not seen or begins:
            words.append("")
        words[-1] += seen
        before = character
    return tuple(filter(None, words))
