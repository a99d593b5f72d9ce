"""The text that readers type: plain text in, safe HTML out. All of it passes through here.

The stored text is plain text as the reader typed it, without characters that nobody can see
(`normalise`). The HTML is made once, when the comment is saved (`to_html`).
"""

import re
import unicodedata
from html import escape
from itertools import groupby

import bleach
from django.utils.safestring import mark_safe

from common.folding import fold, folded_with_origin, limit_marks
from common.invisible import (
    DIRECTION_MARKS,
    is_blank,
    is_partly_rtl,
    spaced,
    unify_line_ends,
    without_invisible,
)
from common.link_addresses import valid_address

from .links import addresses_in

_BLANK_LINES = re.compile(r"\n(?:[^\S\n]*\n)+")
_BLANK_START = re.compile(r"\A(?:[^\S\n]*\n)+")
_INDENTED_LINE = re.compile(r"\n[^\S\n]")
_LEADING_SPACES = re.compile(r"(?:(?<=<p>)|(?<=<br>))[ \t]+")


def normalise(text: str) -> str:
    """Return `text` composed (NFC), with LF line ends, and without invisible characters.

    Line separators of every kind are line ends. Controls, overrides of direction and characters
    that nobody sees are removed; a text that has nothing else becomes empty. Several empty lines
    become one. Of a long run of marks on one letter the first are kept (`limit_marks`). The spaces
    that begin a line stay, as code needs them; those of the first line only if others begin with
    spaces too.
    """
    text = without_invisible(unify_line_ends(text))
    text = unicodedata.normalize("NFC", limit_marks(text))
    text = _BLANK_LINES.sub("\n\n", _BLANK_START.sub("", text)).rstrip()
    if not _INDENTED_LINE.search(text):
        text = text.lstrip()
    return "" if is_blank(text) else text


def normalise_line(text: str) -> str:
    """Return `text` normalised, on one line, with single spaces; used for names.

    It has no direction marks: pages isolate a name from the text around it.
    """
    return " ".join(DIRECTION_MARKS.sub("", normalise(spaced(text))).split())


def highlight(text: str, words) -> str:
    """Return `text` as HTML in which every occurrence of each of `words` is marked.

    Words are compared after folding, as the rules that found them do: “elite” also marks “ÉLITE”.
    """
    folded, origin = folded_with_origin(text)
    marked = set()
    for word in filter(None, map(fold, words)):
        start = folded.find(word)
        while start >= 0:
            marked |= set(range(origin[start], origin[start + len(word) - 1] + 1))
            start = folded.find(word, start + len(word))
    runs = groupby(range(len(text)), key=marked.__contains__)
    out = []
    for is_marked, positions in runs:
        run = escape("".join(text[position] for position in positions))
        out.append(f"<mark>{run}</mark>" if is_marked else run)
    return mark_safe("".join(out))  # noqa: S308 (escaped above)


def to_html(text: str) -> str:
    """Return the HTML that shows the normalised `text`: paragraphs, line breaks and links.

    Everything is escaped, so the page shows typed markup and entities as text. Only URLs that begin
    with http:// or https:// become links, marked as user-generated content (`ugc`, as Google's page
    on outbound links asks). bleach runs last: even if this function has a fault, the HTML has no
    other tags or attributes. Spaces and quotation marks “>” stay as typed.
    """
    paragraphs = (
        f"<p>{'<br>'.join(map(_line, p.split('\n')))}</p>"
        for p in unify_line_ends(text).split("\n\n")
        if p.strip()
    )
    return bleach.clean(
        "\n".join(paragraphs),
        tags={"p", "br", "a"},
        attributes={"a": ["href", "rel"]},
        protocols={"http", "https"},
    )


def feed_html(html: str) -> str:
    """Return `html`, made by `to_html`, for a feed reader, which has not our style sheet.

    Lines begin with no-break spaces, where our pages show the spaces as they are (`white-space:
    pre-wrap`). If some words are written from right to left, each paragraph has its own direction.
    """
    html = _LEADING_SPACES.sub(
        lambda spaces: spaces[0].expandtabs(4).replace(" ", "\N{NO-BREAK SPACE}"), html
    )
    return html.replace("<p>", '<p dir="auto">') if is_partly_rtl(html) else html


def _line(line):
    out, end = [], 0
    for start, stop in addresses_in(line):
        if line[start] in "wW":
            continue
        out.append(escape(line[end:start]))
        out.append(_link(line[start:stop]))
        end = stop
    return "".join([*out, escape(line[end:])])


def _link(typed):
    """Return a link to the address `typed`; only its words where no browser could follow it."""
    address = valid_address(typed)
    if address is None:
        return escape(typed)
    return f'<a href="{escape(address)}" rel="ugc nofollow noopener">{escape(typed)}</a>'
