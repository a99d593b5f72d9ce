"""The words of a query are found in long texts quickly, and none is overlooked."""

import random
import re
from pathlib import Path

import pytest

from articles.search import highlights
from articles.search.queries import Query
from articles.search.words import LANGUAGES, stem
from common.search.words import words

from .test_joined_words import FOUND

CATALOGUE = Path("newsroom/locale/fr/LC_MESSAGES/django.po").read_text()
#: Sentences in English and in French.
SENTENCES = [text for text in re.findall(r'"(.*)"', CATALOGUE) if " " in text]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_stem_begins_as_its_word_does(language):
    vocabulary = {word.text for text in SENTENCES for word in words(text)}
    assert len(vocabulary) > 3000
    others = ["dying", "skies", "Yeux", "œuvre", "Ærø", "ßa", "İzmir", "Élysée", "ﬁn", "１２"]
    for word in [*vocabulary, *others, *(text for _typed, text, _marked in FOUND)]:
        for found in words(word):
            assert stem(found.text, language).startswith(stem(found.text[0], "")), found


def as_without_haste(monkeypatch, text, stems):
    """Return the positions in `text` as each word of it is looked at."""
    with monkeypatch.context() as changed:
        changed.setattr(highlights, "_may_hold", lambda text, stems: True)
        changed.setattr(
            highlights,
            "_is_found",
            lambda word, stems: any(stem(word, language) in stems for language in LANGUAGES),
        )
        return list(highlights.positions(text, stems))


def test_no_word_is_overlooked(monkeypatch):
    chance = random.Random(4)
    lines = [*SENTENCES, *(text for _typed, text, _marked in FOUND)]
    typed = [typed for typed, _text, _marked in FOUND]
    some = 0
    for _time in range(1500):
        line = chance.choice([". ", ", ", " ", "-", "’", "\u00a0"]).join(chance.sample(lines, 3))
        word = chance.choice([chance.choice(typed), chance.choice(words(line)).text])
        stems = Query.parse(word).stems()
        expected = as_without_haste(monkeypatch, line, stems)
        assert list(highlights.positions(line, stems)) == expected, (word, line)
        some += bool(expected)
    assert some > 500


def test_most_lines_are_not_cut_into_words(monkeypatch):
    """To cut a line takes ten times as long as to see that it holds nothing."""
    cut = []
    cutter = highlights.words
    monkeypatch.setattr(highlights, "words", lambda text: cut.append(text) or cutter(text))
    highlights._is_found_within.cache_clear()
    text = "\n".join([*SENTENCES[:2000], "Le zouave du pont de l’Alma"])
    excerpt = highlights.excerpt(text, Query.parse("zouave").stems(), "fr")
    assert "<mark>zouave</mark>" in excerpt
    assert sum(len(text) for text in cut if " " in text) < 0.1 * len(text)
