"""The web addresses in a comment end where their writers ended them."""

import pytest

from comments.writing.links import links_in
from comments.writing.text import to_html
from common.link_addresses import valid_address

from .test_text import Reader


def linked(text):
    return Reader(to_html(text)).links


@pytest.mark.parametrize(
    "address",
    [
        "https://fr.wikipedia.org/wiki/L'Équipe",
        "https://fr.wikipedia.org/wiki/L’Équipe",
        "https://en.wikipedia.org/wiki/Rock_'n'_Roll",
        "https://fr.wikipedia.org/wiki/L'%C3%89quipe",
        "https://en.wikipedia.org/wiki/Ring_(computer_security)",
        "https://en.wikipedia.org/wiki/A_(b_(c))_d",
        "https://a.example/?q[]=1&q[]=2",
        "https://a.example/?filter[a][b]={c}",
        "https://a.example/{id}",
        "http://[::1]/",
        "http://[2001:db8::1]:8000/a",
        "http://me@a.example:8000/a",
        "https://例え.jp/テスト",
        "https://пример.рф/путь",
        "https://a.example/a_b_c*d",
        "https://a.example/a&amp;b",
        "https://a.example/?x=1&y=2#z",
        "https://a.example/a,b;c:d!e",
        "https://web.example/2020/https://a.example/",
        "https://a.example/-",
        "https://a.example/?q=",
    ],
)
@pytest.mark.parametrize(
    "sentence",
    [
        *("%s", "See %s.", "See %s, and", "Really %s?!", "%s…", "%s;", "(%s)", "(see %s).", "[%s]"),
        *('"%s"', "'%s'", "‘%s’", "“%s”", "« %s ».", "«%s»", "<%s>", "`%s`", "(see [%s])…", "{%s}"),
        *("请看%s。谢谢", "（%s）", "「%s」", "%s，", "**%s**", "_%s_", "[words](%s).", "%s: yes"),
        *("%s\n", "(%s),(other)", "'%s', 'other'", "%s ("),
    ],
)
def test_closing_punctuation_is_no_part_of_an_address(address, sentence):
    text = sentence % address
    assert linked(text) == [valid_address(address)]
    assert Reader(to_html(text)).text == text


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("https://x.example's page", ["https://x.example"]),
        (
            "(https://a.example/b),(https://c.example/d)",
            ["https://a.example/b", "https://c.example/d"],
        ),
        ("'https://a.example','https://b.example'", ["https://a.example", "https://b.example"]),
        ("https://a.example,https://b.example", ["https://a.example", "https://b.example"]),
        ("https://a.example/b)c", ["https://a.example/b"]),
        ("http://a.example[b]c", ["http://a.example"]),
        ("http://a.example(c)", ["http://a.example"]),
        ("http://a.example&b=c", ["http://a.example"]),
        ("http://a.example?b=[c]", ["http://a.example?b=[c]"]),
        ("https://a.example/b:)", ["https://a.example/b"]),
        ("https://a.example/(", ["https://a.example/"]),
        ("https://a.example/b؟ نعم", ["https://a.example/b"]),
    ],
)
def test_an_address_ends_before_what_cannot_belong_to_it(text, addresses):
    assert linked(text) == [valid_address(address) for address in addresses]


@pytest.mark.parametrize(
    "text", ["http://", "http:// a.example", "https://...", "http://[", "http://]x[", "http://'a'"]
)
def test_a_scheme_without_a_host_is_no_link(text):
    assert linked(text) == links_in(text) == []


@pytest.mark.parametrize(
    "sign", ["(", ")", "'", "[", "]", "{", "_", ".", "(http://a", "'http://a',"]
)
def test_five_thousand_signs_are_shown_as_they_were_typed(sign):
    text = ("https://a.example/" + sign * 5000)[:5000]
    assert Reader(to_html(text)).text == text


def test_a_rule_counts_what_readers_see_as_links():
    text = "www.a.example, (http://b.example/c'd),https://d.example and awww.cute http://"
    assert links_in(text) == ["www.a.example", "http://b.example/c'd", "https://d.example"]
