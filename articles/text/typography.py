"""Typography, added when text is shown; the stored text stays as it was typed.

A text is set by the rules of its own language: its quotation marks (`quotes`), its spaces that do
not break (`no_break`). In French, a narrow no-break space (U+202F) goes before ; ! ? and a no-break
space (U+00A0) before : and inside « » (Lexique des règles typographiques en usage à l'Imprimerie
nationale). So no line begins with such a sign or ends with an opening «. Addresses, times (18:30),
tags and code are left alone, and so is a text in a language whose rules are not known here.
"""

import html
import re
from functools import lru_cache

from . import footnotes
from .markup import TAG, addresses
from .no_break import NARROW, NO_BREAK, SPACE, keep_together
from .quotes import BLOCK_END, OBJECT, QUOTES, with_signs

_TAGS = re.compile(f"({TAG.pattern})")
_CODE = re.compile(r"<(/?)(?:code|pre|kbd|samp|script|style|textarea)\b")
_IN_LINE = re.compile(
    r"</?(?:a|abbr|b|bdi|bdo|cite|del|dfn|em|foot-note|i|ins|mark|q|s|small|span|strong|sub|sup|time|u|var)\b"
)
_IMAGE = re.compile(r"<(?:img|picture|source)\b")

# A match begins only at the first space of a run, so that the time stays linear in its length.
_SPACES = rf"(?<!{SPACE}){SPACE}+"
# If no space was typed, one is added only between a word and a sign that ends the word.
_AFTER_WORD = r"(?<=[\w»”’)\]%€…])"
_BEFORE_GAP = r"(?=[\s»”)\]…]|$)"
_HIGH = re.compile(rf"(?:{_SPACES}|{_AFTER_WORD})([;!?][!?]*){_BEFORE_GAP}")
# No space is added after a digit, since a tag may follow in the middle of a time: 18:<b>30</b>.
_COLON = re.compile(rf"(?:{_SPACES}|{_AFTER_WORD}(?<!\d)):{_BEFORE_GAP}")
_OPENING = re.compile(rf"«{SPACE}*")
_CLOSING = re.compile(rf"(?:{_SPACES})?»")


#: The longest body in characters of which the typeset one is kept.
LONGEST_KEPT = 50_000


@lru_cache(maxsize=4096)
def typeset(text: str, language: str) -> str:
    """Return plain `text` with the typography of `language`, a language tag such as `fr-CA`."""
    return "".join(_typeset([text], language))


def typeset_html(body: str, language: str) -> str:
    """Return clean HTML with its text typeset; tags, attributes and code stay as they are.

    Signs are read across the tags in a line: `"<em>Oui</em>"` is a quotation. Each footnote is a
    text of its own.
    """
    typeset_it = _typeset_anew if len(body) > LONGEST_KEPT else _typeset_once
    return typeset_it(body, language)


# A feed has twenty bodies, and an article is asked for again soon.
@lru_cache(maxsize=64)
def _typeset_once(body, language):
    return _typeset_anew(body, language)


def _typeset_anew(body, language):
    body, notes = footnotes.apart(body)
    html, *notes = (_typeset_html(text, language) for text in (body, *notes))
    return footnotes.together(html, notes)


def _typeset_html(body, language):
    parts, code = _TAGS.split(body), 0
    #: For each part, the text in its place, and whether that is to be shown instead of the part.
    texts, are_text = [], []
    for place, part in enumerate(parts):
        is_text = not place % 2
        if not is_text and (found := _CODE.match(part)):
            code += -1 if found[1] else 1
        if is_text and code <= 0:
            # Entities end in a semicolon, so they are decoded before and encoded again after.
            texts.append(html.unescape(part))
        else:
            texts.append(OBJECT if is_text and part else _stand_in(part, code))
        are_text.append(is_text and code <= 0)
    shown = zip(parts, are_text, _typeset(texts, language), strict=True)
    return "".join(
        html.escape(new, quote=False) if is_text else part for part, is_text, new in shown
    )


def _stand_in(tag, code):
    """Return the character that stands for `tag` in the text of a body, if any does."""
    if not tag or code or _CODE.match(tag) or _IN_LINE.match(tag):
        return ""
    return OBJECT if _IMAGE.match(tag) else BLOCK_END


def _typeset(texts, language):
    """Return `texts`, the parts of one text in their order, typeset."""
    language = language.lower()
    if language not in QUOTES:
        language = language.partition("-")[0]
    if language not in QUOTES:
        return texts
    text = "".join(texts)
    signs = with_signs(text, language)
    keep_together(text, signs, language)
    new, start = [], 0
    for part in texts:
        end = start + len(part)
        own = "".join(signs[start:end])
        new.append(
            _with_french_spaces(own, text[max(start - 1, 0) : start]) if language == "fr" else own
        )
        start = end
    return new


def _with_french_spaces(text, before):
    """Return `text` with French spaces beside its signs; `before` is the character before it."""
    # The last letter before a tag: a sign after it ends a word.
    context = before if before.isalpha() else ""
    whole, parts, end = context + text, [], 0
    for start, stop in addresses(whole):
        parts += [_beside_signs(whole[end:start]), whole[start:stop]]
        end = stop
    return "".join([*parts, _beside_signs(whole[end:])])[len(context) :]


def _beside_signs(text):
    text = _OPENING.sub("«" + NO_BREAK, text)
    text = _CLOSING.sub(NO_BREAK + "»", text)
    text = _HIGH.sub(NARROW + r"\1", text)
    return _COLON.sub(NO_BREAK + ":", text)
