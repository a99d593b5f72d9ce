"""The differences of one line of text, word by word, and the marks around words.

A word is compared together with the inline elements around it. So a link or an emphasis that
changed is a change of its words.
"""

import re
from html import escape, unescape
from itertools import accumulate, takewhile
from typing import NamedTuple

from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext

from common.scripts import WITHOUT_SPACES

from . import footnotes
from .alignment import Work, runs
from .content_model import BLOCKS
from .markup import STORED_IMAGE, TAG

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
#: The words of a text: what is counted to see how alike two texts are.
WORDS = re.compile(rf"{_SPACED}+|[{WITHOUT_SPACES}]")
#: Splits HTML into texts and tags, in turns.
PARTS = re.compile(f"({TAG.pattern})")
#: The name of a tag.
NAME = re.compile(r"</?([a-z0-9-]+)")
_HREF = re.compile(r' href="([^"]*)"')
_NOTE, _NOTE_END = f"<{footnotes.TAG_NAME}>", f"</{footnotes.TAG_NAME}>"


def plain_differences(old: str, new: str, work: Work) -> str:
    """Return plain text `new` as HTML, with marks where it differs from `old`."""
    return _marked_words(_text_tokens(old), _text_tokens(new), work)


def line_differences(old: str, new: str, work: Work) -> str:
    """Return a line of clean HTML with marks where it differs from `old`: no blocks are in it."""
    return _marked_words(_tokens(old), _tokens(new), work)


def whole(html: str, mark: str) -> str:
    """Return `html` with all its words and pictures in `mark`, "ins" or "del"."""
    out, line = [], []

    def end_line():
        text = "".join(line)
        out.append(f"<{mark}>{text}</{mark}>" if text.strip() else text)
        line.clear()

    for part in PARTS.split(html):
        name = NAME.match(part)
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


class _Token(NamedTuple):
    """A word, a sign, a line break, a picture or a footnote."""

    #: What is compared.
    key: tuple
    html: str
    #: The start tags of the inline elements around it.
    inline: tuple
    #: The spaces after it.
    space: str = ""

    @property
    def is_edge(self):
        """Whether a line begins and ends here, where spaces are nothing."""
        return self.html in ("", "<br>")

    def with_html(self, html):
        return _Token(self.key, html, self.inline, self.space)

    def with_space(self, space):
        return _Token(self.key, self.html, self.inline, space)


#: Stands before and after a line: all elements end here.
_EDGE = _Token((), "", ())


def _text_tokens(text):
    tokens = []
    for number, line in enumerate(text.split("\n")):
        tokens += [_Token(("<br>", ()), "<br>", ())] * bool(number) + _split(line, ())
    return tokens


def _tokens(html):
    html, notes = footnotes.apart(html)
    tokens, inline, notes = [], (), iter(notes)
    for part in PARTS.split(html):
        if part == _NOTE:
            # What stands at the same place is the same note, whatever it says by now.
            tokens.append(_Token((_NOTE, ()), f"{_NOTE}{next(notes)}", ()))
        elif part == _NOTE_END:
            tokens[-1] = tokens[-1].with_html(f"{tokens[-1].html}{part}")
        elif part.startswith("</"):
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
                tokens[-1] = tokens[-1].with_space(tokens[-1].space + space)
            tokens += _split(text, inline)
    return tokens


def _split(text, inline):
    tokens, end = [], len(text)
    for match in reversed(list(_TOKEN.finditer(text))):
        space = text[match.end() : end]
        tokens.append(_Token((match[0], inline), escape(match[0], quote=False), inline, space))
        end = match.start()
    return tokens[::-1]


def _marked_words(old, new, work):
    """Return the HTML of the tokens of a line, with marks."""
    keys = ([token.key for token in tokens] for tokens in (old, new))
    found = _readable(list(runs(*keys, work)), old, new)
    out, before = [], (_EDGE, _EDGE)
    for is_same, a, b in found:
        if is_same:
            out.append(_rendered(_without_end(_with_changes(old[a], new[b], work))))
            before = old[a.stop - 1], new[b.stop - 1]
        else:
            out.append(_change(before, old[a], new[b], (*new[b.stop : b.stop + 1], _EDGE)[0]))
            before = _EDGE, _EDGE
    return "".join(out)


def _change(before, gone, came, after):
    """Return the HTML of words that are gone and of those that came in their place, with spaces.

    `before` is the token before them in each text, and `after` the one that follows. A space that
    only one of the texts has is inside of its mark, so that each text has its own spaces if it is
    read without the marks of the other. Only before words that took the place of none, the space is
    outside: a mark that begins with a space is odd to read.
    """
    both = (gone, came)
    starts = [token.space for token in before]
    ends = [tokens[-1].space if tokens else "" for tokens in both]
    begins, extra = before[1].is_edge, ""
    if begins:
        starts = ["", ""]
    elif any(tokens[0].is_edge for tokens in both if tokens):
        starts = [max(starts)] * 2
    if after.is_edge:
        ends = ["", ""]
    for none, some in ((0, 1), (1, 0)):
        space = starts[none]
        if both[none]:
            continue
        if begins:
            ends[none] = ends[some]
        elif space and not starts[some] and not ends[some]:
            extra = space
        elif space and not starts[some]:
            starts[none], ends[none] = "", space
        else:
            starts[none], ends[none] = starts[some], space and ends[some]
    start, end = (spaces[1] if all(spaces) else "" for spaces in (starts, ends))
    # The space between the two is read as one with the space before them.
    between = " " if all(both) and end and (start or begins) else ""
    marked = []
    for mark, tokens, first, last in zip(("del", "ins"), both, starts, ends, strict=True):
        words = _rendered(_without_end(tokens)) if tokens else extra
        words = f"{'' if start else first}{words}{'' if end else last}" if tokens else words
        marked.append(words and f"<{mark}>{words}</{mark}>")
    return start + between.join(marked) + _note(gone, came) + end


