"""The places where the elements of a body may stand: whatever was pasted, the HTML is valid."""

import random

import pytest
from django.utils.html import escape

from articles.text import cleaner
from tests import factories

#: Pasted HTML, and the body that is stored.
MENDED = [
    # --- Blocks in blocks ---
    ("<p>a<object><p>b</p></object></p>", "<p>a</p><p>b</p>"),
    ("<div>a</div><div>b</div>", "<p>a</p><p>b</p>"),
    ("<div><p>a</p></div>", "<p>a</p>"),
    ("<h2><p>a</p><p>b</p></h2>", "<h2>a<br>b</h2>"),
    ("<h2>a<ul><li>b</li></ul>c</h2>", "<h2>a</h2><ul><li>b</li></ul><h2>c</h2>"),
    ("<h2> </h2><h3><br></h3><h2>&nbsp;</h2><p>a</p>", "<p>a</p>"),
    ("<h1>a</h1><h5>b</h5>", "<h2>a</h2><h3>b</h3>"),
    ("<dl><dt>a</dt><dd>b</dd></dl>", "<p>a</p><p>b</p>"),
    ("<figcaption>a</figcaption>b", "<p>a</p>b"),
    # --- Inline elements around blocks ---
    (
        "<strong><p>a</p><ul><li>b</li></ul></strong>",
        "<p><strong>a</strong></p><ul><li><strong>b</strong></li></ul>",
    ),
    ('<a href="/x"><p>a</p></a>', '<p><a href="/x">a</a></p>'),
    ('<a href="/x">a<object><a href="/y">b</a></object></a>', '<a href="/x">ab</a>'),
    ("<p>2<sup>2<sup>2</sup></sup> <em>a</em> b</p>",) * 2,
    ("<p><strong>a <strong>b</strong></strong></p>", "<p><strong>a b</strong></p>"),
    # --- Lists ---
    ("<li>a</li><li>b</li>c", "<ul><li>a</li><li>b</li></ul>c"),
    ("<ul>a<li>b</li><p>c</p></ul>", "<ul><li>a</li><li>b</li><li><p>c</p></li></ul>"),
    (
        "<ul><li>a</li><ul><li>b</li></ul><li>c</li></ul>",
        "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>",
    ),
    ("<ul></ul><ol> </ol>a", "a"),
    ('<ol start="x" reversed><li value="7">a</li></ol>', "<ol><li>a</li></ol>"),
    ('<ol start="-5"><li>a</li></ol>',) * 2,
    # --- Tables ---
    (
        '<table><tr><td colspan="99999">a<td>b<tr><td>c</table>',
        "<table><tbody><tr><td>a</td><td>b</td></tr><tr><td>c</td><td></td></tr></tbody></table>",
    ),
    (
        '<table><tr><td rowspan="0">a<td>b<tr><td>c</table>',
        '<table><tbody><tr><td rowspan="2">a</td><td>b</td></tr><tr><td>c</td></tr></tbody>'
        "</table>",
    ),
    (
        '<table><tr><td>a<td rowspan="9">b<tr><td colspan="2">c</table>',
        '<table><tbody><tr><td>a</td><td rowspan="2">b</td></tr><tr><td>c</td></tr></tbody>'
        "</table>",
    ),
    (
        '<table><tr></tr><tr><td rowspan="3" colspan="-1">a</td></tr><tr></tr></table>',
        "<table><tbody><tr><td>a</td></tr></tbody></table>",
    ),
    (
        "<table>a<caption>b</caption><tr><td>c</td></tr></table>",
        "a<p>b</p><table><tbody><tr><td>c</td></tr></tbody></table>",
    ),
    (
        "<table><tbody><tr><td>a</td></tr></tbody><thead><tr><th>b</th></tr></thead></table>",
        "<table><tbody><tr><td>a</td></tr></tbody><tbody><tr><th>b</th></tr></tbody></table>",
    ),
    (
        '<table><tr><th scope="x"><h2>a</h2></th></tr></table>',
        "<table><tbody><tr><th><p>a</p></th></tr></tbody></table>",
    ),
    (
        "<table><tr><td><table><tr><td>a</td></tr></table></td></tr></table>",
        "<table><tbody><tr><td><table><tbody><tr><td>a</td></tr></tbody></table></td></tr></tbody>"
        "</table>",
    ),
    ("<table></table><table><tr></tr></table>a", "a"),
    ("a<td>b</td>", "ab"),
    # --- Attributes and characters ---
    ('<p lang="xx yy" title="a" dir="up" id="main" class="b" role="c">d</p>', "<p>d</p>"),
    ("<p>a&#1;b&#xFFFE;c\x85d&#x1FFFF;</p>", "<p>abc<br>d</p>"),
]  # fmt: skip


