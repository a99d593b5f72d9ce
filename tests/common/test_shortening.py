"""Texts cut to a length: in all scripts, and never inside a character that a reader sees."""

import pytest

from common.shortening import boundary, shorten

SHORT = ["", "a", "abcde", "été ", "日本語です", "🇫🇷🇩🇪x"]
#: What a reader sees as one character.
CLUSTERS = [
    "e\u0301",
    "a\u0308\u0323",
    "👩‍👩‍👧‍👦",
    "👍🏽",
    "❤\ufe0f",
    "1\ufe0f\u20e3",
    "🇫🇷",
    "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "नि",
    "क्ष",
    "กำ",
    "각",
    "\r\n",
]


@pytest.mark.parametrize("text", SHORT)
def test_a_text_that_fits_stays(text):
    assert shorten(text, 5) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Un pont sur la rivière", "Un pont…"),
        ("Un deuxième", "Un deuxiè…"),
        ("x" * 10_000, "x" * 9 + "…"),
        ("日本語" * 5_000, "日本語日本語日本語…"),
        ("ภาษาไทยภาษาไทย", "ภาษาไทยภา…"),
        ("un\ndeux\ntrois\nquatre", "un\ndeux…"),
    ],
)
def test_a_cut_counts_characters_and_prefers_the_end_of_a_word(text, shown):
    assert shorten(text, 10) == shown
    assert len(shorten(text, 10)) <= 10


@pytest.mark.parametrize("cluster", CLUSTERS, ids=ascii)
def test_no_cut_divides_a_character_that_a_reader_sees(cluster):
    text = cluster * 20
    for length in range(len(cluster) + 1, len(text)):
        kept = shorten(text, length).removesuffix("…")
        assert not kept.replace(cluster, "").strip()
    for at in range(1, len(text)):
        assert boundary(text, at) % len(cluster) == 0


def test_a_pile_of_marks_is_cut_all_the_same():
    assert len(shorten("a" + "\u0301" * 10_000, 100)) == 100
    assert len(shorten("\u200d" * 10_000, 100)) == 100
    assert len(shorten("🇫" * 10_001, 100)) in (99, 100)
