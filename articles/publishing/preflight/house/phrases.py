"""Search for the phrases of house rules in a plain text, in a time linear in its length.

A text is cut into words, figures and signs once; only where the first of them begins a phrase is
that phrase compared. In a phrase, `#` stands for a number, and a space for any space but a line
end. Straight and curly apostrophes are equal. A phrase without a capital is also met with one at
its beginning, as in the first word of a sentence.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from ....text.markup import addresses
from ....text.no_break import SPACE
from ....text.typography import typeset

#: The sign that stands for a number, in what is written and in what is preferred.
NUMBER = "#"
_NUMBER = r"(\d+(?:[.,]\d+)*)"
_PIECE = re.compile(r"\d+|[^\W\d_]+|[^\w\s]|_")
_APOSTROPHES = "'’"
#: What stands in the place of words that are spared; no phrase can match it.
SPARED = "\ufffc"
# Each sign ends the search for the one before it, so that the time stays linear.
_QUOTATION = re.compile(r'«[^«»\n]*»|“[^“”\n]*”|"[^"\n]*"')


@dataclass(frozen=True)
class Phrase:
    """A house rule as the search needs it."""

    key: int
    written: str
    preferred: str
    exceptions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Match:
    """A place where a text has what a house rule replaces."""

    key: int
    start: int
    end: int
    found: str
    #: What the rule prefers there, with the numbers and the capital of what was found.
    preferred: str


class PhraseIndex:
    """Phrases by the word, figure or sign with which they begin."""

    def __init__(self, phrases):
        self._by_first = {}
        # Of two that begin at one place, the longer is meant.
        for phrase in sorted(phrases, key=lambda phrase: -len(phrase.written)):
            if first := _first(phrase.written):
                self._by_first.setdefault(first, []).append(phrase)

    def matches(self, text, language) -> Iterator[Match]:
        """Yield the matches in plain `text`, none inside another.

        Quotations and addresses are spared: nobody may change them. So is whatever the display of
        `language` makes equal to what is preferred.
        """
        text, end = _without_spared(text), 0
        for piece in _PIECE.finditer(text):
            if piece.start() < end:
                continue
            for phrase in self._by_first.get(_key(piece[0]), ()):
                match = _at(phrase, text, piece.start())
                if match and typeset(match.found, language) != typeset(match.preferred, language):
                    yield match
                    end = match.end
                    break


def _without_spared(text):
    text = _QUOTATION.sub(lambda quotation: SPARED * len(quotation[0]), text)
    parts, end = [], 0
    for start, stop in addresses(text):
        parts += [text[end:start], SPARED * (stop - start)]
        end = stop
    return "".join([*parts, text[end:]])


def _key(piece):
    if piece.isdigit():
        return NUMBER
    return "’" if piece in _APOSTROPHES else piece.lower()


def _first(phrase):
    piece = _PIECE.search(phrase)
    return piece and _key(piece[0])


def _at(phrase, text, start):
    """Return the match of `phrase` at `start` of `text`, or None."""
    found = _pattern(phrase.written).match(text, start)
    if not found or _is_exception(phrase, text, found):
        return None
    numbers = iter(found.groups())
    preferred = re.sub(NUMBER, lambda _sign: next(numbers), phrase.preferred)
    if found[0][0].isupper() and phrase.written[0].islower():
        preferred = preferred[:1].upper() + preferred[1:]
    return Match(phrase.key, found.start(), found.end(), found[0], preferred)


def _is_exception(phrase, text, found):
    start, end = found.span()
    for words in phrase.exceptions:
        around = _pattern(words).finditer(text, max(0, start - len(words)), end + len(words) + 1)
        if any(each.start() <= start and end <= each.end() for each in around):
            return True
    return False


# Compiled when it is first needed: most phrases begin with a word that a text does not have.
@lru_cache(maxsize=4096)
def _pattern(phrase):
    """Return the pattern of a phrase: its own words, and no part of a longer word."""
    before = r"(?<!\w)" if re.match(rf"[\w{NUMBER}]", phrase) else ""
    after = r"(?!\w)" if re.search(rf"[\w{NUMBER}]$", phrase) else ""
    is_lower = phrase == phrase.lower()
    signs = "".join(
        _sign(sign, may_be_capital=is_lower and not place) for place, sign in enumerate(phrase)
    )
    return re.compile(before + signs + after)


def _sign(sign, *, may_be_capital):
    if sign == NUMBER:
        return _NUMBER
    if sign.isspace():
        return SPACE
    if sign in _APOSTROPHES:
        return f"[{_APOSTROPHES}]"
    escaped = re.escape(sign)
    if may_be_capital and len(sign.upper()) == 1 and sign.upper() != sign:
        return f"[{escaped}{re.escape(sign.upper())}]"
    return escaped


@lru_cache(maxsize=8)
def index_of(phrases: tuple[Phrase, ...]) -> PhraseIndex:
    return PhraseIndex(phrases)
