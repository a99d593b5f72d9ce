"""Fold text for comparison: “ÉLITE” equals “elite”, and “œuvre” equals “oeuvre”.

Readers seldom type accents. And a name stays the same name when it is typed with other characters
that look the same (full-width letters, for example) or with invisible ones.
"""

import unicodedata
from functools import lru_cache

# Unicode categories of accents, joiners, direction marks, variation selectors and controls. Not all
# of these are “combining” characters, so `unicodedata.combining` would miss some.
_UNSEEN = {"Mn", "Me", "Cf", "Cc", "Cs"}

#: The most marks in a row that are kept, as in the Stream-Safe Text Format (Unicode Standard Annex
#: 15, section 13). No script needs as many: a Tibetan stack has some ten, a Hebrew letter four.
MOST_MARKS = 30
# Two letters that decompose (NFKD) into marks: the halfwidth voiced sound marks of Japanese.
_LETTERS_LIKE_MARKS = "\uff9e\uff9f"


def limit_marks(text: str) -> str:
    """Return `text` with at most MOST_MARKS accents and other marks in a row; drop the others.

    Call it before `unicodedata.normalize`: that sorts each run of marks, in a time that grows with
    the square of its length. Joiners and other characters of format do not end a run.
    """
    if text.isascii():
        return text
    kept, run = [], 0
    for character in text:
        category = unicodedata.category(character)
        if category[0] == "M" or character in _LETTERS_LIKE_MARKS:
            run += 1
        elif category != "Cf":
            run = 0
        if run <= MOST_MARKS:
            kept.append(character)
    return "".join(kept)


def fold(text: str) -> str:
    """Return `text` for comparison: no case, accents, ligatures or widths, and single spaces."""
    text = limit_marks(text)
    # Decompose first: `casefold` ignores a “mathematical” capital until it is a plain letter.
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    plain = "".join(c for c in folded if c.isspace() or unicodedata.category(c) not in _UNSEEN)
    return " ".join(plain.split()).replace("œ", "oe").replace("æ", "ae")


_fold_character = lru_cache(maxsize=4096)(fold)


def folded_with_origin(text: str) -> tuple[str, list[int]]:
    """Return the folded `text`, and for each character of it the position of its source in `text`.

    The positions let a caller mark a match of folded words in the original text.
    """
    folded, origin = [], []
    for position, character in enumerate(text):
        if character.isspace():
            part = "" if folded and folded[-1] == " " else " "
        else:
            part = _fold_character(character)
        folded += part
        origin += [position] * len(part)
    return "".join(folded), origin
