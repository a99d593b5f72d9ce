"""The point at which a page folds a very long comment.

The beginning is shown, and the rest is behind a `<details>`, which opens without JavaScript, and by
itself where a browser finds words in it. Only pages fold: what is stored, and feeds, have no fold.
"""

import re

from common.shortening import boundary

#: The size of what is shown first, and of the shortest rest that is worth a fold, in characters. A
#: line break counts as LINE characters, so that a column of short lines is folded too.
SHOWN = 1200
SHORTEST_REST = 600
LINE = 60

_TOKEN = re.compile(r"<[^>]*>|&[^;\s]{1,32};|[^<&]+|&")
_BREAKS = ("<br", "</p")


def fold(html: str) -> tuple[str, str]:
    """Return the beginning of a comment's `html` and the rest; the rest is empty if it is short.

    `html` is made by `text.to_html`: paragraphs with line breaks and links. It is cut at the end of
    a paragraph or line if there is one near, or else between two words, or in a text without spaces
    between two characters; never inside of a link. Both parts are well-formed.
    """
    if len(html) <= SHOWN + SHORTEST_REST and html.count("<br>") + html.count("</p>") < 20:
        return html, ""
    # The places at which to cut: of each kind the last one before the limit.
    size, line_end, word_end, in_link, paragraph = 0, None, None, False, "<p>"
    cut = None
    for token in _TOKEN.finditer(html):
        found = token[0]
        if cut is None and size >= SHOWN:
            near = line_end if line_end and line_end[1] >= SHOWN / 2 else word_end
            cut = near or line_end
        if found[0] == "<":
            size += LINE * found.startswith(_BREAKS)
            in_link = found.startswith("<a ") or (in_link and found != "</a>")
            paragraph = found if found.startswith("<p") else paragraph
            if not in_link and size <= SHOWN:
                if found.startswith(_BREAKS):
                    line_end = (token.end() if found == "</p>" else token.start(), size, paragraph)
                elif found == "</a>":
                    word_end = (token.end(), size, paragraph)
            continue
        is_text = found[0] != "&"
        if is_text and not in_link and size < SHOWN:
            inside = _word_end(found, SHOWN - size)
            word_end = (token.start() + inside, size + inside, paragraph) if inside else word_end
        elif size and not in_link and size < SHOWN:
            word_end = (token.start(), size, paragraph)
        size += len(found) if is_text else 1
    if cut is None or size - cut[1] < SHORTEST_REST:
        return html, ""
    return _cut(html, cut[0], cut[2])


def _word_end(text, room):
    """Return the position after the last whole word in the first `room` characters of `text`.

    A text with no space near is cut between two characters. The result is 0 if none fits.
    """
    if len(text) <= room:
        return len(text)
    space = max(text.rfind(" ", 0, room), text.rfind("\t", 0, room))
    if space >= room / 2:
        return space
    return boundary(text, room)


def _cut(html, position, paragraph):
    first, rest = html[:position], html[position:]
    if first.endswith("</p>"):
        return first, rest.lstrip("\n")
    # The spaces that begin a line belong to it; those between two words do not.
    rest = rest.removeprefix("<br>") if rest.startswith("<br>") else rest.lstrip()
    return f"{first}</p>", f"{paragraph}{rest}"
