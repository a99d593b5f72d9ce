"""The words of a query are found in long texts quickly, and none is overlooked."""

import random
import re
from pathlib import Path

import pytest

from articles.search import highlights
from articles.search.queries import Query
from articles.search.words import LANGUAGES, stem
from common.search.words import compounds, words

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


#: Words that begin, end or stand together in other ways than most.
ODD = [
    *("2024", "2 024", "1 250 2024", "À 1000", "été 100-km", "2020, 2021", "12.345", "1’250"),
    *("iPhone手机来了", "2024年5月", "AI技术", "COVID-19感染症", "Facebookเพจ", "東京都", "各각"),
    *(
        "_l’été",
        "snake_case",
        "U.S.",
        "J. R. R. Tolkien",
        "AT&T",
        "mi\u00adnistre",
        "e\u0301te\u0301",
    ),
    *("œuvre", "İzmir", "ﬁn", "ÉTÉ", "ß", "Ⅷ", "x-y-z", "qu’il", "Paul’s", "a" * 250, "é" * 250),
]
SIGNS = [*" .,-’'&/·_", ". ", ", ", "\u00a0", "\u202f", "\n", " – ", "l’"]


def test_no_word_is_overlooked(monkeypatch):
    chance = random.Random(4)
    plain = [*SENTENCES, *(text for _typed, text, _marked in FOUND)]
    typed = [typed for typed, _text, _marked in FOUND]
    some = 0
    for _time in range(4000):
        pieces = [chance.choice(chance.choice([plain, ODD, ODD])) for _piece in range(4)]
        line = "".join(piece + chance.choice(SIGNS) for piece in pieces)
        in_line = [word.text for word in (*words(line), *compounds(line))]
        query = " ".join(chance.choices([*in_line, chance.choice(typed)], k=chance.choice([1, 2])))
        stems = Query.parse(query).stems()
        expected = as_without_haste(monkeypatch, line, stems)
        assert list(highlights.positions(line, stems)) == expected, (query, line)
        some += bool(expected)
    assert some > 3000


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
