"""Slugs: the part of an address that is made of words."""

from django.utils.text import slugify


def slug_of(words: str, *, max_length: int, default: str) -> str:
    """Return `words` as a slug of at most `max_length` characters.

    If no character is left, as with words in another alphabet, return `default`.
    """
    return slugify(words)[:max_length].strip("-") or default
