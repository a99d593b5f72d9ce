"""Texts cut to a length in characters, so that a text in a script without spaces is cut too.

No cut divides what a reader sees as one character (Unicode Standard Annex 29: a grapheme cluster),
such as a letter with its marks or an emoji made of several. Texts are plain, never HTML.
"""

import unicodedata

#: At most so many characters of a cluster are looked at; beyond, a pile of marks is cut.
_LONGEST_CLUSTER = 40
_JOINER = "\u200d"
#: The combining class of the sign that joins two consonants of an Indian script.
_VIRAMA = 9


def shorten(text: str, length: int) -> str:
    """Return `text` with at most `length` characters, the last of them “…” if something is cut.

    The cut is between two words, if the last word that does not fit begins in the last third.
    """
    if len(text) <= length:
        return text
    end = boundary(text, length - 1)
    space = max(text.rfind(sign, 0, end + 1) for sign in " \n\t")
    if space > end * 2 // 3:
        end = space
    return text[:end].rstrip() + "…"


def boundary(text: str, at: int) -> int:
    """Return the place of the last boundary between clusters of `text` at or before `at`."""
    for place in range(at, max(at - _LONGEST_CLUSTER, -1), -1):
        if not _continues(text, place):
            return place
    return at


def _continues(text, place):
    """Say whether the character at `place` belongs to the cluster of the one before it."""
    if not 0 < place < len(text):
        return False
    before, character = text[place - 1], text[place]
    if _JOINER in (before, character) or before + character == "\r\n":
        return True
    if unicodedata.combining(before) == _VIRAMA and character.isalpha():
        return True
    if "\U0001f1e6" <= character <= "\U0001f1ff":
        return _follows_half_a_flag(text, place)
    return (
        unicodedata.category(character)[0] == "M"
        # Skin colours, and the tags in the flags of regions.
        or "\U0001f3fb" <= character <= "\U0001f3ff"
        or "\U000e0020" <= character <= "\U000e007f"
        # Thai and Lao vowels; the second and third letters of a Korean syllable.
        or character in "\u0e33\u0eb3\uff9e\uff9f"
        or "\u1160" <= character <= "\u11ff"
        or "\ud7b0" <= character <= "\ud7fb"
    )


def _follows_half_a_flag(text, place):
    """Say whether an odd number of regional indicators stands before `place`; two make a flag."""
    start = place
    while (
        start
        and place - start <= _LONGEST_CLUSTER
        and "\U0001f1e6" <= text[start - 1] <= "\U0001f1ff"
    ):
        start -= 1
    return (place - start) % 2 == 1
