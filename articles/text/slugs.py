"""The part of an address that is made of words."""

from django.utils.text import slugify


def slug_of(words: str, *, most: int, otherwise: str) -> str:
    """Return `words` for an address, at most `most` characters long.

    It is `otherwise` where nothing is left of the words: those of another alphabet, say.
    """
    return slugify(words)[:most].strip("-") or otherwise
