"""Slugs: the part of an address that is made of words."""

from django.utils.text import slugify


def slug_of(words: str, *, most: int, otherwise: str) -> str:
    """Return `words` as a slug of at most `most` characters.

    If no character is left, as with words in another alphabet, return `otherwise`.
    """
    return slugify(words)[:most].strip("-") or otherwise
