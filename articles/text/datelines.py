"""The dateline of an article, run into the first paragraph of its body as in print."""

from django.utils.html import format_html
from django.utils.safestring import mark_safe

from .markup import TAG

_VOID = ("<br", "<hr", "<img", "<source")


def with_dateline(body: str, dateline: str) -> str:
    """Return the clean HTML `body` with `dateline`, plain text, in its first paragraph with words.

    A paragraph of a quotation, a list or a table is none. Without a paragraph, the dateline stands
    above the body, on a line of its own.
    """
    if not dateline.strip():
        return body
    place = _first_words(body)
    if place is None:
        return format_html('<p class="dateline">{}</p>{}', dateline, mark_safe(body))  # noqa: S308
    shown = format_html('<span class="dateline">{} —</span> ', dateline)
    return mark_safe(body[:place] + shown + body[place:])  # noqa: S308


def _first_words(body):
    """Return the place after the tag of the first paragraph that has words, or None."""
    depth = 0
    for tag in TAG.finditer(body):
        if tag[0].startswith("</"):
            depth -= 1
        elif not tag[0].startswith(_VOID):
            if not depth and tag[0] == "<p>":
                paragraph = body[tag.end() : body.find("</p>", tag.end())]
                if TAG.sub("", paragraph).replace("&nbsp;", " ").strip():
                    return tag.end()
            depth += 1
    return None
