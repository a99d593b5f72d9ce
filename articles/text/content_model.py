"""The content model of a body: the places where the HTML Standard lets its elements stand.

The cleaner lets through some elements and unwraps all others, so what was inside a `div`, a
`caption` or a `dl` may stand where nothing lets it: a paragraph in a paragraph, text in a list, a
heading in a header cell. A browser mends that in ways of its own, and a page that is put together
from such bodies is broken for everything that reads it strictly. `valid` mends it once. It loses no
word and no picture.
"""

import re
from itertools import takewhile

from . import table_grid
from .bounds import refuse_too_long
from .footnotes import TAG_NAME as FOOTNOTE
from .galleries import gallery_of
from .markup import INLINE, TAG
from .table_grid import Cell

#: Inline elements that may stand in their own kind: a power of a power.
_REPEATABLE = {"sub", "sup"}
#: Elements that hold only text and inline elements.
_LINES = {"p", "h2", "h3"}
_HEADINGS = {"h2", "h3"}
_LISTS = {"ul", "ol"}
_GROUPS = {"thead", "tbody"}
_CELLS = {"td", "th"}
#: Elements that hold only other parts of a table.
_TABLE = {"table", "tr"} | _GROUPS
#: The elements of a body that are not inside a line of text.
BLOCKS = _LINES | _LISTS | _TABLE | _CELLS | {"li", "blockquote", "figure", "figcaption"}
#: Elements that no body holds, and the one that each becomes.
_RENAMED = {"h1": "h2", "h4": "h3", "h5": "h3", "h6": "h3", "tfoot": "tbody"}
#: These become a paragraph: without it, their words would run into those before them.
OTHER_BLOCKS = {
    *("address", "article", "aside", "caption", "center", "dd", "details", "dir", "div", "dl"),
    *("dt", "fieldset", "footer", "form", "header", "hgroup", "legend", "main", "menu", "nav"),
    *("pre", "section", "summary"),
}.union(_RENAMED)

_PARTS = re.compile(rf"({TAG.pattern})")
_NAME = re.compile(r"</?([a-z0-9-]+)")
_SPAN = re.compile(r' (colspan|rowspan)="(\d+)"')
_SHOWN = re.compile(r"<img\b")
_BREAK = re.compile("(<br>)")
_NO_WORDS = re.compile(r"(?:\s|&nbsp;)*")


def valid(html: str) -> str:
    """Return the cleaned `html` with each element in a place where it may stand.

    Valid HTML stays the same, except that attributes and spans of no effect go. Raises
    ValidationError (of `bounds`) if the result would be too long.
    """
    body = _Body()
    for number, part in enumerate(_PARTS.split(html)):
        if number % 2 == 0:
            body.text(part)
        elif part.startswith("</"):
            body.end()
        else:
            body.start(_NAME.match(part)[1], part)
    return body.close()


class _Element:
    """An open element, and what it holds so far."""

    def __init__(self, name, tag, home, *, is_implied=False, is_optional=False):
        self.name, self.tag = name, tag
        #: The element to which this one is added when it ends.
        self.home = home
        #: Whether no tag began it: it ends where something comes that may not stand in it.
        self.is_implied = is_implied
        self.parts = []
        #: The inline elements that are open at the end of `parts`.
        self.inline = []
        #: Whether it is left out where it holds nothing.
        self.is_optional = is_optional
        #: Of a figure: its caption, and whether that comes first.
        self.caption, self.begins_with_caption = "", False
        #: Of a figure that holds figures, these.
        self.figures = []
        #: Of a footnote, the inline elements around it, and the pictures that were in it.
        self.inline_around, self.pictures = [], []
        #: Of a table, its groups of rows; of a group, its rows; of a row, its cells.
        self.members = []

    def end_inline(self, to=0):
        while len(self.inline) > to:
            self.parts.append(f"</{self.inline.pop()[0]}>")

    def add(self, html):
        """Add a part that is not inline."""
        self.end_inline()
        self.parts.append(html)

    def interrupt(self):
        """Add what a paragraph or heading holds so far to its home, and begin it anew."""
        if html := self.render():
            self.home.add(html)
        self.parts, self.is_optional = [], True

    def render(self):
        """Return the HTML of the element; "" for one that would say nothing."""
        self.end_inline()
        html = "".join(self.parts)
        if self.name == FOOTNOTE:
            html = _trimmed(html)
            return f"{self.tag}{html}</{self.name}>" if html else ""
        if self.name in _HEADINGS and _NO_WORDS.fullmatch(TAG.sub("", html)):
            return f"<p>{html}</p>" if _SHOWN.search(html) else ""
        if not html and (self.is_optional or self.name in _LISTS):
            return ""
        if self.name == "figure":
            html = self.caption + html if self.begins_with_caption else html + self.caption
        return f"{self.tag}{html}</{self.name}>"


