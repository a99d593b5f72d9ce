"""Long runs of accents and other marks, and the texts in which Python sorts them."""

import unicodedata

import pytest


def longest_run(text):
    longest = run = 0
    for character in text:
        run = run + 1 if unicodedata.combining(character) else 0
        longest = max(longest, run)
    return longest


@pytest.fixture
def normalised(monkeypatch):
    """Return a list of the texts that are normalised from now on."""
    texts, normalize = [], unicodedata.normalize

    def listed(form, text):
        texts.append(text)
        return normalize(form, text)

    monkeypatch.setattr(unicodedata, "normalize", listed)
    return texts
