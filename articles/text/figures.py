"""The removal of one picture from a cleaned body: its figure, its caption, links to its file."""

import re

from . import content_model
from .cleaner import without_empty_figures
from .markup import STORED_IMAGE, TAG

_HREF = re.compile(r' href="([^"]*)"')


def without_picture(html: str, number: int, file_names: list[str]) -> str:
    """Return the cleaned body `html` without the picture `number` and without links to its files.

    `file_names` are the random parts of the names, which renditions have too.
    """

    def is_of_picture(address):
        return any(name in address for name in file_names)

    def without_link(tag):
        return _HREF.sub(lambda href: "" if is_of_picture(href[1]) else href[0], tag[0])

    html = TAG.sub(without_link, html)
    kept = STORED_IMAGE.sub(lambda img: "" if int(img["pk"]) == number else img[0], html)
    return html if kept == html else content_model.valid(without_empty_figures(kept))
