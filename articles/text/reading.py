"""A body as its page shows it: the page adds to the stored HTML, and removes nothing.

`cleaner.clean` has made the body safe and regular when it was saved. This module adds the parts
that only a page needs: typography, headings to link to, a table of contents, tables that a keyboard
can scroll, pictures in several widths.
"""

import html
import re
from dataclasses import dataclass, field

from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.text import slugify as older_slugify
from django.utils.translation import gettext, override

from ..attachments.display import with_players
from ..pictures.display import with_renditions
from . import footnotes, slugs
from .languages import interface_language
from .markup import TAG, count_words
from .strikethrough import with_words
from .typography import typeset_html

#: The words that a person reads in a minute: a low estimate, since news is not only skimmed.
WORDS_PER_MINUTE = 220
#: A body has a table of contents if it has at least so many headings (`h2`) and so many words.
MIN_HEADINGS = 3
MIN_WORDS = 700

_HEADING = re.compile(r"<(h[23])>(.*?)</\1>", re.DOTALL)
_TABLE = re.compile(r"<table>|</table>")


@dataclass(frozen=True)
class Heading:
    id: str
    #: The words of the heading, as safe HTML.
    words: str
    level: int


@dataclass
class Reading:
    """A body with all the parts that its page adds."""

    html: str
    words: int
    headings: list[Heading] = field(default_factory=list)

    @property
    def minutes(self) -> int:
        return minutes(self.words)

    @property
    def contents(self) -> list[Heading]:
        """The headings of the table of contents; none if the body is too short to need one."""
        parts = [heading for heading in self.headings if heading.level == 2]
        long = len(parts) >= MIN_HEADINGS and self.words >= MIN_WORDS
        return parts if long else []


def minutes(words: int) -> int:
    """Return the minutes that a person needs for a text of so many words."""
    return max(1, round(words / WORDS_PER_MINUTE))


def read(body: str, language: str, owner: int | None = None) -> Reading:
    """Return the clean HTML `body` as a page in `language` shows it; `owner`: see `footnotes`."""
    reading = Reading(body, words=count_words(body))
    reading.html, notes = footnotes.apart(typeset_html(reading.html, language))
    reading.html = footnotes.together(_with_linked_headings(reading), notes)
    with override(interface_language(language)):
        reading.html = _with_table_regions(reading.html)
        reading.html = with_renditions(reading.html, language)
        reading.html = with_players(reading.html, language)
        reading.html = mark_safe(with_words(footnotes.at_end(reading.html, owner)))  # noqa: S308
    return reading


def _with_linked_headings(reading):
    """Give each heading an id and a link to itself, and list it in `reading.headings`.

    The id is made from the words alone, so that links to it last. Its link has the id that the
    heading had under an older rule for slugs (`part-lete`, now `part-l-ete`), if no heading has it.
    A heading that holds a link, even one without an address, gets no other. A heading without words
    gets none. The first is an `h2`, since a page may not skip the level below its headline.
    """
    # The words of each heading are clean HTML without its tags.
    inners = [match[2] for match in _HEADING.finditer(reading.html)]
    words = [mark_safe(TAG.sub("", inner)) for inner in inners]  # noqa: S308
    ids, former_ids = (_ids(words, slugify) for slugify in (slugs.slugify, older_slugify))
    headings = iter(zip(words, ids, former_ids, strict=True))

    def linked(match):
        tag, inner = match[1] if reading.headings else "h2", match[2]
        words, own, former = next(headings)
        if not words.strip():
            return f"<{tag}>{inner}</{tag}>"
        reading.headings.append(Heading(own, words, int(tag[1])))
        # A note is a link of its own.
        notes = footnotes.PLACE * inner.count(footnotes.PLACE)
        inner = inner.replace(footnotes.PLACE, "")
        if "<a" in inner:
            return f'<{tag} id="{own}">{inner}{notes}</{tag}>'
        also = "" if former in ids else f' id="{former}"'
        return f'<{tag} id="{own}"><a{also} href="#{own}">{inner}</a>{notes}</{tag}>'

    return _HEADING.sub(linked, reading.html)


def _ids(words, slugify):
    """Return ids by heading, as a dict's keys: made of the words, and of a number if repeated."""
    ids, numbers = {}, {}
    for each in words:
        # The prefix keeps these ids apart from the ids of the page itself.
        name = own = "part-" + (slugify(html.unescape(each))[:60].strip("-") or "0")
        while own in ids:
            numbers[name] = numbers.get(name, 1) + 1
            own = f"{name}-{numbers[name]}"
        ids[own] = True
    return ids


def _with_table_regions(body):
    """Let readers scroll each table by keyboard too (WCAG 2.2, success criterion 2.1.1)."""
    number = depth = 0

    def region(match):
        nonlocal number, depth
        depth += 1 if match[0] == "<table>" else -1
        if match[0] != "<table>":
            return match[0] if depth else f"{match[0]}</div>"
        if depth > 1:
            # A table in a cell scrolls with the table around it.
            return match[0]
        number += 1
        return format_html(
            '<div class="table" role="region" tabindex="0" aria-label="{}"><table>',
            gettext("Table %(number)s") % {"number": number},
        )

    return _TABLE.sub(region, body)
