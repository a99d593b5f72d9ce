"""French spaces and apostrophes, added when text is shown; the stored text stays as it was typed.

A narrow no-break space (U+202F) goes before ; ! ? and a no-break space (U+00A0) before : and inside
« » (Lexique des règles typographiques en usage à l'Imprimerie nationale). So no line begins with
such a sign or ends with an opening «. Addresses, times (18:30), tags and code are left alone.
"""

import html
import re

from .markup import TAG

NARROW = "\u202f"
NO_BREAK = "\xa0"

_TAGS = re.compile(f"({TAG.pattern})")
_CODE = re.compile(r"<(/?)(?:code|pre|kbd|samp|script|style)\b")
# Addresses of pages and people.
_ADDRESS = re.compile(
    r"((?:https?://|www\.|mailto:)\S+"
    r"|[^\s@]{1,64}@[^\s@]+"
    r"|(?<![\w.-])[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/\S*)",
    re.IGNORECASE,
)

# The spaces that an editor may have typed beside such a sign; never a line end.
_SPACE = r"[ \t\xa0\u2009\u202f]"
# A match begins only at the first space of a run, so that the time stays linear in its length.
_SPACES = rf"(?<!{_SPACE}){_SPACE}+"
# If no space was typed, one is added only between a word and a sign that ends the word.
_AFTER_WORD = r"(?<=[\w»”’)\]%€…])"
_BEFORE_GAP = r"(?=[\s»”)\]…]|$)"
_HIGH = re.compile(rf"(?:{_SPACES}|{_AFTER_WORD})([;!?][!?]*){_BEFORE_GAP}")
# No space is added after a digit, since a tag may follow in the middle of a time: 18:<b>30</b>.
_COLON = re.compile(rf"(?:{_SPACES}|{_AFTER_WORD}(?<!\d)):{_BEFORE_GAP}")
_OPENING = re.compile(rf"«{_SPACE}*")
_CLOSING = re.compile(rf"(?:{_SPACES})?»")
_UNIT = re.compile(rf"(?<=\d){_SPACE}(?=[%€°])")
# Digits in groups of three: 12 000 stays on one line.
_GROUP = re.compile(rf"(?<=\d){_SPACE}(?=\d{{3}}(?!\d))")
_APOSTROPHE = re.compile(r"(?<=[^\W\d_])'(?=[^\W\d_])")


def typeset(text: str, language: str) -> str:
    """Return plain `text` with typographic apostrophes and, in French, with French spaces."""
    parts = _ADDRESS.split(text)
    parts[::2] = [_words(part, language) for part in parts[::2]]
    return "".join(parts)


def typeset_html(body: str, language: str) -> str:
    """Return clean HTML with its text typeset; tags, attributes and code stay as they are."""
    parts, code = _TAGS.split(body), 0
    for place, part in enumerate(parts):
        if place % 2:
            if found := _CODE.match(part):
                code += -1 if found[1] else 1
        elif part and code <= 0:
            # Entities end in a semicolon, so they are decoded before and encoded again after.
            text = typeset(html.unescape(part), language)
            parts[place] = html.escape(text, quote=False)
    return "".join(parts)


def _words(text, language):
    text = _APOSTROPHE.sub("’", text)
    if not language.startswith("fr"):
        return text
    text = _OPENING.sub("«" + NO_BREAK, text)
    text = _CLOSING.sub(NO_BREAK + "»", text)
    text = _HIGH.sub(NARROW + r"\1", text)
    text = _COLON.sub(NO_BREAK + ":", text)
    text = _GROUP.sub(NARROW, text)
    return _UNIT.sub(NO_BREAK, text)
