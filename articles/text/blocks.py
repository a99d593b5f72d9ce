"""The blocks of a body: its paragraphs, headings, lists, quotations, tables and figures."""

import re
from collections import defaultdict

from .footnotes import TAG_NAME
from .markup import INLINE, TAG

_WITHOUT_END = {"br", "hr", "img"}
#: Elements whose words may stand in a paragraph or directly in them: the two look the same.
_AROUND_LINES = ("<li", "<td", "<th", "<blockquote")
_UNSAID = {"thead", "tbody"}
_NOTE_END = f"</{TAG_NAME}>"
#: Not the no-break space, which is typed.
_SPACES = re.compile(r"[ \t\n\r\f]+")
_UNSAID_ATTRIBUTE = re.compile(r' (?:scope="[^"]*"|start="1")')


def blocks_of(html: str) -> list[str]:
    """Return the outermost elements of a cleaned body; joined, they are the body."""
    blocks, begin, depth = [], 0, 0
    for tag in TAG.finditer(html):
        name = _name(tag[0])
        if tag[0].startswith("</"):
            depth -= 1
        elif name not in _WITHOUT_END:
            depth += 1
        if depth == 0:
            blocks.append(html[begin : tag.end()])
            begin = tag.end()
    return [*blocks, html[begin:]] if html[begin:] else blocks


def _name(tag):
    return next(iter(tag.strip("</>").split()), "")


def as_written(html: str, before: str) -> str:
    """Return the cleaned body `html`, with each block that says the same as in `before` as it is.

    The editor writes each body in its own way as soon as somebody types: without lines between the
    blocks, with a paragraph in each item and cell. That is no change of anybody's.
    """
    if html == before:
        return html
    former, new = blocks_of(before), blocks_of(html)
    known = defaultdict(list)
    for block in reversed(former):
        known[_said(block)].append(block)
    if [*filter(None, map(_said, former))] == [*filter(None, map(_said, new))]:
        return before
    blocks = [known[said].pop() if known[said := _said(block)] else block for block in new]
    # A body that stays as it is is known to be clean.
    return html if blocks == new else "".join(blocks)


def _said(block) -> tuple:
    """Return what a block says: its tags, and its words with the marks on them in no order."""
    said, marks = [], []
    for part in re.split(f"({TAG.pattern})", block):
        name = _name(part) if part.startswith("<") else ""
        is_text = bool(said) and isinstance(said[-1], tuple)
        if name in INLINE:
            marks = marks[:-1] if part.startswith("</") else [*marks, part]
        elif not name:
            style, text = frozenset(marks), _SPACES.sub(" ", part)
            if is_text and said[-1][0] == style:
                said[-1] = (style, said[-1][1] + text)
            elif text := text if is_text or said[-1:] == [_NOTE_END] else text.lstrip(" "):
                said.append((style, text))
        elif name == TAG_NAME:
            # A space beside it is one of the line.
            said.append(part)
        else:
            if is_text:
                style, text = said.pop()
                said += [(style, text.rstrip(" "))] if text.strip(" ") else []
            is_first = bool(said) and str(said[-1]).startswith(_AROUND_LINES)
            if name not in _UNSAID and part != "</p>" and not (part == "<p>" and is_first):
                said.append(_UNSAID_ATTRIBUTE.sub("", part))
    # An empty paragraph says nothing.
    return tuple(said) if said != ["<p>"] else ()
