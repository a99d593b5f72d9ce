"""French spaces and apostrophes, put in where text is shown; what is stored stays as it was typed.

Before ; ! ? stands a narrow no-break space (U+202F), before : and inside « » a no-break space
(U+00A0): Lexique des règles typographiques en usage à l'Imprimerie nationale. So no line begins
with a sign or ends with an opening one. Addresses, times (18:30), tags and code are left alone.
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

# The spaces that an editor may have typed there; never a line end.
_SPACE = r"[ \t\xa0\u2009\u202f]"
# Found from their first one only, so that a long run of them takes no longer than its length.
_SPACES = rf"(?<!{_SPACE}){_SPACE}+"
# Where none was typed, one is put in only between a word and the end of that word.
_AFTER_WORD = r"(?<=[\w»”’)\]%€…])"
_BEFORE_GAP = r"(?=[\s»”)\]…]|$)"
_HIGH = re.compile(rf"(?:{_SPACES}|{_AFTER_WORD})([;!?][!?]*){_BEFORE_GAP}")
# Not between figures, whatever tags stand among them: 18:<b>30</b>.
_COLON = re.compile(rf"(?:{_SPACES}|{_AFTER_WORD}(?<!\d)):{_BEFORE_GAP}")
_OPENING = re.compile(rf"«{_SPACE}*")
_CLOSING = re.compile(rf"(?:{_SPACES})?»")
_UNIT = re.compile(rf"(?<=\d){_SPACE}(?=[%€°])")
# Figures in groups of three: 12 000 stays on one line.
_GROUP = re.compile(rf"(?<=\d){_SPACE}(?=\d{{3}}(?!\d))")
_APOSTROPHE = re.compile(r"(?<=[^\W\d_])'(?=[^\W\d_])")


def typeset(text: str, language: str) -> str:
    """Return plain `text` with the spaces of its language; what is not French keeps its own."""
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
            # Entities end in a semicolon, so they are read before and written after.
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
