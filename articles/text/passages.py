"""A passage that somebody pasted as plain text, found and replaced in text, HTML and addresses.

The pasted text seldom has the characters of the stored text. So both are compared without case,
accents, invisible characters and the shape of quotation marks and dashes; spaces count only between
two words, since French spaces beside signs are added when text is shown.
"""

import re
from html import escape, unescape
from urllib.parse import unquote

from django.utils.text import slugify as django_slugify

from common.folding import fold, folded_with_origin

from .footnotes import TAG_NAME
from .markup import INLINE, TAG
from .slugs import slugify

_SAME = str.maketrans("’‘ʼ`´′‹›“”„«»″‐‑‒–—―−", "'" * 8 + '"' * 6 + "-" * 7)
#: Elements inside a line of text; all other tags separate words.
_INLINE = re.compile(rf"</?(?:{'|'.join(INLINE)})\b")
_CHARACTER = re.compile(r"&(?:#[0-9]+|#[xX][0-9a-fA-F]+|[a-zA-Z][a-zA-Z0-9]*);|.", re.DOTALL)
_ALT = re.compile(r' alt="([^"]*)"')
_HREF = re.compile(r' href="([^"]*)"')
_EMPTIED = re.compile(
    rf"<({'|'.join(INLINE)}|{TAG_NAME}|p|h2|h3|li|ul|ol|blockquote|figcaption)"
    r'(?: [\w-]+="[^"]*")*>\s*</\1>'
)
#: An address that shares so many words in a row with a passage was made from its words.
_RUN = 4


_WORD = re.compile(r"[^\W_]+")