class _Body:
    """A body that is written anew, tag by tag."""

    def __init__(self):
        self.root = _Element("", "", None)
        #: The elements that are open in the new HTML.
        self.stack = [self.root]
        #: For each tag that is open in the old HTML, the element that it began; None for none, and
        #: an inline element of `inline` for that.
        self.begun = []
        #: The inline elements around the next text. They are opened only where a text comes.
        self.inline = []
        self.length = 0

    def start(self, name, tag):
        if name in INLINE:
            # There may be no link in a link, and what is emphasised twice looks the same.
            is_new = name in _REPEATABLE or all(other != name for other, _tag in self.inline)
            self.begun.append((name, tag) if is_new else None)
            self.inline += [(name, tag)] * is_new
        elif name == "img" and self.stack[-1].name == FOOTNOTE:
            self.stack[-1].pictures.append(tag)
        elif name in ("br", "img"):
            self._write(tag)
        elif name == FOOTNOTE:
            self.begun.append(self._open_footnote())
        elif self.stack[-1].name == FOOTNOTE:
            # What is in a block would run into what is before it.
            self.begun += [None] * (name != "hr")
            if self.stack[-1].parts[-1:] not in ([], ["<br>"]):
                self._write("<br>")
        elif name == "hr":
            self._home_of_block().add(tag)
        else:
            self.begun.append(self._open(name, tag))

    def end(self):
        begun = self.begun.pop()
        if isinstance(begun, _Element):
            while self._close() is not begun:
                pass
        elif begun:
            self.inline.pop()

    def text(self, text):
        top = self.stack[-1]
        if text and (not text.isspace() or top.name in _LINES | {FOOTNOTE}):
            self._write(text)
        elif text and top.name not in _TABLE | _LISTS:
            # Between blocks, spaces need no element around them; between the parts of a list or a
            # table, they are nothing.
            top.end_inline(to=self._inline_open_in(top))
            top.parts.append(text)

    def close(self):
        while len(self.stack) > 1:
            self._close()
        self.root.end_inline()
        return "".join(self.root.parts)

    # --- Text ---------------------------------------------------------------------------------

    def _line(self):
        """Return the open element that takes text."""
        top = self.stack[-1]
        return top if top.name in _LINES | {FOOTNOTE} else self._home_of_block(is_text=True)

    def _open_footnote(self):
        """Begin a footnote in the line; None inside another one.

        It stands in no link, and no emphasis of the line goes on in it.
        """
        if self.stack[-1].name == FOOTNOTE:
            self._write(" ")
            return None
        note = self._push(FOOTNOTE, f"<{FOOTNOTE}>", self._line())
        note.inline_around, self.inline = self.inline, []
        return note

    def _close_footnote(self, note):
        self.inline = note.inline_around
        if html := note.render():
            note.home.add(html)
            self.length += len(f"{note.tag}</{note.name}>")
        note.home.parts += note.pictures

    def _write(self, part):
        """Write text or a void inline element, inside the inline elements around it."""
        top = self._line()
        open_already = self._inline_open_in(top)
        top.end_inline(to=open_already)
        for inline in self.inline[open_already:]:
            top.parts.append(inline[1])
            top.inline.append(inline)
            self.length += len(inline[1])
        top.parts.append(part)
        self.length += len(part)
        refuse_too_long(self.length)

    def _inline_open_in(self, element):
        """Return how many of the inline elements around the next text are open in `element`."""
        pairs = zip(self.inline, element.inline, strict=False)
        return sum(1 for _pair in takewhile(lambda pair: pair[0] is pair[1], pairs))

    # --- Blocks -------------------------------------------------------------------------------

    def _open(self, name, tag):
        """Begin an element that is not inline; return it, or None if it may not stand here."""
        top, old = self.stack[-1], name
        name = self._name_of(name)
        tag = tag if name == old else f"<{name}>"
        if name == "p" and top.name in _HEADINGS:
            if top.parts:
                self._write("<br>")
            return None
        if name == "li":
            home = self._home_of_item()
        elif name in _GROUPS or name == "tr" or name in _CELLS:
            home = self._home_in_table(name)
        elif name == "figcaption":
            top.begins_with_caption = not any(part.strip() for part in top.parts)
            home = top
        else:
            home = self._home_of_block(of_list=name in _LISTS)
        return self._push(name, tag, home, is_optional=name != old) if home else None

    def _name_of(self, name):
        """Return the name under which an element may stand here: a block that has none is a `p`."""
        top = self.stack[-1]
        name = _RENAMED.get(name, name)
        if name in _HEADINGS and any(element.name == "th" for element in self.stack):
            return "p"
        if name == "figcaption" and (top.name != "figure" or top.caption):
            return "p"
        return name if name in BLOCKS else "p"

    def _push(self, name, tag, home, **options):
        home.end_inline()
        element = _Element(name, tag, home, **options)
        if name in _GROUPS:
            home.members.append((name, element.members))
        self.stack.append(element)
        return element

    def _close(self):
        """End the innermost element, and add it to its home; return it."""
        element = self.stack.pop()
        home = element.home
        if element.name in _CELLS:
            element.end_inline()
            home.members.append(_cell(element))
        elif element.name == "tr":
            self._group_of(home).append(element.members)
        elif element.name == "table":
            if html := table_grid.render(element.members):
                home.add(html)
        elif element.name == "figcaption":
            home.caption = element.render()
        elif element.name == FOOTNOTE:
            self._close_footnote(element)
        elif element.name == "figure":
            self._close_figure(element)
        elif element.name not in _GROUPS and (html := element.render()):
            home.add(html)
        return element

    def _close_figure(self, figure):
        """End a figure; one that holds figures is a gallery of them, and other words follow it."""
        home = figure.home
        figures, words = ([figure.render()], "") if not figure.figures else _in_gallery(figure)
        if home.name == "figure":
            home.figures += figures
        else:
            home.add(gallery_of(figures))
        if words:
            home.add(words)

    def _group_of(self, home):
        """Return the rows to which a row of `home`, a table or a group of one, belongs."""
        if home.name != "table":
            return home.members
        if not home.members or home.members[-1][0] != "tbody":
            home.members.append(("tbody", []))
        return home.members[-1][1]

    # --- Where an element may stand -----------------------------------------------------------

    def _home_of_block(self, *, is_text=False, of_list=False):
        """Return the element to which a block is added, or text that is in no paragraph."""
        top = self._without_implied(_LISTS | {"tr"})
        if top.name in _LISTS:
            return self._item_of(top, is_last=of_list)
        if top.name in _TABLE:
            # As in a browser, it moves before the table.
            return next(e for e in reversed(self.stack) if e.name == "table").home
        return top if is_text else _uninterrupted(top)

    def _home_of_item(self):
        top = self._without_implied({"li", "tr"})
        if top.name in _LISTS:
            return top
        return self._push("ul", "<ul>", self._home_of_block(), is_implied=True)

    def _home_in_table(self, name):
        top = self._without_implied(_LISTS | ({"li"} if name in _CELLS else {"li", "tr"}))
        if name in _GROUPS:
            return top if top.name == "table" else None
        if name == "tr":
            return top if top.name in _GROUPS | {"table"} else None
        if top.name in _GROUPS | {"table"}:
            return self._push("tr", "<tr>", top, is_implied=True)
        return top if top.name == "tr" else None

    def _without_implied(self, names):
        """End the innermost elements while they are implied and of `names`; return the next."""
        while self.stack[-1].is_implied and self.stack[-1].name in names:
            self._close()
        return self.stack[-1]

    def _item_of(self, of_list, *, is_last):
        """Return an item for what is in no item of a list: the last one, or a new one."""
        item = self._push("li", "<li>", of_list, is_implied=True)
        if is_last and of_list.parts and of_list.parts[-1].startswith("<li>"):
            item.parts.append(of_list.parts.pop().removeprefix("<li>").removesuffix("</li>"))
        return item


