"""The one door for what readers type: plain text in, safe HTML out.

The stored text is plain and stays as it was typed, but for what nobody can see (`normalise`). The
HTML is made once, when the comment is saved (`to_html`).
"""

import re
import unicodedata
from html import escape
from itertools import groupby

import bleach
from django.utils.safestring import mark_safe

from common.folding import fold, folded_with_origin

# Bidirectional embeddings, overrides and isolates: they let one line dress up as another
# (Unicode Technical Report 36, section 3.2).
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
# Controls and what only hides in text; a zero-width joiner stays, since emoji and Persian need it.
_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2060\ufeff\u00ad\ud800-\udfff]")
# Accents, joiners, direction marks, variation selectors: by category, since not all “combine”.
_UNSEEN = {"Mn", "Me", "Cf"}
_BLANK_LINES = re.compile(r"\n[^\S\n]*(?:\n[^\S\n]*)+")
# What readers would take for a link, from where it begins.
_LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"]+", re.IGNORECASE)
# An explicit address, without the punctuation that ends a sentence around it.
_ADDRESS = re.compile(r"https?://[^\s<>\"'`«»“”]*[^\s<>\"'`«»“”.,;:!?…)\]}]", re.IGNORECASE)


def normalise(text: str) -> str:
    """Return `text` composed (NFC), with plain line ends, and without what cannot be seen.

    Control and bidirectional-override characters go; runs of empty lines become one; a text of
    nothing but joiners and other marks is empty.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _INVISIBLE.sub("", _BIDI.sub("", text))
    text = _BLANK_LINES.sub("\n\n", unicodedata.normalize("NFC", text)).strip()
    return text if any(unicodedata.category(c) not in _UNSEEN | {"Zs", "Cc"} for c in text) else ""


def normalise_line(text: str) -> str:
    """Return `text` normalised, on one line, with single spaces: for a name."""
    return " ".join(normalise(text).split())


def addresses(text: str) -> list[str]:
    """Return what in `text` readers would take for links, made clickable or not."""
    return _LINK.findall(text)


def highlight(text: str, words) -> str:
    """Return `text` as HTML in which each of `words` is marked, wherever and however it is typed.

    Compared folded, as the rules that found them do, so that “ÉLITE” is marked for “elite”.
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

    Everything is escaped, so typed markup and entities are shown and never read; only addresses
    that begin with http:// or https:// become links, marked as a stranger's (`ugc`, as Google's
    page on outbound links asks). bleach runs last: should this function ever be wrong, what leaves
    the door still holds nothing else.
    """
    paragraphs = (
        f"<p>{'<br>'.join(map(_line, p.split('\n')))}</p>" for p in text.split("\n\n") if p.strip()
    )
    return bleach.clean(
        "\n".join(paragraphs),
        tags={"p", "br", "a"},
        attributes={"a": ["href", "rel"]},
        protocols={"http", "https"},
    )


def _line(line):
    out, end = [], 0
    for match in _ADDRESS.finditer(line):
        address = escape(match[0])
        out.append(escape(line[end : match.start()]))
        out.append(f'<a href="{address}" rel="ugc nofollow noopener">{address}</a>')
        end = match.end()
    return "".join([*out, escape(line[end:])])
