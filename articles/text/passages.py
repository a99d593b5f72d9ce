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

from .markup import TAG
from .slugs import slugify

_SAME = str.maketrans("’‘ʼ`´′‹›“”„«»″‐‑‒–—―−", "'" * 8 + '"' * 6 + "-" * 7)
#: Elements inside a line of text; all other tags separate words.
_INLINE = re.compile(r"</?(?:strong|em|sub|sup|a)\b")
_CHARACTER = re.compile(r"&(?:#[0-9]+|#[xX][0-9a-fA-F]+|[a-zA-Z][a-zA-Z0-9]*);|.", re.DOTALL)
_ALT = re.compile(r' alt="([^"]*)"')
_HREF = re.compile(r' href="([^"]*)"')
_EMPTIED = re.compile(
    r"<(strong|em|sub|sup|a|p|h2|h3|li|ul|ol|blockquote|figcaption)"
    r'(?: [\w-]+="[^"]*")*>\s*</\1>'
)
#: An address that shares so many words in a row with a passage was made from its words.
_RUN = 4


class Passage:
    """A passage to look for. It is found as whole words only: “vol” is not found in “volume”."""

    def __init__(self, text: str):
        self.text = text.strip()
        self._wanted, _origin = _comparable(self.text)

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
        return bool(self.spans(text))

    def replace(self, text: str, replacement: str) -> tuple[str, int]:
        """Return `text` with `replacement` in place of the passage, and the number of places."""
        spans = self.spans(text)
        return _with_edits(text, [(*span, replacement) for span in spans]), len(spans)

    # --- HTML and addresses ---------------------------------------------------------------------

    def replace_in_html(self, html: str, replacement: str) -> tuple[str, int]:
        """Do the same as `replace` in the text of a cleaned body, in alternative texts and links.

        A place may begin in one element and end in another. A link whose address has the passage
        loses the address; elements that are left without content are removed.
        """
        count = 0
        # A passage may go on behind a figure, with or without its caption in the middle.
        for skips_figures in (False, True):
            html, found = self._replace_in_elements(html, replacement, skips_figures)
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

    def _replace_in_elements(self, html, replacement, skips_figures):
        text, places = _letters(html, skips_figures)
        edits, spans = [], self.spans(text)
        for start, stop in spans:
            # A tag between two letters has no place of its own, so no edit removes it.
            letters = sorted({place for place in places[start:stop] if place[0] < place[1]})
            new = [escape(replacement, quote=False)] + [""] * len(letters)
            edits += [(*place, words) for place, words in zip(letters, new, strict=False)]
        return _with_edits(html, edits), len(spans)

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


def _letters(html, skips_figures=False):
    """Return the text of `html`, and the place in `html` of each of its characters.

    A tag that separates words is a line end, whose place is empty. With `skips_figures` the text of
    figures, their captions, is left out.
    """
    text, places, end, figures = [], [], 0, 0

    def read(start, stop):
        for found in _CHARACTER.finditer(html, start, stop):
            for character in unescape(found[0]):
                text.append(character)
                places.append(found.span())

    for tag in TAG.finditer(html):
        if not (skips_figures and figures):
            read(end, tag.start())
        if not _INLINE.match(tag[0]):
            text.append("\n")
            places.append((tag.start(), tag.start()))
        figures += {"<figure>": 1, "</figure>": -1}.get(tag[0], 0)
        end = tag.end()
    read(end, len(html))
    return "".join(text), places


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
