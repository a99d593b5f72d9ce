"""Folding: the spellings of one word or name become equal, and other names stay different."""

import pytest

from common.folding import fold, folded_with_origin


@pytest.mark.parametrize(
    "name",
    [
        *("ANNE LEROY", "anne  leroy", "Änné Leroy", "A\u0301nne Leroy", "Ａｎｎｅ Ｌｅｒｏｙ"),
        *("Anne\u00a0Leroy", "An\u200dne Leroy", "Anne\ufe0f Leroy", "Anne\u200e Leroy"),
        *("\U0001d400nne Leroy", "Ann\u034fe Leroy"),
    ],
)
def test_names_that_look_the_same_fold_to_the_same(name):
    assert fold(name) == "anne leroy"


@pytest.mark.parametrize(("name", "folded"), [("Œuvre", "oeuvre"), ("Straße", "strasse")])
def test_joined_letters_fold_to_what_people_type_for_them(name, folded):
    assert fold(name) == folded


def test_different_names_fold_to_different_words():
    assert fold("Anne Leroy") != fold("Anne Leray")


@pytest.mark.parametrize(("typed", "folded"), [("Lætitia", "laetitia"), ("Cœur", "coeur")])
def test_ligatures_are_folded_into_their_letters(typed, folded):
    assert fold(typed) == folded


@pytest.mark.parametrize("text", ["", " \n\t ", "\u200b\u2060\ufeff", "\x00\ud800", "\u0301"])
def test_what_nobody_sees_folds_to_nothing(text):
    assert fold(text) == ""


def test_each_folded_letter_knows_where_it_comes_from():
    text = "L’ŒUVRE  \n de Zoe\u0301 ﬁn"
    folded, origin = folded_with_origin(text)
    assert folded == "l’oeuvre de zoe fin"
    assert len(folded) == len(origin)
    assert [text[origin[folded.index(letters)]] for letters in ("oe", "uvre", "fin")] == list("ŒUﬁ")


def test_folding_twice_changes_nothing_more():
    for text in ("ÉLITE", "𝐀ﬀaire", "ǽ Œ", "한국", "ΌΔΟΣ"):
        assert fold(fold(text)) == fold(text)