def _uninterrupted(element):
    """Return the element around the paragraph or heading that a block interrupts."""
    while element.name in _LINES:
        element.interrupt()
        element = element.home
    return element


def _in_gallery(figure):
    """Return the figures of a figure that holds some, and the HTML of its words beside them.

    Its own pictures are a figure of their own. Its caption is that of a lone figure without one,
    and else a paragraph.
    """
    figure.end_inline()
    figures, words, caption = figure.figures, "".join(figure.parts), figure.caption
    if _SHOWN.search(words):
        return [f"{figure.tag}{words}{caption}</figure>", *figures], ""
    if len(figures) == 1 and "<figcaption>" not in figures[0]:
        return [f"{figures[0].removesuffix('</figure>')}{caption}</figure>"], words
    inner = caption.removeprefix("<figcaption>").removesuffix("</figcaption>")
    is_line = inner and all(name not in BLOCKS for name in map(_name, TAG.findall(inner)))
    return figures, words + (f"<p>{inner}</p>" if is_line else inner)


def _name(tag):
    return _NAME.match(tag)[1]


def _trimmed(note):
    """Return the words of a footnote without spaces and breaks around them; "" without words."""
    pieces = _BREAK.split(note)
    said = [place for place, piece in enumerate(pieces) if piece.strip() and piece != "<br>"]
    note = "".join(pieces[said[0] : said[-1] + 1]).strip() if said else ""
    return "" if _NO_WORDS.fullmatch(TAG.sub("", note)) else note


def _cell(element):
    spans = {name: int(number[:9]) for name, number in _SPAN.findall(element.tag)}
    attributes = _SPAN.sub("", element.tag.removesuffix(">")).partition(" ")
    rest = f" {attributes[2]}" if attributes[2] else ""
    return Cell(element.name, rest, "".join(element.parts), **spans)
