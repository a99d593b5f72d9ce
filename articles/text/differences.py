"""The differences between two texts, word by word: `ins` for words that came, `del` for those gone.

The blocks of rich text are aligned first (paragraphs, items, rows, pictures), then the words inside
each pair of them. So the result is always well-formed, and each mark is where HTML lets it be. A
link or an emphasis is a part of its word: where only that changed, the word is marked, with a note
that says what changed.
"""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from django.utils.safestring import SafeString, mark_safe

from . import footnotes, galleries
from .alignment import Work, pairs, runs
from .cleaner import clean
from .content_model import BLOCKS
from .markup import STORED_IMAGE, picture_numbers, plain_text
from .word_differences import NAME, PARTS, WORDS, line_differences, plain_differences, whole

#: The likeness, 0 to 1, from which one block is taken for a later state of another.
ALIKE = 0.4
#: Blocks that differ in their kind, such as a paragraph that became a heading, must be more alike.
ALIKE_OF_OTHER_KIND = 0.6
#: The number of elements around a word up to which the words inside are compared.
DEPTH = 12


class Pair(NamedTuple):
    """A block of the old text and what it became; one of them may be None. All are safe HTML."""

    old: SafeString | None
    new: SafeString | None
    marked: SafeString

    @property
    def is_same(self) -> bool:
        return self.old == self.new


def text_differences(old: str, new: str) -> SafeString:
    """Return the plain text `new` as HTML, with marks where it differs from `old`."""
    return mark_safe(plain_differences(old, new, Work()))  # noqa: S308


def html_differences(old: str, new: str) -> SafeString:
    """Return the body `new` with marks where it differs from the body `old`."""
    return mark_safe("".join(pair.marked for pair in blocks(old, new)))  # noqa: S308


def blocks(old: str, new: str, work: Work | None = None) -> list[Pair]:
    """Return the blocks of two bodies in pairs.

    The old blocks together are the old body, and the new ones the new body, but for spaces between
    blocks. Where the `work` is used up, the blocks that follow are marked as a whole. Raises
    ValidationError (from `bounds`) for a body that is too long.
    """
    comparison = _Comparison(work or Work())
    return [
        Pair(
            mark_safe(a.source) if a else None,  # noqa: S308
            mark_safe(b.source) if b else None,  # noqa: S308
            mark_safe(footnotes.in_place(comparison.marked(a, b, DEPTH))),  # noqa: S308
        )
        for a, b in comparison.aligned(_children(clean(old)), _children(clean(new)))
    ]


# --- Blocks -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Block:
    """An element that is not inside a line of text, or such a line, which has no name."""

    name: str
    tag: str
    inner: str

    @property
    def end(self):
        return f"</{self.name}>" if self.name not in ("", "hr") else ""

    @cached_property
    def source(self):
        return f"{self.tag}{self.inner}{self.end}"

    @cached_property
    def children(self):
        return _children(self.inner)

    @cached_property
    def words(self):
        pictures = (match["pk"] for match in STORED_IMAGE.finditer(self.source))
        return Counter(
            [*WORDS.findall(plain_text(self.source)), *(f"<img {pk}>" for pk in pictures)]
        )

    @cached_property
    def size(self):
        return self.words.total()

    @cached_property
    def pictures(self):
        return picture_numbers(self.source)


def _children(html):
    """Return the blocks that `html` directly holds. Spaces between blocks are nothing."""
    found, line, inside, depth = [], [], [], 0

    def end_line():
        if "".join(line).strip():
            found.append(_Block("", "", "".join(line)))
        line.clear()

    for part in PARTS.split(html):
        name = NAME.match(part)
        is_block = bool(name) and (name[1] in BLOCKS or name[1] == "hr")
        ends = part.startswith("</")
        if is_block and ends:
            depth -= 1
            if depth == 0:
                found.append(_Block(name[1], inside[0], "".join(inside[1:])))
                inside = []
        if depth == 0 and is_block and not ends:
            end_line()
            if name[1] == "hr":
                found.append(_Block("hr", part, ""))
        if is_block and not ends and name[1] != "hr":
            depth += 1
        if depth:
            inside.append(part)
        elif not is_block:
            line.append(part)
    end_line()
    return found


def _likeness(old, new):
    """Return how much `new` may be a later state of `old`: 0 to 1."""
    total = old.size + new.size
    if not total:
        alike = float(old.name == new.name)
    elif 2 * min(old.size, new.size) < ALIKE * total:
        # One is so much longer that they cannot be alike: their words need not be compared.
        alike = 0
    else:
        alike = 2 * (old.words & new.words).total() / total
    if old.name != new.name:
        may_become = {old.name, new.name} <= {"p", "h2", "h3", "blockquote", "ul", "ol", ""}
        return alike if may_become and alike >= ALIKE_OF_OTHER_KIND else 0
    if old.name in ("figure", "table", "thead", "tbody"):
        # One that stands at the place of another replaces it.
        return max(alike, ALIKE)
    if old.name == "tr" and [c.words for c in old.children[:1]] == [
        c.words for c in new.children[:1]
    ]:
        # The first cell names the row.
        return max(alike, ALIKE)
    return alike if alike >= ALIKE else 0


