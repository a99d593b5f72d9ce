"""An article as the rules of preflight read it: its body is taken apart once for all of them."""

import re
from dataclasses import dataclass
from functools import cached_property
from html import unescape

from ...text import footnotes
from ...text.markup import TAG, plain_text
from .located import Occurrences

#: The fields of a line of plain text that readers see.
LINES = (
    *("kicker", "headline", "standfirst", "dateline"),
    *("lead_alt", "lead_caption", "lead_credit"),
)

_HEADING = re.compile(r"<h([23])>(.*?)</h\1>", re.DOTALL)
_LINK = re.compile(r'<a (?:[^<>"]|"[^"]*")*?href="([^"]*)"(?:[^<>"]|"[^"]*")*>(.*?)</a>', re.DOTALL)


@dataclass(frozen=True)
class Part:
    """A heading or a link of the body."""

    #: The words as readers see them, without tags.
    words: str
    #: How many times the plain text of the body has these words before this place.
    occurrence: int
    #: The level of a heading, or the address of a link.
    value: str


class Prepared:
    """`content`, an article or an edition. `has_byline` is known where the byline is not stored."""

    def __init__(self, content, *, has_byline=None):
        self.content = content
        self.language = content.language
        self._has_byline = has_byline

    @cached_property
    def has_byline(self) -> bool:
        if self._has_byline is not None:
            return self._has_byline
        return bool(self.content.pk) and self.content.bylines.exists()

    @cached_property
    def text(self) -> str:
        """The plain text of the body, one block to a line."""
        return plain_text(self.content.body)

    @cached_property
    def lines(self) -> list[tuple[str, str]]:
        """The name and the plain text of each field of words, the body last."""
        return [(name, getattr(self.content, name)) for name in LINES] + [("body", self.text)]

    @cached_property
    def headings(self) -> list[Part]:
        return list(self._parts(_HEADING, words=2, value=1))

    @cached_property
    def links(self) -> list[Part]:
        return list(self._parts(_LINK, words=2, value=1))

    @cached_property
    def ends_with_heading(self) -> bool:
        return bool(re.search(r"</h[23]>\s*\Z", self.content.body))

    def _parts(self, pattern, *, words, value):
        # The notes come after the text, as in `text`.
        body, _notes = footnotes.apart(self.content.body)
        occurrences, place, end = Occurrences(self.text), 0, 0
        for match in pattern.finditer(body):
            place += len(plain_text(body[end : match.start()]))
            end = match.start()
            shown = unescape(TAG.sub("", match[words])).strip()
            occurrence = occurrences.before(shown, place) if shown else 0
            yield Part(shown, occurrence, unescape(match[value]))
