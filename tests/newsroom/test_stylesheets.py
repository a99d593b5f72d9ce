"""The stylesheets of readers and of the admin: one rule for a selector, and colours as tokens."""

import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
CSS = ROOT / "static" / "css"
SHEETS = sorted(path.relative_to(CSS).as_posix() for path in CSS.rglob("*.css"))
#: Each notation that CSS has for a colour, except names.
COLOUR = re.compile(
    r"#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|hwb|lab|lch|oklab|oklch|color|color-mix)a?\(", re.IGNORECASE
)
#: One of our stylesheets, as templates and `class Media` name it; Django's own are in `admin/css/`.
NAMED = re.compile(r"""(?<!admin/)css/([\w/-]+\.css)['"]""")


def code(css):
    return re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)


def rules(css):
    """Return, for each rule of `css`, the at-rules and rules around it and its own selector."""
    found, around, start = [], [], 0
    css = code(css)
    for mark in re.finditer(r"[{};]", css):
        words = " ".join(css[start : mark.start()].split())
        start = mark.end()
        if mark[0] == "{":
            found.append((*around, words))
            around.append(words)
        elif mark[0] == "}":
            around.pop()
    return found


def duplicates(css):
    """Return the rules that are declared twice; an at-rule may occur in several places."""
    declared = [rule for rule in rules(css) if not rule[-1].startswith("@")]
    return [rule for rule, number in Counter(declared).items() if number > 1]


def test_every_rule_is_seen_with_what_stands_around_it():
    css = "a, b { c: d } /* a { } */ @media x { a,\n  b { e: f; > g { h: i } } } a {} a {}"
    assert rules(css) == [
        *[("a, b",), ("@media x",), ("@media x", "a, b"), ("@media x", "a, b", "> g")],
        *[("a",), ("a",)],
    ]
    assert duplicates(css) == [("a",)]
    assert duplicates("@media x { a {} } @media x { b {} }") == []
    assert duplicates("@media x { a {} } @media x { a {} }") == [("@media x", "a")]


@pytest.mark.parametrize("name", SHEETS)
def test_no_selector_is_declared_twice(name):
    """A change to a rule is made in that rule, and not in a second one at the end of the file."""
    assert duplicates((CSS / name).read_text()) == []


@pytest.mark.parametrize("name", [name for name in SHEETS if name != "tokens.css"])
def test_colours_are_tokens(name):
    assert COLOUR.findall(code((CSS / name).read_text())) == []


def test_a_colour_stands_once_in_the_tokens():
    literals = re.findall(r"#\w+|rgb\([^)]*\)", code((CSS / "tokens.css").read_text()))
    assert len(literals) > 20
    assert [literal for literal, number in Counter(literals).items() if number > 1] == []


def test_every_stylesheet_is_linked_and_every_link_leads_to_one():
    linking = [*(ROOT / "templates").rglob("*.html")]
    for app in ("articles", "comments", "newsroom"):
        linking += (ROOT / app).rglob("*.py")
    linked = {name for path in linking for name in NAMED.findall(path.read_text())}
    assert linked == set(SHEETS)