class _Comparison:
    """The comparison of two bodies, in a bounded time."""

    def __init__(self, work):
        self.work = work

    def aligned(self, old, new):
        """Yield the blocks of two lists in pairs."""
        sources = ([block.source for block in blocks] for blocks in (old, new))
        for is_same, a, b in runs(*sources, self.work):
            if is_same:
                yield from zip(old[a], new[b], strict=True)
            else:
                yield from pairs(old[a], new[b], _likeness)

    def marked(self, old, new, depth):
        """Return the HTML of a pair of blocks, with marks."""
        if old is None or new is None:
            return whole(new.source, "ins") if old is None else whole(old.source, "del")
        if old.source == new.source:
            return new.source
        is_line = old.name == new.name == ""
        if is_line and self.work.allows(len(old.inner) + len(new.inner)):
            return line_differences(old.inner, new.inner, self.work)
        if old.name == new.name == "figure" and not _is_same_figure(old, new):
            both = whole(old.source, "del") + whole(new.source, "ins")
            return f'<div class="two-pictures">{both}</div>'
        if old.name == new.name == "table" and depth:
            return self._table(old, new, depth - 1)
        if old.tag == new.tag and depth and not is_line:
            return f"{new.tag}{self._inside(old, new, depth - 1)}{new.end}"
        return whole(old.source, "del") + whole(new.source, "ins")

    def _inside(self, old, new, depth):
        aligned = self.aligned(old.children, new.children)
        return "".join(self.marked(a, b, depth) for a, b in aligned)

    # --- Tables -------------------------------------------------------------------------------

    def _table(self, old, new, depth):
        columns = self._columns(old, new)
        out = []
        # A body of a table may not come before its head.
        groups = sorted(
            self.aligned(old.children, new.children), key=lambda pair: _any(pair).name != "thead"
        )
        for a, b in groups:
            rows = self.aligned(a.children if a else [], b.children if b else [])
            shown = (self._row(*row, columns, depth) for row in rows)
            out += [_any((a, b)).tag, *shown, _any((a, b)).end]
        return f"{new.tag}{''.join(out)}{new.end}"

    def _columns(self, old, new):
        """Return the numbers of the columns in pairs, where some came or went; else None."""
        old, new = _columns_of(old), _columns_of(new)
        if not old or not new or len(old) == len(new):
            return None
        places = {id(column): place for each in (old, new) for place, column in enumerate(each)}
        return [(a and places[id(a)], b and places[id(b)]) for a, b in self.aligned(old, new)]

    def _row(self, old, new, columns, depth):
        if columns:
            cells = [
                (
                    old.children[a] if old and a is not None else None,
                    new.children[b] if new and b is not None else None,
                )
                for a, b in columns
            ]
        elif old and new and len(old.children) == len(new.children):
            cells = list(zip(old.children, new.children, strict=True))
        else:
            sides = ((old, "del"), (new, "ins"))
            return "".join(whole(row.source, mark) for row, mark in sides if row)
        shown = "".join(self._cell(a, b, depth) for a, b in cells)
        return f"{_any((old, new)).tag}{shown}</tr>"

    def _cell(self, old, new, depth):
        if old is None and new is None:
            return "<td></td>"
        cell = _any((old, new))
        if old and new and (old.tag == new.tag or old.source == new.source):
            return f"{cell.tag}{self._inside(old, new, depth)}{cell.end}"
        both = (whole(old.inner, "del") if old else "") + (whole(new.inner, "ins") if new else "")
        return f"{cell.tag}{both}{cell.end}"


def _is_same_figure(old, new):
    """Say whether two figures share a picture, and are both a gallery or both none."""
    are_galleries = (galleries.is_inside_of_gallery(figure.inner) for figure in (old, new))
    return bool(old.pictures & new.pictures) and len({*are_galleries}) == 1


def _any(pair):
    """Return the new one of a pair, or the old one if there is no new one."""
    return pair[0] if pair[1] is None else pair[1]


def _columns_of(table):
    """Return the columns of a table as blocks; none if a cell spans several or a row is short."""
    rows = [row.children for group in table.children for row in group.children]
    if "span=" in table.source or len({len(row) for row in rows}) != 1:
        return []
    return [
        _Block("td", "<td>", " <br>".join(cell.inner for cell in column))
        for column in zip(*rows, strict=True)
    ]