class Passage:
    """A passage to look for. It is found as whole words only: “vol” is not found in “volume”."""

    def __init__(self, text: str):
        self.text = text.strip()
        self._wanted, _origin = _comparable(self.text)
        self._longest_word = max(_WORD.findall(self._wanted), key=len, default="")

    def __bool__(self):
        """Whether the passage holds a letter or a digit, without which it can't be looked for."""
        return any(character.isalnum() for character in self._wanted)

    # --- Plain text -----------------------------------------------------------------------------

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Return the (start, end) of each place of `text` that has the passage."""
        folded, origin = _comparable(text)
        wanted, found, at = self._wanted, [], 0
        while wanted and (at := folded.find(wanted, at)) >= 0:
            end = at + len(wanted)
            if _cuts_word(folded, at) or _cuts_word(folded, end):
                at += 1
                continue
            stop = origin[end - 1] + 1
            # A mark behind the last letter belongs to it: an accent of its own, for example.
            while stop < len(text) and not text[stop].isspace() and not fold(text[stop]):
                stop += 1
            found.append((origin[at], stop))
            at = end
        return found

    def is_in(self, text: str) -> bool:
        # Of very many texts most have not even one word of it, which is seen much faster.
        is_plain = text.isascii() and text.isprintable()
        folded = text.lower() if is_plain else folded_with_origin(text)[0]
        return self._longest_word in folded and bool(self.spans(text))

    def replace(self, text: str, replacement: str) -> tuple[str, int]:
        """Return `text` with `replacement` in place of the passage, and the number of places."""
        spans = self.spans(text)
        return _with_edits(text, [(*span, replacement) for span in spans]), len(spans)

    # --- HTML and addresses ---------------------------------------------------------------------

    def replace_in_html(self, html: str, replacement: str) -> tuple[str, int]:
        """Do the same as `replace` in the text of a cleaned body, in alternative texts and links.

        A place may begin in one element and end in another. A link whose address has the passage
        loses the address; elements that are left without content are removed. A footnote inside of
        the passage goes with it.
        """
        count = 0
        # A passage may go on behind a figure, with or without its caption in the middle; and who
        # copied it from the page has the numbers of footnotes in it, or has left them out.
        for reads_numbers in (False, True) if f"<{TAG_NAME}>" in html else (False,):
            for skips_figures in (False, True):
                reading = _Reading(html, skips_figures, reads_numbers)
                html, found = self._replace_in_elements(html, replacement, reading)
                count += found
        in_elements = count

        def without_passage(tag):
            nonlocal count
            alt = _ALT.search(tag[0])
            words, found = self.replace(unescape(alt[1]) if alt else "", replacement)
            count += found
            kept = _ALT.sub(lambda _: f' alt="{escape(words)}"', tag[0]) if found else tag[0]
            href = _HREF.search(kept)
            if href and self.is_in_address(unescape(href[1])):
                count += 1
                kept = _HREF.sub("", kept)
            return kept

        html = TAG.sub(without_passage, html)
        while in_elements and (smaller := _EMPTIED.sub("", html)) != html:
            html = smaller
        return html, count

    def _replace_in_elements(self, html, replacement, reading):
        edits, spans = [], self.spans("".join(reading.text))
        for start, stop in spans:
            # A tag between two letters has no place of its own, so no edit removes it.
            letters = sorted({p for p in reading.places[start:stop] if p[0] < p[1]})
            new = [escape(replacement, quote=False)] + [""] * len(letters)
            edits += [(*place, words) for place, words in zip(letters, new, strict=False)]
        gone = [
            place for at, place in reading.notes if any(start < at < stop for start, stop in spans)
        ]
        edits = [edit for edit in edits if not any(s <= edit[0] < e for s, e in gone)]
        return _with_edits(html, sorted([*edits, *((*place, "") for place in gone)])), len(spans)

    def is_in_address(self, address: str) -> bool:
        """Say whether `address`, a path or a URL, has the words of the passage, or many of them."""
        theirs = _slugs(unquote(address))
        return any(_share_words(own, other) for own in _slugs(self.text) for other in theirs)


def _comparable(text):
    """Return `text` for comparison, and for each of its characters the position in `text`."""
    folded, origin = folded_with_origin(text)
    folded = folded.translate(_SAME)
    kept = [
        place
        for place, character in enumerate(folded)
        if character != " "
        or (folded[place - 1 : place].isalnum() and folded[place + 1 : place + 2].isalnum())
    ]
    return "".join(folded[place] for place in kept), [origin[place] for place in kept]


def _cuts_word(text, place):
    """Say whether a word of `text` goes on across `place`."""
    return 0 < place < len(text) and text[place - 1].isalnum() and text[place].isalnum()


class _Reading:
    """The text of some clean HTML, as somebody may read and copy it.

    A tag that separates words is a line end, whose place is empty. With `skips_figures` the text of
    figures, their captions, is left out. Footnotes come after the text; with `reads_numbers` each
    has its number in its place.
    """

    def __init__(self, html, skips_figures=False, reads_numbers=False):
        #: The characters, and the (start, end) of each of them in the HTML.
        self.text, self.places = [], []
        #: For each footnote, the place in the text that it is about, and its (start, end).
        self.notes = []
        notes, number, end, figures = [], 0, 0, 0
        for tag in TAG.finditer(html):
            if not (skips_figures and figures):
                self._read(html, end, tag.start())
            end, name = tag.end(), tag[0].strip("</>")
            if name == TAG_NAME and not tag[0].startswith("</"):
                opened = len(self.text), tag.start()
                number += 1
                self._add(str(number) if reads_numbers else "", tag.start())
                resumed = len(self.text)
            elif name == TAG_NAME:
                notes += zip(self.text[resumed:], self.places[resumed:], strict=True)
                notes.append(("\n", (tag.start(), tag.start())))
                del self.text[resumed:], self.places[resumed:]
                if not (skips_figures and figures):
                    self.notes.append((opened[0], (opened[1], end)))
            elif not _INLINE.match(tag[0]):
                self._add("\n", tag.start())
            figures += {"<figure>": 1, "</figure>": -1}.get(tag[0], 0)
        self._read(html, end, len(html))
        self._add("\n", len(html))
        self.text += [character for character, _place in notes]
        self.places += [place for _character, place in notes]

    def _read(self, html, start, stop):
        for found in _CHARACTER.finditer(html, start, stop):
            for character in unescape(found[0]):
                self.text.append(character)
                self.places.append(found.span())

    def _add(self, characters, place):
        """Add characters that no part of the HTML stands for."""
        self.text += characters
        self.places += [(place, place)] * len(characters)


def _with_edits(text, edits):
    """Return `text` with each edit (start, end, new text) done; the edits are in order."""
    out, end = [], 0
    for start, stop, new in edits:
        out += [text[end:start], new]
        end = stop
    return "".join([*out, text[end:]])


def _slugs(text):
    """Return the words of `text` as addresses write them.

    Older addresses have elisions joined (`loeuvre`), and leave out letters such as œ.
    """
    apart = django_slugify(re.sub(r"[^\w]+", " ", text))
    joined = django_slugify(re.sub(r"[^\w'’ʼ.-]+", " ", text))
    slugs = (slugify(text), apart, joined)
    return {tuple(re.split("[-_]+", slug)) for slug in slugs if slug}


def _share_words(passage, address):
    """Say whether `address` has all words of `passage` in a row, or `_RUN` of them."""
    size = min(len(passage), _RUN)
    runs = {passage[at : at + size] for at in range(len(passage) - size + 1)}
    return any(address[at : at + size] in runs for at in range(len(address) - size + 1))
