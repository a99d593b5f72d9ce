"""The text that somebody typed into a search field, as phrases."""

import re
from typing import NamedTuple

from .words import compounds, plain, words

#: The most characters of a query; the rest is ignored.
MAX_QUERY_LENGTH = 300

_QUOTED = re.compile(r'["“”«»]([^"“”«»]*)["“”«»]')
# What is typed without a space between, or a number with spaces between its groups of digits.
_PART = re.compile(r"(?<!\S)[0-9]{1,3}(?:\s[0-9]{3})+(?![0-9])\S*|\S+")


class Phrase(NamedTuple):
    """Words that must stand side by side; most phrases are of one word."""

    words: tuple[str, ...]
    #: If all of the phrase is one compound, the forms in which people join it: “covid19” for
    #: “covid-19”. They are found in its place.
    joined: tuple[str, ...]
    typed: str


def phrases(typed: str) -> tuple[list[Phrase], list[Phrase]]:
    """Return the phrases of any text: those in quotation marks, and the others.

    Quotation marks make a phrase, and so do words without a space between (covid-19, lemonde.fr)
    and the groups of digits of a number. Characters that are not part of a word are spaces.
    """
    typed = typed[:MAX_QUERY_LENGTH]
    quoted = [_phrase(part) for part in _QUOTED.findall(typed)]
    return quoted, [_phrase(part) for part in _PART.findall(_QUOTED.sub(" ", typed))]


def _phrase(part):
    # A Japanese sound mark by itself folds to nothing.
    found = [word for word in words(part) if plain(word.text)]
    whole = [
        compound.text
        for compound in compounds(part)
        if found and compound.start <= found[0].start and compound.end >= found[-1].end
    ]
    return Phrase(tuple(word.text for word in found), tuple(whole), part)
