"""The attachments in a cleaned body: links to stored files, and the quotations that show them.

In a body, an attachment is a quotation of the class “file” with a link to it, whose words are its
title. So it is typed, compared and taken down as all words are. Readers see a player, or a link
that says what they will get (`articles.attachments.display`).
"""

import re
from collections.abc import Callable

#: The folder of the stored files.
FOLDER = "files"
#: The name of a stored file, as `models.attachment.random_name` makes them.
NAME = rf"{FOLDER}/[\w-]{{24}}\.[a-z0-9]{{3}}"

_LINK_TO_FILE = re.compile(rf' href="[^"]*/({NAME})"')
_QUOTATION = re.compile(
    r'<blockquote class="file">((?:(?!</?blockquote\b).)*)</blockquote>', re.DOTALL
)
_LINK = re.compile(rf'<a href="[^"]*/(?P<name>{NAME})">(?P<words>(?:(?!</a>).)*)</a>', re.DOTALL)
_ANY_LINK = re.compile(r"</?a\b[^>]*>")
_EMPTY = re.compile(r"<p>(?:\s|<br>)*</p>")


def file_names(html: str) -> set[str]:
    """Return the names of the stored files to which a cleaned body links, in whatever place."""
    return set(_LINK_TO_FILE.findall(html))


def shown_names(html: str) -> list[str]:
    """Return the names of the stored files that a cleaned body shows as attachments, in order."""
    links = (_LINK.search(found[1]) for found in _QUOTATION.finditer(html))
    return list(dict.fromkeys(link["name"] for link in links if link))


def replace(html: str, shown: Callable[[str, str, str], str | None]) -> str:
    """Return clean `html` with `shown(name, title, rest)` in the place of each attachment.

    `title` and `rest`, which is the HTML beside the title, are clean. Where `shown` returns None,
    and where a quotation links to no stored file, its words stay, without a link to nowhere.
    """

    def quotation(found):
        inner = found[1]
        link = _LINK.search(inner)
        if link:
            rest = _EMPTY.sub("", inner[: link.start()] + inner[link.end() :])
            html = shown(link["name"], link["words"], rest)
            if html is not None:
                return html
        return _ANY_LINK.sub("", inner)

    return _QUOTATION.sub(quotation, html)


def without_file(html: str, name: str) -> str:
    """Return clean `html` without the attachment `name` and without links to it."""

    def quotation(found):
        return "" if name in file_names(found[0]) else found[0]

    html = _QUOTATION.sub(quotation, html)
    return re.sub(rf' href="[^"]*/{re.escape(name)}"', "", html)
