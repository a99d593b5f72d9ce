"""Slugs: the part of an address that is made of words.

The admin's forms ask the server for the slug of a headline (`static/js/writing/fields.js`), so the
rule is only here. A stored slug never changes by itself.
"""

import re
import unicodedata

from anyascii import anyascii

# Chinese characters, each of which anyascii writes as a syllable: “深圳” is `shen-zhen`.
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
# The point of a number (1.5 million), where a comma stands in French.
_POINT = re.compile(r"(?<=\d)\.(?=\d)")
# Signs of abbreviations (R&D, U.S.A.), and those that anyascii writes for some letters of Arabic,
# Hebrew and Cyrillic.
_NO_GAP = re.compile("[&.'\"`]")
_GAP = re.compile("[^a-z0-9]+")


def slug_of(words: str, *, max_length: int, default: str) -> str:
    """Return `words` as a slug of at most `max_length` characters.

    Letters of all scripts become ASCII letters (œ is `oe`). Other signs separate words, an
    apostrophe too (“l’œuvre” is `l-oeuvre`), but for the signs of abbreviations (“R&D” is `rd`). If
    no character is left, return `default`.
    """
    return slugify(words)[:max_length].strip("-") or default


def slugify(words: str) -> str:
    """Return `words` as a slug of any length, perhaps empty."""
    separated = "".join(map(_letter_or_space, _POINT.sub(" ", words)))
    latin = anyascii(_HAN.sub(r" \g<0> ", separated)).lower()
    return _GAP.sub("-", _NO_GAP.sub("", latin)).strip("-")


def _letter_or_space(character):
    """Return a sign that separates words as a space, and any other character as it is.

    Marks and invisible characters are parts of words; anyascii drops those that have no sound.
    """
    category = unicodedata.category(character)
    separates = category[0] not in "LMN" and category != "Cf" and character not in "&."
    return " " if separates else character
