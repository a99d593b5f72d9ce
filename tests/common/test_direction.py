"""The direction of a language, and of words among others."""

import pytest

from common.direction import direction, isolated


@pytest.mark.parametrize(
    "language",
    ["ar", "AR-dz", "fa", "he", "ur", "yi", "ps", "dv", "ckb", "az-arab", "pa_Arab", "ug"],
)
def test_it_is_right_to_left(language):
    assert direction(language) == "rtl"


@pytest.mark.parametrize(
    "language", ["fr", "en-gb", "az", "zh-hans", "sr-latn", "ar-latn", "ku", "pa", "de", ""]
)
def test_it_is_left_to_right(language):
    assert direction(language) == "ltr"


def test_only_words_of_a_right_to_left_script_are_isolated():
    assert isolated("Anne") == "Anne"
    assert isolated("Zoé 3") == "Zoé 3"
    assert isolated("علي (1)") == "\u2068علي (1)\u2069"
