"""Texts that look alike have equal skeletons, and names that look alike have equal words."""

from pathlib import Path

import pytest

import common
from common.confusables import skeleton, words_seen


@pytest.mark.parametrize(
    ("text", "looks_like"),
    [
        # Examples of the standard and of its table.
        ("ρ⍺у𝓅𝒂ן", "paypal"),
        ("scоре", "scope"),
        ("1", "l"),
        ("0", "O"),
        ("m", "rn"),
        ("pa\u200byp\u00adal\u2060", "paypal"),
        ("e\u0301", "é"),
        ("\u3164", ""),
    ],
)
def test_skeletons_are_those_of_the_standard(text, looks_like):
    assert skeleton(text) == skeleton(looks_like)


def test_the_notice_of_the_table_is_kept():
    folder = Path(common.__file__).parent
    table = (folder / "confusables.txt").read_text(encoding="utf-8")
    assert "© 2020 Unicode®, Inc." in table
    assert "# total: 6311" in table
    assert sum(not line.startswith("#") for line in table.splitlines()) == 6311
    assert "UNICODE LICENSE V3" in (folder / "confusables.LICENSE").read_text(encoding="utf-8")


ALIKE = [
    *["Newsroom Daily", "NEWSROOM DAILY", "Ｎｅｗｓｒｏｏｍ Ｄａｉｌｙ"],
    *["ɴᴇᴡsʀᴏᴏᴍ ᴅᴀɪʟʏ", "𝓝𝓮𝔀𝓼𝓻𝓸𝓸𝓶 𝓓𝓪𝓲𝓵𝔂", "Ⓝⓔⓦⓢⓡⓞⓞⓜ Ⓓⓐⓘⓛⓨ"],
    *["🅝🅔🅦🅢🅡🅞🅞🅜 🅓🅐🅘🅛🅨", "🇳🇪🇼🇸🇷🇴🇴🇲 🇩🇦🇮🇱🇾", "Nеwsrооm Dаilу"],
    *["Νewsroom Dαιly", "Newsroom Daıly", "Newsroom DaiIy"],
    *["Newsroorn Daily", "Nevvsroom Daily", "Newsroom-Daily."],
    *["Newsroom Daily ✔", "News\u200droom\u3164Daily"],
    *["N̶e̶w̶s̶r̶o̶o̶m̶ Dąįłý", "NewsroomDaily"],
    *["N.e.w.s.r.o.o.m_D.a.i.l.y", "Newsr00m Dai1y", "Nεwѕяσσm Dαιℓу"],
    *["Newsroom da|ly", "N3w$room D@ily"],
]


@pytest.mark.parametrize("name", ALIKE)
def test_names_that_look_alike_have_the_same_letters(name):
    assert "".join(words_seen(name)) == "".join(words_seen("Newsroom Daily"))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("AnneLeroy24", ["anne", "leroy", "24"]),
        ("Le|Courrier (rédaction) ✔", ["le", "courrier", "redaction"]),
        ("🙂", []),
    ],
)
def test_words_end_where_a_reader_sees_an_end(name, words):
    letters = words_seen(name, letters_only=True)
    assert letters == words_seen(" ".join(word for word in words if word.isalpha()))


@pytest.mark.parametrize("name", ["Мария", "Ελένη", "محمد", "王小明", "Zoé", "שלום", "อนงค์"])
def test_names_in_any_script_have_words(name):
    assert words_seen(name)
    assert words_seen(name) != words_seen("Newsroom")
