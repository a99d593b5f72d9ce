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
from common.link_addresses import valid_address

# Bidirectional embeddings, overrides and isolates: they can make one line look like another
# (Unicode Technical Report 36, section 3.2).
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
# Control and invisible characters. A zero-width joiner is kept: emoji and Persian need it.
_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2060\ufeff\u00ad\ud800-\udfff]")
# Categories of accents, joiners, direction marks and variation selectors (`unicodedata.combining`
# would miss those that do not combine), of spaces and of controls.
_BLANK = {"Mn", "Me", "Cf", "Zs", "Cc"}
_BLANK_LINES = re.compile(r"\n[^\S\n]*(?:\n[^\S\n]*)+")
# Text that readers would take for a link, such as “www.example.org”.
_LINK_LIKE = re.compile(r"(?:https?://|www\.)[^\s<>\"]+", re.IGNORECASE)
# A full URL, without the punctuation of the sentence around it.
_URL = re.compile(r"https?://[^\s<>\"'`«»“”]*[^\s<>\"'`«»“”.,;:!?…)\]}]", re.IGNORECASE)


def normalise(text: str) -> str:
    """Return `text` composed (NFC), with LF line ends, and without invisible characters.

    Control characters and bidirectional overrides are removed. Several empty lines become one. A
    text that has only joiners and other marks becomes empty. Of a long run of marks on one letter
    the first are kept (`limit_marks`).
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _INVISIBLE.sub("", _BIDI.sub("", text))
    text = unicodedata.normalize("NFC", limit_marks(text))
    text = _BLANK_LINES.sub("\n\n", text).strip()
    return text if any(unicodedata.category(c) not in _BLANK for c in text) else ""


def normalise_line(text: str) -> str:
    """Return `text` normalised, on one line, with single spaces; used for names."""
    return " ".join(normalise(text).split())


def links_in(text: str) -> list[str]:
    """Return the parts of `text` that readers would take for links, clickable or not."""
    return _LINK_LIKE.findall(text)


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
    other tags or attributes.
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
    for match in _URL.finditer(line):
        out.append(escape(line[end : match.start()]))
        out.append(_link(match[0]))
        end = match.end()
    return "".join([*out, escape(line[end:])])


def _link(typed):
    """Return a link to the address `typed`; only its words where no browser could follow it."""
    address = valid_address(typed)
    if address is None:
        return escape(typed)
    return f'<a href="{escape(address)}" rel="ugc nofollow noopener">{escape(typed)}</a>'
