"""The text that readers type: normalised, then shown as text and never as markup."""

import random
import unicodedata
from html.parser import HTMLParser
from urllib.parse import unquote

import pytest

from comments.writing.text import feed_html, highlight, normalise, normalise_line, to_html

BIDI_OVERRIDES = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


class Reader(HTMLParser):
    """Parse HTML as a browser does; keep its text, its tags and the URLs of its links."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.text, self.tags, self.links, self.attributes = "", set(), [], set()
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _value in attrs}
        if tag == "a":
            self.links.append(dict(attrs).get("href"))
        if tag == "br":
            self.text += "\n"
        if tag == "p" and self.text:
            # The line end between two paragraphs is in the HTML too.
            self.text += "\n"

    def handle_data(self, data):
        self.text += data


def links(text):
    return Reader(to_html(text)).links


# --- The stored text --------------------------------------------------------------------------


def test_letters_and_their_accents_are_composed():
    assert normalise("e\u0301te\u0301") == "été"
    assert unicodedata.is_normalized("NFC", normalise("A\u030a ﬁ \u1e9b\u0323"))


@pytest.mark.parametrize(
    "end", ["\r\n", "\r", "\n", "\v", "\f", "\x85", "\u2028", "\u2029"], ids=ascii
)
def test_line_ends_of_every_system_are_one(end):
    assert normalise(f"One{end}two") == "One\ntwo"


def test_runs_of_empty_lines_become_one():
    assert normalise("One\n\n \t\n\n\nTwo\nThree") == "One\n\nTwo\nThree"


@pytest.mark.parametrize(
    "text",
    ["for a in b:\n    print(a)", "    if a:\n        b()", "One\n\n    code\n\tmore", "> a\n>  b"],
)
def test_the_spaces_that_begin_lines_of_code_and_signs_of_quotations_stay(text):
    assert normalise(text) == text
    assert Reader(to_html(text)).text == text


def test_a_feed_reader_without_our_style_sheet_shows_the_spaces_of_code_too():
    html = to_html("a:\n  b\n\n\tc  d")
    assert feed_html(html) == ("<p>a:<br>\xa0\xa0b</p>\n<p>\xa0\xa0\xa0\xa0c  d</p>")


@pytest.mark.parametrize("character", BIDI_OVERRIDES)
def test_bidirectional_overrides_are_removed(character):
    assert normalise(f"abc{character}def") == "abcdef"


@pytest.mark.parametrize("number", [*range(0x00, 0x09), *range(0x0E, 0x20)])
def test_control_characters_are_removed(number):
    assert normalise(f"abc{chr(number)}def") == "abcdef"


@pytest.mark.parametrize("character", ["\x7f", "\x80", "\x9f", "\u200b", "\ufeff", "\u00ad"])
def test_what_only_hides_in_a_text_is_removed(character):
    assert normalise(f"abc{character}def") == "abcdef"


def test_half_a_surrogate_pair_which_no_database_takes_is_removed():
    assert normalise("abc\ud83ddef") == "abcdef"


def test_tabs_and_line_ends_stay():
    assert normalise("a\tb\nc") == "a\tb\nc"


@pytest.mark.parametrize("text", ["👩‍👩‍👧‍👦", "می‌خواهم", "שלום", "Ça coûte 5 €"])
def test_emoji_and_every_script_stay_as_they_were_typed(text):
    assert normalise(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "בְּרֵאשִׁ֖ית בָּרָ֣א אֱלֹהִ֑ים אֵ֥ת הַשָּׁמַ֖יִם וְאֵ֥ת הָאָֽרֶץ׃",
        "ཨོཾ་མ་ཎི་པདྨེ་ཧཱུྃ། ཧྐྵྨླྺྱྂ བརྒྱུད",
        "မြန်မာနိုင်ငံ၏ ကျွန်ုပ်တို့ ဩဂုတ်",
        "น้ำเป็นสิ่งที่ดี ผู้ใหญ่",
        unicodedata.normalize("NFD", "Tiếng Việt được viết bằng chữ Quốc ngữ"),
        "हिन्दी में क्ष्म्य, বাংলা র্‍্য, தமிழ் க்ஷௌ",
        "النَّصُّ المُشَكَّلُ بِالكَامِلِ",
        "👩🏽‍🚀 👨‍👩‍👧‍👦 🏳️‍🌈 🏴󠁧󠁢󠁳󠁣󠁴󠁿 1️⃣ ❤️‍🔥",
        "한글 " + unicodedata.normalize("NFD", "한글"),
        "a\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308",
    ],
)
def test_the_marks_of_every_script_are_kept_whole(text):
    assert normalise(text) == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize("between", ["", "\x00", "\u200b", "\u202e", "\ud800"])
def test_a_letter_is_not_buried_under_marks(between):
    """Also where removed characters parted the runs."""
    buried = normalise("Za" + ("\u0316" * 20 + between) * 100 + "lgo")
    assert buried == "Za" + "\u0316" * 30 + "lgo"


def test_space_around_the_text_is_removed():
    assert normalise(" \n Hello \n ") == "Hello"


@pytest.mark.parametrize(
    "text",
    [
        *(
            " \u200b\u202e\x00\n\t ",
            "\u200d\u200e",
            "\ufe0f",
            "\u3164",
            "\u2800 \u2800",
            "\u115f\u1160",
        ),
        *(
            "\uffa0",
            "\u180e",
            "\u17b4",
            "\u034f",
            "\U0001d159",
            "\U000e0041\U000e007f",
            "\u2028\u2029",
        ),
        *("\ufff9\ufffc", "\ufdd0", "\U000e0100", "\u3000\xa0", "\u20e3"),
    ],
    ids=ascii,
)
def test_what_holds_nothing_visible_is_empty(text):
    assert normalise(text) == normalise_line(text) == ""


@pytest.mark.parametrize(
    "name",
    [
        "Anne\u3164 Leroy\U000e0041",
        "A\u200dnne\u2800Leroy",
        "Anne\u2028\u200fLeroy\ufe0f",
        "Anne\u2800\ufe0fLeroy",
    ],
    ids=ascii,
)
def test_names_that_look_the_same_are_the_same(name):
    assert normalise_line(name) == "Anne Leroy"


def test_a_name_is_one_line_with_single_spaces():
    assert normalise_line("  Anne \r\n\t Leroy\u00a0 ") == "Anne Leroy"


def test_normalising_twice_changes_nothing_more():
    text = "e\u0301\r\n\r\n\r\n\u202e a \x00\n \n b"
    assert normalise(normalise(text)) == normalise(text)


# --- The HTML for readers ---------------------------------------------------------------------

MARKUP = [
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "<p onclick=alert(1)>Hello</p>",
    '<a href="javascript:alert(1)">x</a>',
    '"><svg/onload=alert(1)>',
    "<b>never closed <i>nor this",
    "</p></div></body>closed",
    "<!-- a comment",
    "<![CDATA[ x ]]>",
    "<?php echo 1 ?>",
    "<style>body{display:none}</style>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "http://a.example/\"onmouseover='alert(1)'",
    "http://a.example/<script>alert(1)</script>",
    "https://a.example/'><script>alert(1)</script>",
]


@pytest.mark.parametrize("text", MARKUP)
def test_typed_markup_is_shown_as_it_was_typed(text):
    shown = Reader(to_html(text))
    assert shown.text == text
    assert shown.tags <= {"p", "a"}
    assert shown.attributes <= {"href", "rel"}


@pytest.mark.parametrize("text", ["javascript:alert(1)", "JAVASCRIPT://%0aalert(1)", "data:x,y"])
def test_other_schemes_are_no_links(text):
    assert links(text) == []
    assert Reader(to_html(text)).text == text


def test_five_thousand_angle_brackets_are_five_thousand_angle_brackets():
    shown = Reader(to_html("<" * 5000))
    assert shown.text == "<" * 5000
    assert shown.tags == {"p"}


@pytest.mark.parametrize("text", ["&eacute;", "&amp;", "&#233;", "&nbsp;", "&", "&copy", "&notit;"])
def test_a_typed_entity_stays_literal(text):
    assert Reader(to_html(text)).text == text


def test_paragraphs_and_lines_are_kept():
    assert to_html("One\ntwo\n\nThree") == "<p>One<br>two</p>\n<p>Three</p>"


@pytest.mark.parametrize(
    "text", ["C'est fini.Et alors", "www.a.example", "a.example", "a@b.example"]
)
def test_only_explicit_addresses_are_links(text):
    assert links(text) == []


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("See https://a.example/b.", "https://a.example/b"),
        ("See https://a.example/b, and", "https://a.example/b"),
        ("Really https://a.example/b?!", "https://a.example/b"),
        ("Really https://a.example/b…", "https://a.example/b"),
        ("(https://a.example/b)", "https://a.example/b"),
        ("(see https://a.example/b).", "https://a.example/b"),
        ("[https://a.example/b]", "https://a.example/b"),
        ('"https://a.example/b"', "https://a.example/b"),
        ("'https://a.example/b'", "https://a.example/b"),
        ("«https://a.example/b»", "https://a.example/b"),
        ("“https://a.example/b”", "https://a.example/b"),
        ("<https://a.example/b>", "https://a.example/b"),
        ("https://a.example/?x=1&y=2", "https://a.example/?x=1&y=2"),
        ("https://a.example/?x=1&copy=2", "https://a.example/?x=1&copy=2"),
        ("https://a.example/?x=1&amp;y=2", "https://a.example/?x=1&amp;y=2"),
        ("https://a.example/b&gt;", "https://a.example/b&gt"),
        ("HTTP://A.example/B", "HTTP://A.example/B"),
        ("http://a.example/é", "http://a.example/é"),
        ("http://a.example/b\nnext", "http://a.example/b"),
    ],
)
def test_an_address_ends_where_its_writer_ended_it(text, address):
    assert links(text) == [address]
    assert Reader(to_html(text)).text == text


def test_two_addresses_are_two_links():
    assert links("http://a.example/ and http://b.example/") == [
        "http://a.example/",
        "http://b.example/",
    ]


def test_a_link_is_marked_as_a_strangers():
    assert 'rel="ugc nofollow noopener"' in to_html("http://a.example/")


@pytest.mark.parametrize("text", ["http://", "https://...", "http://[", "http://]x[", "://x"])
def test_a_broken_address_is_shown_as_it_was_typed(text):
    assert Reader(to_html(text)).text == text


def test_a_very_long_word_is_shown_whole():
    assert Reader(to_html("x" * 5000)).text == "x" * 5000


def test_a_very_long_address_is_one_link():
    address = "https://a.example/" + "x" * 4900
    assert links(address) == [address]


def test_whatever_is_typed_a_browser_shows_just_that():
    """Random texts made from all that is special to HTML, to bleach and to our own pattern."""
    pieces = [
        *("<", ">", "&", '"', "'", "`", "/", "=", ";", "#", "!", "--", "\\", "%", "?", ".", ","),
        *("http://", "https://a.example/", "a.example", "amp", "lt", "eacute", "#x3c", "script"),
        *("é", "œ", "👩‍👧", " ", "\n", "\n\n", "\t", "\u00a0", "\u2028", "\ufffd", "\ufdd0", "x"),
    ]
    dice = random.Random(3)
    for _attempt in range(2000):
        text = normalise("".join(dice.choices(pieces, k=dice.randint(1, 30))))
        shown = Reader(to_html(text))
        assert shown.text == text
        assert shown.tags <= {"p", "br", "a"}
        assert shown.attributes <= {"href", "rel"}
        # Signs that may not stand in an address are escaped there.
        links = (unquote(link).replace("\\", "/") for link in shown.links if link)
        assert all(link in unquote(text).replace("\\", "/") for link in links)


# --- Words marked for moderators --------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words", "html"),
    [
        ("Buy now", ["buy"], "<mark>Buy</mark> now"),
        ("Une ÉLITE, l’élite", ["elite"], "Une <mark>ÉLITE</mark>, l’<mark>élite</mark>"),
        ("Ma sœur", ["soeur"], "Ma <mark>sœur</mark>"),
        ("two  words", ["two words"], "<mark>two  words</mark>"),
        ("abcd", ["abc", "bcd"], "<mark>abcd</mark>"),
        ("<b>&amp;", ["b"], "&lt;<mark>b</mark>&gt;&amp;amp;"),
        ("ﬁn", ["fin"], "<mark>ﬁn</mark>"),
        ("nothing", ["other", "", "\u0301"], "nothing"),
        ("", ["x"], ""),
    ],
)
def test_what_a_rule_found_is_marked_however_it_is_typed(text, words, html):
    assert highlight(text, words) == html


def test_marking_never_changes_the_text():
    text = "<script>É\u0301 ﬁ\n\n“œ” 𝐁 &lt;</script>"
    for word in ("script", "e", "fi", "oe", "b", "<"):
        reader = Reader(highlight(text, [word]))
        assert reader.text == text
        assert reader.tags <= {"mark"}
