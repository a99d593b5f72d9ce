"""The words, the pictures and the links in clean HTML.

The cleaner (`cleaner.clean`) writes HTML in one regular form, so regular expressions can read it.
"""

import re
from collections.abc import Iterator
from html import escape, unescape
from urllib.parse import urljoin

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
_WORD = re.compile(r"\w(?:[\w’'.,-]*\w)?")
_LINK = re.compile(r' (href|src)="([^"]*)"')
_BLOCK_END = re.compile(r"</(?:p|h2|h3|li|blockquote|figcaption|td|th)>|<[bh]r>")


def picture_numbers(html: str) -> set[int]:
    """Return the numbers of the library's pictures in a cleaned body."""
    return {int(match["pk"]) for match in STORED_IMAGE.finditer(html)}


def plain_text(html: str) -> str:
    """Return the text of a cleaned body, one block to a line, for search and for summaries."""
    return unescape(TAG.sub("", _BLOCK_END.sub("\n", html)))


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
    """Return the number of words in clean `html`."""
    return len(_WORD.findall(plain_text(html)))
