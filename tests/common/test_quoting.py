"""The quotation of strangers' words in a mail."""

import unicodedata

import pytest

from common.quoting import WIDTH, quote


@pytest.mark.parametrize(
    ("typed", "quoted"),
    [
        ("Hello", "> Hello"),
        ("", ">"),
        ("one\n\ntwo", "> one\n>\n> two"),
        ("a\u2028b\x85c", "> a\n> b\n> c"),
        ("See https://x.example/a.b?c=d:e", "> See https[:]//x[.]example/a[.]b?c=d[:]e"),
        ("zoe@x.example", "> zoe[@]x[.]example"),
        ("x。example x．example", "> x[。]example x[．]example"),
        ("x.\u200dexample", "> x[.]\u200dexample"),
        (r"\\server\share", r"> [\\]server\share"),
        ("10:30, for 3.50 (12.5%). Well... yes: 2!", "> 10:30, for 3.50 (12.5%). Well... yes: 2!"),
        ("192.0.2.1", "> 192[.]0[.]2[.]1"),
        ("\u202egro.elpmaxe\u2066 \x07", "> gro[.]elpmaxe"),
        ("> quoted before", "> > quoted before"),
        ("\ud800x", "> x"),
        ("a\tb", "> a   b"),
        ("سلام x", "> \u2068سلام x\u2069"),
    ],
)  # fmt: skip
def test_words_are_quoted(typed, quoted):
    assert quote(typed) == quoted


@pytest.mark.parametrize("typed", ["x" * 1000, "word " * 200, "文" * 500, "\u00a0" * 500 + "x"])
def test_no_line_is_so_long_that_a_mail_program_wraps_it(typed):
    quoted = quote(typed)
    for line in quoted.splitlines():
        assert line.startswith(">")
        columns = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)
        assert columns <= WIDTH + 2
    assert "".join(quoted.replace("> ", "").split()) == "".join(typed.split())
