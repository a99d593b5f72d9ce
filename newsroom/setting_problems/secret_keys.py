"""Secret keys that somebody could guess."""

import re
from itertools import pairwise

#: Django's own limits for SECRET_KEY (its check security.W009).
MIN_LENGTH, MIN_CHARACTERS = 50, 5
#: Words of keys in tutorials and examples. A random key of letters, digits and signs has one of
#: them by accident less than once in a million.
_WORDS = re.compile(
    "changeme|changethis|default|django|dontuse|example|insecure|password|placeholder|replace"
    "|secret|yourkey",
    re.IGNORECASE,
)
#: Keys of well-known tutorials that look random.
_PUBLISHED = {
    "09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7",  # FastAPI's
    "192b9bdd22ab9ed4d12e236c78afcb9a393ec15f71bbf5dc987d54727823bcbf",  # Flask's
}


def weakness(key: str) -> str:
    """Return why `key` could be guessed, to follow “SECRET_KEY”, or "" if it looks random."""
    if len(key) < MIN_LENGTH:
        return f"is shorter than {MIN_LENGTH} characters"
    if len(set(key)) < MIN_CHARACTERS:
        return f"has fewer than {MIN_CHARACTERS} different characters"
    if key in _PUBLISHED or _WORDS.search(re.sub(r"[\W_]", "", key)):
        return "is a well-known key, or has a word that keys of examples have"
    if _repeats(key):
        return "repeats itself"
    if _runs(key):
        return "goes through letters or digits in their order"
    return ""


def _repeats(key: str) -> bool:
    """Return whether more than a quarter of the groups of three characters occur again.

    In a random key of any alphabet, hexadecimal digits included, few do.
    """
    groups = [key[start : start + 3] for start in range(len(key) - 2)]
    return len(set(groups)) < len(groups) * 0.75


def _runs(key: str) -> bool:
    """Return whether half of the characters, or more, stand beside a neighbour in the alphabet.

    In a random key of digits alone, 28 % do.
    """
    steps = [ord(after) - ord(before) for before, after in pairwise(key)]
    return sum(abs(step) <= 1 for step in steps) > len(steps) * 0.5