def _without_end(tokens):
    """Return tokens without the space after the last one."""
    *others, last = tokens
    return [*others, last.with_space("")]


def _readable(found, old, new):
    """Return the runs, without those that stayed only by accident, such as a comma.

    Where less stayed between two changes than what changed on each side of it, a reader takes in
    the whole as one change.
    """
    lengths = [_lengths(tokens) for tokens in (old, new)]

    def size(run):
        return max(
            sums[part.stop] - sums[part.start] for sums, part in zip(lengths, run[1:], strict=True)
        )

    kept = []
    for run in found:
        kept.append(run)
        while len(kept) > 2 and not kept[-1][0]:
            before, stayed, after = kept[-3:]
            if size(stayed) >= min(size(before), size(after)):
                break
            parts = zip(before[1:], after[1:], strict=True)
            kept[-3:] = [(False, *(slice(a.start, b.stop) for a, b in parts))]
    for place in range(1, len(kept) - 1):
        _slide(kept, place, old, new)
    return [run for run in kept if any(part.start < part.stop for part in run[1:])]


def _slide(found, place, old, new):
    """Let a run that only came or only went begin after a sign instead of before it.

    “One[. Two].” and “One.[ Two.]” are the same change; the second is the one that was made.
    """
    (was_same, *before), (is_same, *run), (_, *after) = found[place - 1 : place + 2]
    lengths = [part.stop - part.start for part in run]
    if is_same or not was_same or all(lengths) or after[0].start == after[0].stop:
        return
    tokens, part = (new, run[1]) if lengths[1] else (old, run[0])
    first, following = tokens[part.start], tokens[part.stop]
    if first.key == following.key and not first.key[0][0].isalnum():
        found[place - 1 : place + 2] = [
            (True, *(slice(part.start, part.stop + 1) for part in before)),
            (False, *(slice(part.start + 1, part.stop + 1) for part in run)),
            (True, *(slice(part.start + 1, part.stop) for part in after)),
        ]


def _lengths(tokens):
    """Return the characters before each of the tokens, and those of all."""
    return [0, *accumulate(len(token.key[0]) for token in tokens)]


def _rendered(tokens):
    """Return the HTML of tokens, inside the inline elements around them."""
    out, open_ones, space = [], (), ""
    for token in [*tokens, _EDGE]:
        both = zip(open_ones, token.inline, strict=False)
        shared = sum(1 for _pair in takewhile(lambda pair: pair[0] is pair[1], both))
        out += [f"</{NAME.match(tag)[1]}>" for tag in reversed(open_ones[shared:])]
        # A space is inside of the elements that are around the words on both sides of it.
        out += [space, *token.inline[shared:], token.html]
        open_ones, space = token.inline, token.space
    return "".join(out)


def _with_changes(old, new, work):
    """Return the tokens `new`, which stayed, with the changes in their pictures and footnotes."""
    for a, b in zip(old, new, strict=True):
        if a.html != b.html and b.html.startswith(_NOTE):
            ((before,), (after,)) = (footnotes.apart(token.html)[1] for token in (a, b))
            b = b.with_html(f"{_NOTE}{line_differences(before, after, work)}{_NOTE_END}")
        if a.html != b.html and (was := STORED_IMAGE.fullmatch(a.html)):
            words = (unescape(match["alt"]) for match in (was, STORED_IMAGE.fullmatch(b.html)))
            note = format_html(
                '<span class="change-note"> {} {}</span>',
                gettext("Alternative text:"),
                mark_safe(plain_differences(*words, Work())),  # noqa: S308
            )
            b = b.with_html(b.html + note)
        yield b


def _note(old, new):
    """Return what changed that words do not show: other links; of the same words, the emphasis."""
    if not old or not new:
        return ""
    is_same = [token.key[0] for token in old] == [token.key[0] for token in new]
    names = {
        "strong": gettext("bold"),
        "em": gettext("italic"),
        "s": gettext("struck out"),
        "sub": gettext("subscript"),
        "sup": gettext("superscript"),
    }
    was, now = (
        list(
            dict.fromkeys(
                tag for token in tokens for tag in token.inline if is_same or tag.startswith("<a ")
            )
        )
        for tokens in (old, new)
    )

    def words(tag):
        href = _HREF.search(tag)
        return gettext("link to %s") % unescape(href[1]) if href else names.get(NAME.match(tag)[1])

    notes = [gettext("now: %s") % words(tag) for tag in now if tag not in was and words(tag)]
    notes += [gettext("no longer: %s") % words(tag) for tag in was if tag not in now and words(tag)]
    return format_html('<span class="change-note"> ({})</span>', "; ".join(notes)) if notes else ""
