"""The bounds of a body, checked before the cleaner parses it.

A parser of HTML takes a time that grows with the square of some inputs: 100,000 nested elements
take two minutes, 400,000 ampersands 15 seconds. So `refuse_beyond_bounds` reads the tags once, in a
time proportional to the length, and refuses a body that would be slow. It counts as the standard
does (html.spec.whatwg.org, section 13.2), or more: some elements that a parser closes count as
open.
"""

import re

from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from .open_elements import OpenElements

#: A long article with tables has some 200,000 characters and 10,000 tags.
MAX_CHARACTERS = 1_000_000
MAX_TAGS = 100_000
#: The most attributes of one element.
MAX_ATTRIBUTES = 20_000
#: Entities such as `&nbsp;`, and each other `&`.
MAX_ENTITIES = 50_000
#: Signs such as the no-break space, which become entities, and « or ». For each of them the cleaner
#: reads all the text after it: 400,000 take 20 seconds, and so many less than one.
MAX_SIGNS = 20_000
MAX_PICTURES = 500
#: The most places for cells in one table: its rows by its columns.
MAX_CELLS = 200_000
#: The most elements inside one another.
MAX_DEPTH = 200
#: The most elements in tables but not in their cells; a parser moves them before the table.
MAX_MISPLACED = 1000
#: The greatest sum of the depths of all tags: a parser repeats open elements such as `<b>` in each
#: paragraph after them.
MAX_WORK = 500_000

WORDS = {
    "too_long": _("The text has more than %(limit)s characters of HTML. Please split it."),
    "too_many_tags": _("The text has more than %(limit)s tags of HTML. Please split it."),
    "too_many_attributes": _("An element of the text has more than %(limit)s attributes."),
    "too_many_entities": _("The text has more than %(limit)s entities of HTML, such as “&nbsp;”."),
    "too_many_pictures": _("The text has more than %(limit)s pictures. Please split it."),
    "too_many_cells": _(
        "A table of the text has room for more than %(limit)s cells. Please split it."
    ),
    "misplaced_in_table": _(
        "The tables of the text have more than %(limit)s elements that are not in a cell."
    ),
    "too_deep": _(
        "The text is nested too deeply: at most %(limit)s elements may be inside one another, and "
        "each must be closed."
    ),
}

_SPACE = r"[\t\n\f\r ]"
_ATTRIBUTE = (
    rf"""[^\t\n\f\r />][^\t\n\f\r />=]*+"""
    rf"""(?:{_SPACE}*+={_SPACE}*+(?:"[^"]*+"|'[^']*+'|(?=>)|[^\t\n\f\r "'>][^\t\n\f\r >]*+))?+"""
)
#: A start tag or an end tag, from the `<`; without its last group, the text ends inside the tag.
_TAG = re.compile(rf"<(/?)([a-zA-Z][^\t\n\f\r />]*+)((?:[\t\n\f\r /]++|{_ATTRIBUTE})*+)(>)?")
_ATTRIBUTES = re.compile(_ATTRIBUTE)
#: A comment, and the other constructs that are parsed as one; without its last group, the text ends
#: inside it.
_COMMENT = re.compile(r"<!--(?:(-?>)|[\s\S]*?(?:(--!?>)|\Z))|<[!?/][^>]*+(>)?")
_PICTURE = re.compile(r"<ima?ge?\b", re.IGNORECASE)
#: The characters that have the first byte of a no-break space in UTF-8.
_SIGN = re.compile("[\x80-\xbf]")
_START = re.compile("<[a-zA-Z]")
_SEPARATOR = re.compile(r"[\t\n\f\r /\"']")

#: Elements whose content has other rules. If it has tags, all of them count as never closed.
_OPAQUE = {
    *("applet", "button", "iframe", "marquee", "math", "noembed", "noframes", "noscript"),
    *("object", "plaintext", "script", "select", "style", "svg", "template", "textarea", "title"),
    "xmp",
}


def refuse_beyond_bounds(html: str):
    """Raise ValidationError, with a key of WORDS as its code, if `html` is beyond a bound."""
    _bound("too_long", len(html), MAX_CHARACTERS)
    _bound("too_many_tags", html.count("<"), MAX_TAGS)
    _bound("too_many_entities", html.count("&"), MAX_ENTITIES)
    _bound("too_many_entities", _count(_SIGN, html), MAX_SIGNS)
    _bound("too_many_pictures", _count(_PICTURE, html), MAX_PICTURES)
    open_ones, lost, work, misplaced = OpenElements(), 0, 0, 0
    for tag, opaque in _tags(html):
        closes, name = tag[1], tag[2].lower()
        if closes:
            open_ones.close(name)
            continue
        misplaced += open_ones.is_misplaced(name)
        attributes = _count(_ATTRIBUTES, tag[3])
        if name in _OPAQUE:
            attributes = max(attributes, _count(_SEPARATOR, opaque))
            lost += ("<" in opaque) + _count(_START, opaque)
        else:
            open_ones.open(name)
        depth = len(open_ones.stack) + lost
        work += depth
        _bound("too_many_attributes", attributes, MAX_ATTRIBUTES)
        _bound("misplaced_in_table", misplaced, MAX_MISPLACED)
        _bound("too_deep", depth, MAX_DEPTH)
        if work > MAX_WORK:
            _bound("too_deep", work, MAX_WORK, shown=MAX_DEPTH)


def refuse_too_long(characters: int):
    """Raise ValidationError if a body of so many `characters`, not yet whole, is too long."""
    _bound("too_long", characters, MAX_CHARACTERS)


def refuse_too_many_cells(cells: int):
    _bound("too_many_cells", cells, MAX_CELLS)


def _count(pattern, text):
    return sum(1 for _each in pattern.finditer(text))


def _bound(code, number, limit, *, shown=None):
    if number > limit:
        params = {"limit": number_format(shown or limit, use_l10n=True, force_grouping=True)}
        raise ValidationError(WORDS[code], code=code, params=params)


def _tags(html):
    """Yield each tag as a match, with its content if it is one of _OPAQUE, else an empty string."""
    place = html.find("<")
    while place >= 0:
        tag = _TAG.match(html, place)
        found = tag or _COMMENT.match(html, place)
        if found and not found[found.lastindex or 0].endswith(">"):
            return
        end = found.end() if found else place + 1
        if tag:
            opaque = not tag[1] and tag[2].lower() in _OPAQUE
            content = _content(html, end, tag[2]) if opaque else ""
            end += len(content)
            yield tag, content
        place = html.find("<", end)


def _content(html, start, name):
    """Return the content of the element `name` from `start`, or all the rest if it has no end."""
    depth = 1
    for found in re.compile(rf"(?i)<(/?){name}(?=[\t\n\f\r />])").finditer(html, start):
        depth += -1 if found[1] else 1
        if not depth:
            return html[start : found.start()]
    return html[start:]
