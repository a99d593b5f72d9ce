"""Folding: the spellings of one word or name become equal, and other names stay different."""

import sys
import unicodedata

import pytest

from common.folding import MOST_MARKS, fold, folded_with_origin, limit_marks
from tests.marks import longest_run, normalised

__all__ = ["normalised"]


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


# --- Runs of marks ----------------------------------------------------------------------------

#: Marks of different combining classes, of class 0, enclosing and spacing ones, and letters that
#: decompose into marks.
MARKS = ["\u0301", "\u0345\u0301", "\u0e31", "\u20dd", "\u093e", "\uff9e", "\u0345\uff9e\u0f71"]


@pytest.mark.parametrize("marks", MARKS)
@pytest.mark.parametrize("between", ["", "\u200d", "\ufe0f", "\U000e0061"])
def test_a_run_of_marks_is_cut_whatever_marks_and_joiners_it_has(marks, between):
    run = (marks + between) * 5000
    cut = limit_marks(f"a{run}b{run}")
    assert cut.startswith("a" + marks)
    assert cut.count("b") == 1
    marks_left = [c for c in cut if c not in "ab" + between or c == "\ufe0f"]
    assert len(marks_left) <= 2 * MOST_MARKS
    for form in ("NFC", "NFKD"):
        assert longest_run(unicodedata.normalize(form, cut)) <= MOST_MARKS + 3


def test_no_character_begins_a_run_of_marks_unseen():
    """Each character whose decomposition begins with a mark counts as one."""
    for code in range(sys.maxunicode + 1):
        character = chr(code)
        if unicodedata.combining(unicodedata.normalize("NFKD", character)[0]):
            assert len(limit_marks("é" + character * 99)) == 1 + MOST_MARKS, hex(code)


@pytest.mark.parametrize("mark", ["\u0301", "\u0e31", "\u05b0", "\u0f90", "\u103a", "\u20dd"])
def test_as_many_marks_as_any_script_needs_are_kept(mark):
    assert limit_marks("ก" + mark * 8) == "ก" + mark * 8


def test_text_is_folded_without_the_marks_that_take_time_to_sort(normalised):
    assert fold("É" + "\u0345\u0301" * 5000) == "e" + "ι" * (MOST_MARKS // 2)
    assert max(map(longest_run, normalised)) <= MOST_MARKS
