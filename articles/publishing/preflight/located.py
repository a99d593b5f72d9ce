"""Findings that name the words that they are about, and perhaps those that mend them."""

from collections.abc import Iterator
from dataclasses import dataclass

from .findings import Finding


@dataclass(frozen=True)
class Located(Finding):
    """A finding at one place of the text."""

    place: str
    quoted: str
    #: How many times the plain text of the field has the quoted words before this place.
    occurrence: int
    #: The words that mend it, in the place of those quoted; None if only a person can mend it.
    mend: str | None = None

    @property
    def field(self):
        return self.place


class Occurrences:
    """Counts how often words stand in a plain text before places that are asked in their order.

    The text is read once for each different word.
    """

    def __init__(self, text):
        self._text = text
        self._seen = {}

    def before(self, words, start) -> int:
        count, end = self._seen.get(words, (0, 0))
        count += self._text.count(words, end, start)
        self._seen[words] = (count + 1, start + len(words))
        return count


def first(found: Iterator[Finding], most: int) -> list[Finding]:
    """Return at most `most` findings: nobody reads more of them."""
    return [each for each, _number in zip(found, range(most), strict=False)]
