"""The differences between two texts, word by word: `ins` for words that came, `del` for those gone.

The blocks of rich text are aligned first (paragraphs, items, rows, pictures), then the words inside
each pair of them. So the result is always well-formed, and each mark is where HTML lets it be. A
link or an emphasis is a part of its word: where only that changed, the word is marked, with a note
that says what changed.
"""

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from html import escape, unescape
from itertools import takewhile
from typing import NamedTuple

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from common.scripts import WITHOUT_SPACES

from .alignment import Work, pairs, runs
from .cleaner import clean
from .content_model import BLOCKS
from .markup import STORED_IMAGE, TAG, picture_numbers, plain_text

#: The likeness, 0 to 1, from which one block is taken for a later state of another.
ALIKE = 0.4
#: Blocks that differ in their kind, such as a paragraph that became a heading, must be more alike.
ALIKE_OF_OTHER_KIND = 0.6
#: The number of elements around a word up to which the words inside are compared.
DEPTH = 12

_SIGNS = r"!-/:-@\[-`{-~«»‹›“”„‘’–—…·•،؛؟、。「」"
_SPACED = rf"[^\s{_SIGNS}{WITHOUT_SPACES}]"
_TOKEN = re.compile(
    # A number, with its separators and thousands: it changes as a whole.
    r"\d{1,3}(?:[\u00a0\u202f ]\d{3})+(?:[.,]\d+)?(?!\d)|\d+(?:[.,:]\d+)*"
    # A word, with the apostrophe that ends a French article.
    rf"|{_SPACED}+[’']?"
    # A character of a script without spaces, or a sign. Marks belong to what they stand on.
    rf"|\S[\u0e31-\u0e3a\u0e47-\u0e4e\u0300-\u036f]*"
)
_WORDS = re.compile(rf"{_SPACED}+|[{WITHOUT_SPACES}]")
_PARTS = re.compile(f"({TAG.pattern})")
_NAME = re.compile(r"</?([a-z0-9]+)")
_HREF = re.compile(r' href="([^"]*)"')


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
    return mark_safe(_words(_text_tokens(old), _text_tokens(new), Work()))  # noqa: S308


def html_differences(old: str, new: str) -> SafeString:
    """Return the body `new` with marks where it differs from the body `old`."""
    return mark_safe("".join(pair.marked for pair in blocks(old, new)))  # noqa: S308


