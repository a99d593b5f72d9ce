"""The dateline of an article, run into the first paragraph of its body as in print."""

import re

from django.utils.html import format_html
from django.utils.safestring import mark_safe

from .markup import TAG

_VOID = ("<br", "<hr", "<img", "<source")
# The beginning of a paragraph, or of an element in a line that stands in none.
_LINE = re.compile(r"<(p|a|em|strong|sub|sup)\b")
_TAG_OR_END = re.compile(rf"{TAG.pattern}|\Z")


def with_dateline(body: str, dateline: str) -> str:
    """Return the clean HTML `body` with `dateline`, plain text, in its first paragraph with words.

    A paragraph of a quotation, a list or a table is none; text that stands in no element is one.
    Without a paragraph, the dateline stands above the body, on a line of its own.
    """
    if not dateline.strip():
        return body
    place = _first_words(body)
    if place is None:
        return format_html('<p class="dateline">{}</p>{}', dateline, mark_safe(body))  # noqa: S308
    shown = format_html('<span class="dateline">{} —</span> ', dateline)
    return mark_safe(body[:place] + shown + body[place:])  # noqa: S308


def _first_words(body):
    """Return the place before the words of the first paragraph that has words, or None."""
    depth = end = 0
    for tag in _TAG_OR_END.finditer(body):
        between = body[end : tag.start()]
        if not depth and _has_words(between):
            return tag.start() - len(between.lstrip())
        end = tag.end()
        if tag[0].startswith("</"):
            depth -= 1
        elif tag[0] and not tag[0].startswith(_VOID):
            line = None if depth else _LINE.match(tag[0])
            if line and _has_words(body[end : body.find(f"</{line[1]}>", end)]):
                return end if line[1] == "p" else tag.start()
            depth += 1
    return None


def _has_words(html):
    return bool(TAG.sub("", html).replace("&nbsp;", " ").strip())
