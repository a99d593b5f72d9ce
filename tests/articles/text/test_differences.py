"""The differences between two texts are marked word by word, in HTML that stays well-formed."""

import random
import re

import pytest
from django.utils.translation import override

from articles.text import differences
from articles.text.alignment import MOST_PAIRS, Work
from articles.text.cleaner import clean
from articles.text.differences import blocks, html_differences, text_differences
from articles.text.markup import TAG, plain_text


def picture(number, alt="A bridge"):
    return (
        f'<img src="/media/{number}.jpg" alt="{alt}" width="3" height="2" data-file="{number}"'
        ' loading="lazy">'
    )


@pytest.fixture(autouse=True)
def library(monkeypatch):
    """Take each picture for one of the library, so that no database is asked."""
    monkeypatch.setattr("articles.text.cleaner._with_library_images", lambda html: html)
    monkeypatch.setattr("articles.text.cleaner._allowed", lambda html: html)


TEXTS = {
    "nothing": ("Same.", "Same.", "Same."),
    "a word": ("A cat sat.", "A dog sat.", "A <del>cat</del> <ins>dog</ins> sat."),
    "a number is one word": (
        "12\u202f000,50 €",
        "12\u202f500,50 €",
        "<del>12\u202f000,50</del> <ins>12\u202f500,50</ins> €",
    ),
    "a French article stays": ("L’eau", "L’air", "L’<del>eau</del><ins>air</ins>"),
    "a part of a name": (
        "Jean-Luc came.",
        "Jean-Paul came.",
        "Jean-<del>Luc</del><ins>Paul</ins> came.",
    ),
    "a sign that goes": ("Yes, sir.", "Yes sir.", "Yes<del>,</del> sir."),
    "the first words": (
        "So, all stayed.",
        "All stayed.",
        "<del>So, all</del> <ins>All</ins> stayed.",
    ),
    "a first word": ("Now he left.", "he left.", "<del>Now</del> he left."),
    "a space alone between words": ("A-B", "A B", "A<del>-</del><ins> </ins>B"),
    "a space before a sign": (
        "He saw 12: all.",
        "He saw 14 : all.",
        "He saw <del>12</del><ins>14 </ins>: all.",
    ),
    "words that come": ("Two.", "Two or three.", "Two <ins>or three</ins>."),
    "a sentence": ("One came. Go.", "One came. Two. Go.", "One came. <ins>Two.</ins> Go."),
    "a line": ("One", "One\nTwo", "One<ins><br>Two</ins>"),
    "signs of HTML": ("a & b", "a < b", "a <del>&amp;</del> <ins>&lt;</ins> b"),
    "a script without spaces": ("東京都", "東亰都", "東<del>京</del><ins>亰</ins>都"),
    "a word that stayed by accident": (
        "He said, she left.",
        "Nobody came, all stayed.",
        "<del>He said, she left</del><ins>Nobody came, all stayed</ins>.",
    ),
    "from nothing": ("", "New", "<ins>New</ins>"),
}


@pytest.mark.parametrize("case", TEXTS)
def test_plain_text_is_marked_word_by_word(case):
    old, new, marked = TEXTS[case]
    assert text_differences(old, new) == marked


