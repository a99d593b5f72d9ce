"""The words, the pictures and the links in clean HTML.

The cleaner (`cleaner.clean`) writes HTML in one regular form, so regular expressions can read it.
"""

import re
from collections.abc import Iterator
from html import escape, unescape
from urllib.parse import urljoin

from common.invisible import LINE_END, without_invisible
from common.scripts import WITHOUT_SPACES

from .footnotes import apart

#: Any tag: the cleaner writes attributes in double quotes, and escapes double quotes inside them.
TAG = re.compile(r'<(?:[^<>"]|"[^"]*")*>')
#: A picture as `clean` leaves it.
STORED_IMAGE = re.compile(
    r'<img src="[^"]*" alt="(?P<alt>[^"]*)" width="\d+" height="\d+" data-file="(?P<pk>\d+)"'
    r' loading="lazy">'
)
#: An address of a page or of a person, perhaps with signs of the sentence around it.
_ADDRESS = re.compile(
    r"(?:https?://|www\.|mailto:)[^\s«»\ufffc]+"
    r"|[^\s@«»\ufffc]{1,64}@[^\s@«»\ufffc]+"
    r"|(?<![\w.-])[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/[^\s«»\ufffc]*",
    re.IGNORECASE,
)
# Each address has one of these. They are looked for first, since few texts have any.
_IN_ADDRESS = re.compile(r"[@/]|www\.|mailto:", re.IGNORECASE)
#: Signs that may stand around an address, and do not belong to it.
_AROUND = "\"'«»“”„‘’()[]{}<>.,;:!?…"
_UNSPACED = re.compile(f"[{WITHOUT_SPACES}]")
#: The characters of a word, on average, in a script without spaces, such as Chinese.
_WORD_LENGTH = 2
_WORD = re.compile(r"\w(?:[\w’'.,-]*\w)?")
_LINK = re.compile(r' (href|src)="([^"]*)"')
_ALT = re.compile(r'(?<= alt=")[^"]*')
#: The elements of a body that mark words inside a line of text.
INLINE = frozenset({"a", "em", "s", "strong", "sub", "sup"})
#: The tags beside which a line separator is inside of a line of text.
_INLINE = re.compile(rf"</?(?:{'|'.join(INLINE)}|foot-note)\b")
# A line separator as it comes to the cleaner; an HTML parser drops the others, or reads them as
# spaces.
SEPARATOR = "\u2028"
_BLOCK_END = re.compile(r"</(?:p|h2|h3|li|blockquote|figcaption|td|th)>|<[bh]r>")


def picture_numbers(html: str) -> set[int]:
    """Return the numbers of the library's pictures in a cleaned body."""
    return {int(match["pk"]) for match in STORED_IMAGE.finditer(html)}


def plain_text(html: str) -> str:
    """Return the text of a cleaned body, one block to a line, for search and for summaries.

    Footnotes come after the text, one to a line: so the words around each stay together.
    """
    body, notes = apart(html)
    return _text("".join([body, *(f"{note}<br>" for note in notes)]))


def _text(html):
    return unescape(TAG.sub("", _BLOCK_END.sub("\n", html)))


def with_separators(html: str) -> str:
    """Return `html` with one sign, SEPARATOR, for the line ends of Unicode that HTML has not."""
    return LINE_END.sub(lambda end: "\n" if end[0][0] == "\r" else SEPARATOR, html)


def with_visible_words(html: str) -> str:
    """Return clean `html` without invisible characters in its words, and `<br>` for separators.

    Between two blocks a separator is removed. No tag can come out of it: in clean HTML each `<` and
    `&` of a text is escaped.
    """
    parts = re.split(f"({TAG.pattern})", html)
    for place, part in enumerate(parts):
        if place % 2:
            part = part.replace(SEPARATOR, " ")
            parts[place] = _ALT.sub(lambda alt: without_invisible(alt[0]), part)
        elif part:
            before, after = parts[place - 1] if place else "", "".join(parts[place + 1 : place + 2])
            parts[place] = _with_breaks(without_invisible(part), before, after)
    return "".join(parts)


def _with_breaks(words, before, after):
    """Return a text between the tags `before` and `after` with `<br>` for SEPARATOR."""
    if SEPARATOR not in words:
        return words
    if not words.strip():
        return "".join(words.split(SEPARATOR))
    if not _INLINE.match(before):
        words = words.lstrip()
    if not _INLINE.match(after):
        words = words.rstrip()
    return re.sub(rf"\s*{SEPARATOR}\s*", "<br>", words)


def addresses(text: str) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of each address of a page or of a person in plain `text`."""
    if not _IN_ADDRESS.search(text):
        return
    for match in _ADDRESS.finditer(text):
        start = match.end() - len(match[0].lstrip(_AROUND))
        end = match.start() + len(match[0].rstrip(_AROUND))
        if start < end:
            yield start, end


def absolute(html: str, base: str) -> str:
    """Return clean `html` with addresses made absolute against `base`, the address of its page."""

    def link(match):
        try:
            return f' {match[1]}="{escape(urljoin(base, unescape(match[2])))}"'
        except ValueError:
            return match[0]

    return TAG.sub(lambda tag: _LINK.sub(link, tag[0]), html)


def count_words(html: str) -> int:
    """Return the number of words in clean `html`; in scripts without spaces, an estimate.

    Footnotes are no part of it: few readers read them, and the length of a text is that of its
    column.
    """
    spaced, unspaced = _UNSPACED.subn(" ", _text(apart(html)[0]))
    return len(_WORD.findall(spaced)) + -(-unspaced // _WORD_LENGTH)


def count_characters(html: str) -> int:
    """Return the number of characters in clean `html` without its footnotes, with all spaces."""
    return len(_text(apart(html)[0]).replace("\n", ""))
