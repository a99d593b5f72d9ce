"""The facts that a page of the web says of itself in its head: title, site, description, picture.

The names are those of ogp.me, which nearly all sites write, and of the `twitter:` cards.
"""

import codecs
import re
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from common.invisible import visible_line

#: The most characters of a title and of a site's name, and of a description.
MOST_TITLE, MOST_SOURCE, MOST_DESCRIPTION = 200, 80, 300
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: Where a page says its character set itself (html.spec.whatwg.org: in its first 1,024 bytes).
_META_CHARSET = re.compile(rb"""<meta[^>]{1,200}?charset\s*=\s*["']?\s*([\w.:-]{1,40})""", re.I)
_BODY = re.compile("<body[\\s>]", re.I)


@dataclass(frozen=True)
class Facts:
    """The words of a card, in plain text, and the address of its picture; "" for what is unsaid."""

    title: str
    source: str
    description: str
    picture: str


def facts_of(address: str, body: bytes, charset: str) -> Facts:
    """Return the facts of the HTML page `body` at `address`; the server said its `charset`."""
    text = _decoded(body, charset)
    if found := _BODY.search(text):
        text = text[: found.start()]
    head = _Head()
    head.feed(text)
    said = head.said
    title = said.get("og:title") or said.get("twitter:title") or head.title
    source = said.get("og:site_name") or urlsplit(address).hostname.removeprefix("www.")
    picture = said.get("og:image:secure_url") or said.get("og:image") or said.get("twitter:image")
    return Facts(
        _line(title, MOST_TITLE),
        _line(source, MOST_SOURCE),
        _line(said.get("og:description") or said.get("description", ""), MOST_DESCRIPTION),
        _absolute(address, picture or ""),
    )


class _Head(HTMLParser):
    def __init__(self):
        super().__init__()
        self.said, self.title, self.is_in_title = {}, "", False

    def handle_starttag(self, tag, attrs):
        # The first title counts: those of drawings come later.
        self.is_in_title = tag == "title" and not self.title
        if tag == "meta":
            attributes = {name: value or "" for name, value in attrs}
            name = (attributes.get("property") or attributes.get("name", "")).lower()
            if value := attributes.get("content", "").strip():
                self.said.setdefault(name, value)

    def handle_endtag(self, tag):
        self.is_in_title = False

    def handle_data(self, data):
        if self.is_in_title:
            self.title += data


def _decoded(body, charset):
    for bom, name in _BOMS:
        if body.startswith(bom):
            return body.decode(name, "replace")
    said = _META_CHARSET.search(body[:1024])
    for name in (charset, said[1].decode("ascii") if said else ""):
        try:
            # Browsers read “latin-1” and “ascii” as this wider set (encoding.spec.whatwg.org).
            wide = codecs.lookup(name).name in ("iso8859-1", "ascii")
            return body.decode("cp1252" if wide else name, "replace")
        except (LookupError, ValueError):
            # Unknown, no character set at all (`zip`), or not said.
            continue
    return body.decode("utf-8", "replace")


def _line(text, most):
    line = visible_line(text)
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def _absolute(address, picture):
    try:
        return urljoin(address, picture) if picture else ""
    except ValueError:
        return ""
