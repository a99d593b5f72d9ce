"""Text as it is compared: “ÉLITE” and “elite” are one word, and so are “œuvre” and “oeuvre”.

Readers seldom type accents, and a name is not another one for being written in other letters that
look the same.
"""

import unicodedata
from functools import lru_cache

# Accents, joiners, direction marks, variation selectors, controls: by category, since not all
# “combine”.
_UNSEEN = {"Mn", "Me", "Cf", "Cc", "Cs"}


def fold(text: str) -> str:
    """Return `text` without case, accents, ligatures and width, with single spaces."""
    # Decomposed first: a “mathematical” letter is a capital only once it is a plain letter.
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    plain = "".join(c for c in folded if c.isspace() or unicodedata.category(c) not in _UNSEEN)
    return " ".join(plain.split()).replace("œ", "oe").replace("æ", "ae")


_fold_character = lru_cache(maxsize=4096)(fold)


def folded_with_origin(text: str) -> tuple[str, list[int]]:
    """Return `text` folded, and for each of its characters where it comes from in `text`."""
    folded, origin = [], []
    for position, character in enumerate(text):
        if character.isspace():
            part = "" if folded and folded[-1] == " " else " "
        else:
            part = _fold_character(character)
        folded += part
        origin += [position] * len(part)
    return "".join(folded), origin