@pytest.mark.parametrize(("pasted", "stored"), MENDED)
def test_each_element_is_stored_in_a_place_where_it_may_stand(pasted, stored):
    assert cleaner.clean(pasted) == stored
    assert cleaner.clean(str(cleaner.clean(pasted))) == stored


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("https://a.example/b c[d]|e%zz%41é?f=g h#i#j",
         "https://a.example/b%20c%5Bd%5D%7Ce%25zz%41é?f=g%20h#i%23j"),
        (" https://a.example/\nb ", "https://a.example/b"),
        ("https://exämple.fr/", "https://exämple.fr/"),
        ("https://[::1]/", "https://[::1]/"),
        ("https://192.0.2.1:8000/", "https://192.0.2.1:8000/"),
        ("https://1.2.3.4a/", "https://1.2.3.4a/"),
        ("https://anne:secret@a.example/", "https://a.example/"),
        ("/2025/05/04/bridge/?a=b#c", "/2025/05/04/bridge/?a=b#c"),
        ("#part", "#part"), ("?", "?"), ("", ""),
        ("mailto:anne leroy@a.example", "mailto:anne%20leroy@a.example"),
        *((wrong, None) for wrong in (
            "http://", "http:a", "https://[::1", "https://a b/", "https://a:b/", "https://a:99999/",
            "https://a..b/", "https://%41.example/", "https:///a", "https://?a",
            "https://a.example:0/", "https://1.2.3.4.5/", "https://0x7f.1/", "https://127.1/",
            "https://01.2.3.4/", "https://１.２/", "https://a.0x/b", "https://[fe80::1%25eth0]/",
            "https://[v1.a]/",
        )),
    ],
)  # fmt: skip
def test_the_address_of_a_link_is_one_that_html_allows_or_none(typed, stored):
    href = f' href="{escape(stored)}"' if stored is not None else ""
    assert cleaner.clean(f'<p><a href="{escape(typed)}">x</a></p>') == f"<p><a{href}>x</a></p>"


PIECES = [
    *("<p>", "</p>", "<ul>", "</ul>", "<li>", "</li>", "<h2>", "</h2>", "<a href='/x'>", "</a>"),
    *("<table>", "</table>", "<tr>", "</tr>", "<td rowspan=3>", "<td colspan=2>", "</td>", "<th>"),
    *("<strong>", "</strong>", "<sup>", "</sup>", "<blockquote>", "</blockquote>", "<div>"),
    *("</div>", "<figure>", "</figure>", "<figcaption>", "</figcaption>", "<caption>", "<dt>"),
    *("<hr>", "<br>", "<foot-note>", "<foot-note>", "</foot-note>", "<s>", "</s>"),
    *("<object>", "</object>", "<thead>", "<tfoot>", "<h5>", "</h5>", " ", "\n"),
]  # fmt: skip


def test_no_word_is_lost_and_cleaning_again_changes_nothing_whatever_stands_in_what():
    dice = random.Random(1)
    for number in range(1500):
        pasted = "".join(
            dice.choice(PIECES) + dice.choice(["", f"w{place} "]) for place in range(number % 40)
        )
        stored = str(cleaner.clean(pasted))
        assert cleaner.clean(stored) == stored, pasted
        without_figures = pasted.replace("<figure>", "<div>").replace("</figure>", "</div>")
        kept = str(cleaner.clean(without_figures))
        words = [piece for piece in pasted.replace("<", " <").replace(">", "> ").split()
                 if piece.startswith("w")]  # fmt: skip
        assert all(f"{word} " in f"{kept} " or f"{word}<" in kept for word in words), pasted


def test_pictures_and_captions_stay_together(db):
    image = factories.image()
    img = f'<img data-file="{image.pk}" alt="A bridge">'
    stored = cleaner.clean(
        f"<p>a<figure><figcaption>one</figcaption>{img}<figcaption>two</figcaption></figure></p>"
    )
    assert stored.startswith("<p>a</p><figure><figcaption>one</figcaption><img src=")
    assert stored.endswith("<p>two</p></figure><p></p>")
    assert cleaner.mended(stored) == stored