BODIES = {
    "a paragraph between others": (
        "<p>One.</p><p>Three.</p>",
        "<p>One.</p><p>Two.</p><p>Three.</p>",
        "<p>One.</p><p><ins>Two.</ins></p><p>Three.</p>",
    ),
    "an item": (
        "<ul><li>One</li><li>Two</li></ul>",
        "<ul><li>One</li></ul>",
        "<ul><li>One</li><li><del>Two</del></li></ul>",
    ),
    "the address of a link": (
        '<p>See <a href="/a">this</a> page.</p>',
        '<p>See <a href="/b">this</a> page.</p>',
        '<p>See <del><a href="/a">this</a></del> <ins><a href="/b">this</a></ins>'
        '<span class="change-note"> (now: link to /b; no longer: link to /a)</span> page.</p>',
    ),
    "the words of a link, and its address": (
        '<p>See <a href="/a">the old page</a>.</p>',
        '<p>See <a href="/b">my page</a>.</p>',
        '<p>See <del><a href="/a">the old page</a></del><ins><a href="/b">my page</a></ins>'
        '<span class="change-note"> (now: link to /b; no longer: link to /a)</span>.</p>',
    ),
    "emphasis": (
        "<p>Not <em>so</em> fast.</p>",
        "<p>Not so fast.</p>",
        "<p>Not <del><em>so</em></del> <ins>so</ins>"
        '<span class="change-note"> (no longer: italic)</span> fast.</p>',
    ),
    "a paragraph that became a heading": (
        "<p>The second day</p>",
        "<h2>The second day</h2>",
        "<p><del>The second day</del></p><h2><ins>The second day</ins></h2>",
    ),
    "a rule": ("<p>A</p><hr><p>B</p>", "<p>A</p><p>B</p>", "<p>A</p><del><hr></del><p>B</p>"),
    "a row": (
        "<table><tbody><tr><td>1</td></tr></tbody></table>",
        "<table><tbody><tr><td>1</td></tr><tr><td>2</td></tr></tbody></table>",
        "<table><tbody><tr><td>1</td></tr><tr><td><ins>2</ins></td></tr></tbody></table>",
    ),
    "a column": (
        "<table><tbody><tr><th>A</th><th>B</th></tr><tr><td>10</td><td>20</td></tr></tbody></table>",
        "<table><tbody><tr><th>A</th></tr><tr><td>10</td></tr><tr><td>30</td></tr></tbody></table>",
        "<table><tbody><tr><th>A</th><th><del>B</del></th></tr>"
        "<tr><td>10</td><td><del>20</del></td></tr>"
        "<tr><td><ins>30</ins></td><td></td></tr></tbody></table>",
    ),
    "another picture": (
        f"<figure>{picture(1)}<figcaption>Old</figcaption></figure>",
        f"<figure>{picture(2)}<figcaption>New</figcaption></figure>",
        f'<div class="two-pictures"><figure><del>{picture(1)}</del><figcaption><del>Old</del>'
        f"</figcaption></figure><figure><ins>{picture(2)}</ins><figcaption><ins>New</ins>"
        "</figcaption></figure></div>",
    ),
    "other words of a picture": (
        f"<figure>{picture(1, 'A bridge')}<figcaption>By day</figcaption></figure>",
        f"<figure>{picture(1, 'A ferry')}<figcaption>By night</figcaption></figure>",
        f"<figure>{picture(1, 'A ferry')}"
        '<span class="change-note"> Alternative text: A <del>bridge</del> <ins>ferry</ins></span>'
        "<figcaption>By <del>day</del><ins>night</ins></figcaption></figure>",
    ),
}


@pytest.mark.parametrize("case", BODIES)
def test_a_body_is_marked_within_its_blocks(case):
    old, new, marked = BODIES[case]
    with override("en"):
        assert html_differences(old, new).replace("</del><ins>", "</del> <ins>") == marked.replace(
            "</del><ins>", "</del> <ins>"
        )


# --- Bodies of any kind -----------------------------------------------------------------------

WORDS = [
    "le",
    "maire",
    "12",
    "000",
    "Lille",
    ",",
    "l’eau",
    "&amp;",
    "&lt;b&gt;",
    "été",
    "東京",
    "—",
]


def any_line(rng):
    words = [rng.choice(WORDS) for _ in range(rng.randrange(1, 9))]
    for name in rng.sample(["strong", "em", 'a href="/x"', 'a href="/y"'], rng.randrange(3)):
        start = rng.randrange(len(words))
        words[start] = f"<{name}>{words[start]}</{name.split()[0]}>"
    return " ".join(words) + rng.choice(["", "<br>"])


