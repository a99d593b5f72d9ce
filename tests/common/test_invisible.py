"""Characters that nobody sees go, but for those that a script or an emoji needs."""

import random

import pytest

from common.invisible import is_blank, unify_line_ends, visible, visible_line, without_invisible

NEEDED = [
    *("👩‍👩‍👧‍👦", "❤️‍🔥", "🏴‍☠️", "👁️‍🗨️", "🧑🏽‍⚕️", "1️⃣", "©️", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🇫🇷"),
    *("می‌خواهم", "ه‍", "র্‍যাব", "क्‍ष", "ශ්‍රී ලංකා", "ന്‍", "שלום\u200f!", "\u05d0\u05b7\u034f\u05b4"),
    *(
        "葛\U000e0100飾区",
        "\u1820\u180e\u1821 \u1828\u180b",
        "\u115f\u1161 \u1112\u1160",
        "≨\ufe00",
    ),
]


@pytest.mark.parametrize("text", NEEDED, ids=ascii)
def test_a_character_stays_where_its_script_or_emoji_needs_it(text):
    assert without_invisible(text) == visible_line(text) == text
    assert not is_blank(text)


@pytest.mark.parametrize(
    "character",
    [
        *(
            "\xad",
            "\u034f",
            "\u061c",
            "\u115f",
            "\u1160",
            "\u17b4",
            "\u180e",
            "\u200b",
            "\u200c",
            "\u200d",
        ),
        *(
            "\u200e",
            "\u200f",
            "\u202e",
            "\u2060",
            "\u2063",
            "\u2067",
            "\u206f",
            "\u3164",
            "\ufe00",
            "\ufe0f",
        ),
        *(
            "\ufeff",
            "\uffa0",
            "\ufff9",
            "\ufdd0",
            "\uffff",
            "\U0001bca0",
            "\U0001d173",
            "\U000e0001",
        ),
        *(
            "\U000e0041",
            "\U000e007f",
            "\U000e0100",
            "\U000e0fff",
            "\x00",
            "\x1f",
            "\x7f",
            "\x9f",
            "\ud800",
        ),
    ],
    ids=ascii,
)
def test_it_goes_where_nothing_needs_it(character):
    assert without_invisible(f"wo{character}rd1{character}") == "word1"
    assert is_blank(character * 3)


def test_tag_characters_hide_no_text_behind_a_flag():
    hidden = "".join(chr(0xE0000 + ord(c)) for c in "gbeng buy now")
    assert without_invisible(f"🏴{hidden}\U000e007f") == "🏴"


def test_removing_twice_removes_no_more():
    pool = "ab1#*م葛कक❤🔥🏴\u200c\u200d\ufe0f\ufe00\u034f\u115f\u1160\u1161\u1112\u180e\u1820\u200f"
    pool += "\U000e0067\U000e0062\U000e0041\U000e0100\u05b0\u05b1\u094d\xad\u2028\u17b4\u20e3"
    dice = random.Random(5)
    for _attempt in range(5000):
        text = without_invisible("".join(dice.choices(pool, k=dice.randint(1, 9))))
        assert without_invisible(text) == text


@pytest.mark.parametrize(
    "end", ["\r\n", "\r", "\n", "\v", "\f", "\x85", "\u2028", "\u2029"], ids=ascii
)
def test_every_line_end_is_one(end):
    assert unify_line_ends(f"One{end}two") == visible(f"One{end}two") == "One\ntwo"
    assert visible_line(f" One {end}{end} two{end}") == "One two"


def test_a_line_keeps_its_no_break_spaces_and_loses_empty_braille_cells():
    assert visible_line("«\xa0Non\u202f!\xa0»\u2800") == "«\xa0Non\u202f!\xa0»"
    assert visible_line("Non\u2800\ufe0fLieu") == "Non Lieu"
    assert visible_line("⠃⠕⠝⠚⠕⠥⠗⠀⠍⠕⠝⠙⠑") == "⠃⠕⠝⠚⠕⠥⠗⠀⠍⠕⠝⠙⠑"
