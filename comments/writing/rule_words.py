"""The words of a comment, and of a rule's pattern, as they are compared with each other.

A word is a run of letters and digits. Chinese, Japanese, Thai, Lao, Khmer and Burmese are written
without spaces, so one “word” of theirs is a whole phrase, in which patterns are found anywhere. The
same is true of a run of emoji and other symbols. The latter are words only for patterns that have
symbols: in any other comparison they are gaps between words, like punctuation.
"""

import re
import unicodedata
from functools import lru_cache

from common.invisible import FILLERS
from common.scripts import TATWEEL, WITHOUT_SPACES

from .emoji import signs_at

#: The marks around each sign, so that none is found inside of another.
_START, _END = "\x01", "\x02"
_SIGNS = f"{_START}[^{_END}]*{_END}"
_OTHER = f"[^ {_START}{_END}{WITHOUT_SPACES}]"
_WORD = re.compile(f"(?:{_SIGNS})+|[{WITHOUT_SPACES}]+|{_OTHER}+")
_PATTERN_WORD = re.compile(rf"\*?(?:{_SIGNS}\*?)+|\*?(?:[{WITHOUT_SPACES}]\*?)+|{_OTHER}+")
_IS_RUN = re.compile(f"\\*?[{_START}{WITHOUT_SPACES}]")
_STARS = re.compile(r"\*+")

# Marks are accents, which do not matter, but after the letters of these scripts they are vowels and
# tones: the scripts from India to Indonesia; the voiced sounds of kana.
_VOWELS = re.compile(
    "[\u0900-\u17b3\u17b6-\u180a\u1810-\u1aaf\u1b00-\u1cff\u3040-\u30ff\ua8e0-\uabff]"
)
_UNSEEN = ("Cf", "Cc", "Cs")
_DROPPED = (*FILLERS, TATWEEL)


class Words:
    """The words of a text, folded, and their places in the text as typed.

    With `with_signs`, symbols are words too.
    """

    def __init__(self, typed, *, with_signs=False):
        self.typed = typed
        folded, self._origin = _fold(typed, with_signs)
        spans = [match.span() for match in _WORD.finditer(folded)]
        self.words = [folded[start:end] for start, end in spans]
        self._starts = [start for start, _end in spans]
        self.has_signs = _START in folded

    def span(self, first, begin, last, end) -> tuple[int, int]:
        """Return the place in the typed text that goes from a character of one word to another.

        `begin` is a position in the word with the number `first`, and `end` the position after the
        last character in the word with the number `last`.
        """
        stop = self._origin[self._starts[last] + end - 1] + 1
        while unicodedata.category(self.typed[stop : stop + 1] or " ")[0] == "M":
            stop += 1
        return self._origin[self._starts[first] + begin], stop


def is_run(word) -> bool:
    """Say whether `word` is of symbols or of a script without spaces, to be looked into."""
    return _IS_RUN.match(word) is not None


def has_signs(words) -> bool:
    return any(_START in word for word in words)


def words_of_pattern(line) -> tuple[str, ...]:
    """Return the words of the pattern in `line`, each with its stars; none if it has only stars.

    A word of symbols or of a script without spaces has a star at its ends, since it may stand
    anywhere in a run; but none where letters of another script follow or go before.
    """
    folded = _STARS.sub("*", _fold(line, with_signs=True, with_stars=True)[0])
    words = []
    for together in folded.split(" "):
        parts = _PATTERN_WORD.findall(together)
        for number, part in enumerate(parts):
            if is_run(part):
                around = ["", *parts, ""]
                part = _star(part, around[number]) + part + _star(part, around[number + 2])
            words.append(_STARS.sub("*", part))
    return tuple(words) if any(word != "*" for word in words) else ()


def _star(part, neighbour):
    is_end = not neighbour or _START in part or _START in neighbour
    return "*" if is_end else ""


def _fold(typed, with_signs, with_stars=False):
    """Return `typed` for comparison, and for each character of it the position of its source.

    Case, widths and accents do not matter. What separates words is one space.
    """
    folded, origin = [], []
    at, letter, last = 0, "", len(typed)
    while at < last:
        signs = [] if not with_signs else list(signs_at(typed, at))
        if signs:
            for name, start, end in signs:
                folded += [_START, *name, _END]
                origin += [start] * (len(name) + 1) + [end - 1]
            at, letter = signs[-1][2], ""
            continue
        for part in _parts(typed[at]):
            if unicodedata.category(part)[0] == "M":
                if not (letter and _VOWELS.match(letter)):
                    continue
            elif part.isalnum() or (with_stars and part == "*"):
                letter = part
            else:
                part, letter = " ", ""
            folded.append(part)
            origin.append(at)
        at += 1
    return "".join(folded), origin


@lru_cache(maxsize=4096)
def _parts(character) -> str:
    """Return what is left of `character` without case and width, decomposed; marks are kept."""
    if character.isspace():
        return " "
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", character).casefold())
    plain = "".join(
        c for c in plain if unicodedata.category(c) not in _UNSEEN and c not in _DROPPED
    )
    return plain.replace("œ", "oe").replace("æ", "ae")