def any_block(rng, depth=0):
    kind = rng.randrange(9 if depth < 3 else 3)
    inner = [any_block(rng, depth + 1) for _ in range(rng.randrange(1, 3))] if kind > 4 else []
    rows, columns = rng.randrange(1, 4), rng.randrange(1, 4)
    match kind:
        case 0 | 1:
            return f"<p>{any_line(rng)}</p>"
        case 2:
            return rng.choice(["<hr>", f"<h2>{any_line(rng)}</h2>", "<p></p>"])
        case 3:
            return (
                f"<figure>{picture(rng.randrange(3))}"
                f"<figcaption>{any_line(rng)}</figcaption></figure>"
            )
        case 4:
            cells = "".join(f"<td>{any_line(rng)}</td>" for _ in range(columns))
            return f"<table><tbody>{f'<tr>{cells}</tr>' * rows}</tbody></table>"
        case 5 | 6:
            name = rng.choice(["ul", "ol"])
            return f"<{name}>{''.join(f'<li>{item}</li>' for item in inner)}</{name}>"
    return f"<blockquote>{''.join(inner)}</blockquote>"


def changed(rng, body):
    """Return the list of blocks `body` after a few edits."""
    body = list(body)
    for _ in range(rng.randrange(1, 4)):
        place = rng.randrange(len(body) + 1)
        match rng.randrange(4):
            case 0:
                body.insert(place, any_block(rng))
            case 1:
                del body[place : place + 1]
            case 2:
                rng.shuffle(body)
            case _:
                body = [block.replace(*rng.sample(WORDS, 2), 1) for block in body]
    return body


def is_balanced(html):
    open_ones = []
    for tag in TAG.findall(html):
        name = re.match(r"</?([a-z0-9]+)", tag)[1]
        if tag.startswith("</"):
            if not open_ones or open_ones.pop() != name:
                return False
        elif name not in ("br", "hr", "img"):
            open_ones.append(name)
    return not open_ones


def without(html, mark):
    """Return the words of `html` outside of the elements `mark`."""
    html = re.sub(rf"<{mark}>.*?</{mark}>|<span class=.change-note.*?</span>", "", html)
    return re.sub(r"\s", "", plain_text(html))


@pytest.mark.parametrize("seed", range(60))
def test_the_result_is_well_formed_and_holds_both_texts(seed):
    rng = random.Random(seed)
    old = [any_block(rng) for _ in range(rng.randrange(7))]
    new = changed(rng, old)
    old, new = (clean("".join(body)) for body in (old, new))
    marked = html_differences(old, new)
    assert is_balanced(marked)
    assert without(marked, "del") == re.sub(r"\s", "", plain_text(new))
    assert without(marked, "ins") == re.sub(r"\s", "", plain_text(old))
    # A mark is only where HTML lets it be.
    assert not re.search(r"<(?:ul|ol|table|tbody|tr)><(?:ins|del)>", marked)
    both = blocks(old, new)
    assert "".join(pair.old or "" for pair in both) == old
    assert "".join(pair.new or "" for pair in both) == new


@pytest.mark.parametrize("unit", ["<p>a</p>", "<p>a b c d e f g h</p>", "a, b, ", "<li>x</li>"])
def test_a_long_text_takes_a_bounded_time(unit, monkeypatch):
    """The work is counted, so that the test needs no clock."""
    compared = []
    likeness = differences._likeness
    monkeypatch.setattr(differences, "_likeness", lambda a, b: compared.append(1) or likeness(a, b))
    many = 2000
    old = f"<ul>{unit * many}</ul>" if "li" in unit else unit * many
    assert is_balanced(html_differences(old, old.replace("a", "z").replace("x", "y") + "<p>n</p>"))
    assert len(compared) < 3 * many + 2 * MOST_PAIRS


def test_where_the_work_is_used_up_a_paragraph_is_marked_as_a_whole():
    old, new = "<p>A cat sat.</p><p>A dog ran.</p>", "<p>A cow sat.</p><p>A dog lay.</p>"
    first, second = blocks(old, new, Work(45))
    assert first.marked == "<p>A <del>cat</del> <ins>cow</ins> sat.</p>"
    assert second.marked == "<p><del>A dog ran.</del><ins>A dog lay.</ins></p>"
