"""Footnotes: a body holds each at its place; readers find them at the end, with links both ways.

In a stored body a footnote is an element `foot-note` inside a line of text: an autonomous custom
element (HTML Standard, 4.13), so a body is valid HTML as it is stored. It holds words with emphasis
and links, and no number: numbers are given in the order of the text, when a text is shown. Links
and lists have the roles of DPUB-ARIA 1.1.
"""

import re
from itertools import count

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

TAG_NAME = "foot-note"
#: What `apart` leaves in the place of a footnote.
PLACE = "<foot-note></foot-note>"

# A match never looks beyond the next note, so that the time stays linear in any HTML.
_FOOTNOTE = re.compile(r"<foot-note>([^<]*(?:<(?!/?foot-note>)[^<]*)*)</foot-note>")
#: Without the sign after it, some systems show the arrow as an emoji.
_ARROW = "\N{LEFTWARDS ARROW WITH HOOK}\N{VARIATION SELECTOR-15}"


def apart(html: str) -> tuple[str, list[str]]:
    """Return clean `html` with PLACE for each footnote, and the HTML inside each of them."""
    notes = _FOOTNOTE.findall(html)
    return (_FOOTNOTE.sub(PLACE, html), notes) if notes else (html, [])


def together(html: str, notes: list[str]) -> str:
    """Return the opposite of `apart`."""
    each = iter(notes)
    return _FOOTNOTE.sub(lambda _place: f"<{TAG_NAME}>{next(each)}</{TAG_NAME}>", html)


def at_end(html: str, owner: int | None = None) -> SafeString:
    """Return clean `html` with a number for each footnote, and all the notes after the text.

    `owner` is the key of the article: it keeps ids apart where texts of several stand on one page,
    as in a reader of feeds. The words are in the active language.
    """
    body, notes = apart(html)
    if not notes:
        return mark_safe(html)  # noqa: S308
    name = f"note-{owner}" if owner else "note"
    numbers = count(1)

    def numbered(_place):
        number = next(numbers)
        return format_html(
            '<sup class="note-ref"><a id="{0}-{1}-ref" href="#{0}-{1}" role="doc-noteref"'
            ' aria-label="{2}">{1}</a></sup>',
            name,
            number,
            _("Note %(number)s") % {"number": number},
        )

    return format_html(
        '{}<section class="endnotes" role="doc-endnotes" aria-labelledby="{}s">'
        '<h2 id="{}s">{}</h2><ol>{}</ol></section>',
        mark_safe(_FOOTNOTE.sub(numbered, body)),  # noqa: S308
        name,
        name,
        _("Notes"),
        format_html_join(
            "",
            '<li id="{0}-{1}">{2} <a href="#{0}-{1}-ref" role="doc-backlink"'
            ' aria-label="{3}">{4}</a></li>',
            (
                (
                    name,
                    number,
                    mark_safe(note),  # noqa: S308
                    _("Back to note %(number)s in the text") % {"number": number},
                    _ARROW,
                )
                for number, note in enumerate(notes, 1)
            ),
        ),
    )


def in_place(html: str) -> str:
    """Return clean `html` with each footnote in brackets at its place, as a comparison shows it."""

    def bracketed(match):
        words = mark_safe(match[1])  # noqa: S308
        return format_html('<small class="note-in-place">[{} {}]</small>', _("Note:"), words)

    return _FOOTNOTE.sub(bracketed, html)