def blocks(old: str, new: str) -> list[Pair]:
    """Return the blocks of two bodies in pairs.

    The old blocks together are the old body, and the new ones the new body, but for spaces between
    blocks. Raises ValidationError (from `bounds`) for a body that is too long.
    """
    comparison = _Comparison()
    return [
        Pair(
            mark_safe(a.source) if a else None,  # noqa: S308
            mark_safe(b.source) if b else None,  # noqa: S308
            mark_safe(comparison.marked(a, b, DEPTH)),  # noqa: S308
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
            [*_WORDS.findall(plain_text(self.source)), *(f"<img {pk}>" for pk in pictures)]
        )

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

    for part in _PARTS.split(html):
        name = _NAME.match(part)
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
    total = old.words.total() + new.words.total()
    alike = 2 * (old.words & new.words).total() / total if total else float(old.name == new.name)
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

    def __init__(self):
        self.work = Work()

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
            return _whole(new.source, "ins") if old is None else _whole(old.source, "del")
        if old.source == new.source:
            return new.source
        if old.name == new.name == "":
            return _words(_tokens(old.inner), _tokens(new.inner), self.work)
        if old.name == new.name == "figure" and not old.pictures & new.pictures:
            both = _whole(old.source, "del") + _whole(new.source, "ins")
            return f'<div class="two-pictures">{both}</div>'
        if old.name == new.name == "table" and depth:
            return self._table(old, new, depth - 1)
        if old.tag == new.tag and depth:
            return f"{new.tag}{self._inside(old, new, depth - 1)}{new.end}"
        return _whole(old.source, "del") + _whole(new.source, "ins")

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
            return "".join(_whole(row.source, mark) for row, mark in sides if row)
        shown = "".join(self._cell(a, b, depth) for a, b in cells)
        return f"{_any((old, new)).tag}{shown}</tr>"

    def _cell(self, old, new, depth):
        if old is None and new is None:
            return "<td></td>"
        cell = _any((old, new))
        if old and new and (old.tag == new.tag or old.source == new.source):
            return f"{cell.tag}{self._inside(old, new, depth)}{cell.end}"
        both = (_whole(old.inner, "del") if old else "") + (_whole(new.inner, "ins") if new else "")
        return f"{cell.tag}{both}{cell.end}"


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


def _whole(html, mark):
    """Return `html` with all its words and pictures in `mark`, "ins" or "del"."""
    out, line = [], []

    def end_line():
        text = "".join(line)
        out.append(f"<{mark}>{text}</{mark}>" if text.strip() else text)
        line.clear()

    for part in _PARTS.split(html):
        name = _NAME.match(part)
        if name and name[1] == "hr":
            end_line()
            out.append(f"<{mark}>{part}</{mark}>")
        elif name and name[1] in BLOCKS:
            end_line()
            out.append(part)
        else:
            line.append(part)
    end_line()
    return "".join(out)


# --- Words ------------------------------------------------------------------------------------


class _Token(NamedTuple):
    """A word, a sign, a line break or a picture."""

    #: What is compared.
    key: tuple
    html: str
    #: The start tags of the inline elements around it.
    inline: tuple
    #: The spaces after it.
    space: str = ""


#: Stands at the end of a line, where all elements end.
_NO_TOKEN = _Token((), "", ())


def _text_tokens(text):
    tokens = []
    for number, line in enumerate(text.split("\n")):
        tokens += [_Token(("<br>", ()), "<br>", ())] * bool(number) + _split(line, ())
    return tokens


def _tokens(html):
    tokens, inline = [], ()
    for part in _PARTS.split(html):
        if part.startswith("</"):
            inline = inline[:-1]
        elif picture := STORED_IMAGE.fullmatch(part):
            tokens.append(_Token((f"<img {picture['pk']}>", inline), part, inline))
        elif part.startswith("<br"):
            tokens.append(_Token(("<br>", ()), part, ()))
        elif part.startswith("<"):
            inline = (*inline, part)
        elif part:
            text = unescape(part)
            if tokens and (space := text[: len(text) - len(text.lstrip())]):
                tokens[-1] = tokens[-1]._replace(space=tokens[-1].space + space)
            tokens += _split(text, inline)
    return tokens


def _split(text, inline):
    tokens, end = [], len(text)
    for match in reversed(list(_TOKEN.finditer(text))):
        space = text[match.end() : end]
        tokens.append(_Token((match[0], inline), escape(match[0], quote=False), inline, space))
        end = match.start()
    return tokens[::-1]


def _words(old, new, work):
    """Return the HTML of the tokens of a line, with marks."""
    keys = ([token.key for token in tokens] for tokens in (old, new))
    out = []
    for is_same, a, b in _readable(list(runs(*keys, work)), old, new):
        if is_same:
            out.append(_rendered(_with_notes(old[a], new[b])))
            continue
        out += [_marked(old[a], "del"), _marked(new[b], "ins", note=_note(old[a], new[b]))]
    return "".join(out)


def _readable(found, old, new):
    """Yield the runs, without those that stayed only by accident, such as a comma.

    Where less stayed between two changes than what changed on each side of it, a reader takes in
    the whole as one change.
    """

    def size(run):
        return max(_length(old[run[1]]), _length(new[run[2]]))

    place = 1
    while place < len(found) - 1:
        before, run, after = found[place - 1 : place + 2]
        if run[0] and size(run) < min(size(before), size(after)):
            merged = (
                False,
                slice(before[1].start, after[1].stop),
                slice(before[2].start, after[2].stop),
            )
            found[place - 1 : place + 2] = [merged]
            place = max(1, place - 2)
        else:
            place += 1
    return found


def _length(tokens):
    return sum(len(token.key[0]) for token in tokens)


def _rendered(tokens):
    """Return the HTML of tokens, inside the inline elements around them."""
    out, open_ones, space = [], (), ""
    for token in [*tokens, _NO_TOKEN]:
        both = zip(open_ones, token.inline, strict=False)
        shared = sum(1 for _pair in takewhile(lambda pair: pair[0] is pair[1], both))
        out += [f"</{_NAME.match(tag)[1]}>" for tag in reversed(open_ones[shared:])]
        # A space is inside of the elements that are around the words on both sides of it.
        out += [space, *token.inline[shared:], token.html]
        open_ones, space = token.inline, token.space
    return "".join(out)


def _marked(tokens, mark, *, note=""):
    if not tokens:
        return ""
    *others, last = tokens
    words = _rendered([*others, last._replace(space="")])
    return f"<{mark}>{words}</{mark}>{note}{last.space}"


def _with_notes(old, new):
    """Return the tokens `new`, which stayed, with the changed words of their pictures."""
    for a, b in zip(old, new, strict=True):
        if a.html != b.html and (was := STORED_IMAGE.fullmatch(a.html)):
            words = (unescape(match["alt"]) for match in (was, STORED_IMAGE.fullmatch(b.html)))
            note = format_html(
                '<span class="change-note"> {} {}</span>',
                gettext("Alternative text:"),
                text_differences(*words),
            )
            b = b._replace(html=b.html + note)
        yield b


def _note(old, new):
    """Return what changed about words that stayed the same: their links, their emphasis."""
    if [token.key[0] for token in old] != [token.key[0] for token in new]:
        return ""
    names = {
        "strong": gettext("bold"),
        "em": gettext("italic"),
        "sub": gettext("subscript"),
        "sup": gettext("superscript"),
    }
    was, now = (
        list(dict.fromkeys(tag for token in tokens for tag in token.inline))
        for tokens in (old, new)
    )

    def words(tag):
        href = _HREF.search(tag)
        return gettext("link to %s") % unescape(href[1]) if href else names.get(_NAME.match(tag)[1])

    notes = [gettext("now: %s") % words(tag) for tag in now if tag not in was and words(tag)]
    notes += [gettext("no longer: %s") % words(tag) for tag in was if tag not in now and words(tag)]
    return format_html('<span class="change-note"> ({})</span>', "; ".join(notes)) if notes else ""
