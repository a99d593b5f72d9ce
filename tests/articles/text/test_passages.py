"""A pasted passage is found in stored text, whatever its signs, spaces, letters and tags."""

import pytest

from articles.text.passages import Passage


@pytest.mark.parametrize(
    ("passage", "text"),
    [
        ("le juge l'a dit", "Hier le juge l’a dit."),
        ("« Jamais ! »", "Il dit «\xa0Jamais\u202f!\xa0» et part."),
        ("«Jamais!»", "Il dit « Jamais ! » et part."),
        ('"Never"', "He said “Never”."),
        ("a - b", "a – b"),
        ("ÉLISE DURAND", "Élise\xa0Durand"),
        ("Élise Durand", "E\u0301lise   Durand"),
        ("cœur de ville", "coeur de\nville"),
        ("administration", "admini\u00adstration"),
        ("wait… no", "wait... no"),
        ("  two words \n", "two words"),
        ("one two", "one\n\n two"),
    ],
)
def test_a_passage_is_found_as_it_is_typed(passage, text):
    assert Passage(passage).is_in(text)
    assert not Passage(passage).is_in(Passage(passage).replace(text, "[…]")[0])


@pytest.mark.parametrize(
    ("passage", "text"),
    [("vol", "volume"), ("vol", "envol"), ("the rapist", "therapist"), ("a b", "ab"), ("", "any")],
)
def test_a_passage_is_found_as_whole_words_only(passage, text):
    assert not Passage(passage).is_in(text)


def test_a_passage_needs_a_letter_or_a_digit():
    assert not Passage(" « … » ")
    assert Passage("7")


def test_only_the_passage_is_replaced():
    assert Passage("vol").replace("Un vol, le VOL\u202f! Volume.", "[…]") == (
        "Un […], le […]\u202f! Volume.",
        2,
    )
    assert Passage("café").replace("cafe\u0301 noir", "x") == ("x noir", 1)


@pytest.mark.parametrize(
    ("passage", "before", "after"),
    [
        # Inside a line, across inline elements, and in part of them.
        ("secret word", "<p>a secret <strong>word</strong> b</p>", "<p>a […] b</p>"),
        (
            "secret word",
            "<p><em>a secret</em> wo<strong>rd b</strong></p>",
            "<p><em>a […]</em><strong> b</strong></p>",
        ),
        ("secret", '<p>a <a href="https://x.example/">secret</a> b</p>',
         '<p>a <a href="https://x.example/">[…]</a> b</p>'),
        # Across paragraphs, cells and list items.
        ("one two", "<p>a one</p><p>two b</p>", "<p>a […]</p><p> b</p>"),
        ("one two three", "<p>one</p><p>two</p><p>three b</p>", "<p>[…]</p><p> b</p>"),
        ("one two", "<ul><li>one</li><li>two</li></ul>", "<ul><li>[…]</li></ul>"),
        ("one two", "<p>one<br>two</p>", "<p>[…]<br></p>"),
        # Around a figure, whose caption the copied words have or have not.
        ("one two", "<p>a one</p><figure><figcaption>c</figcaption></figure><p>two b</p>",
         "<p>a […]</p><figure><figcaption>c</figcaption></figure><p> b</p>"),
        ("one c two", "<p>a one</p><figure><img><figcaption>c</figcaption></figure><p>two b</p>",
         "<p>a […]</p><figure><img></figure><p> b</p>"),
        # Entities, and what would be one.
        ("R&D < 5", "<p>R&amp;D &lt;&nbsp;5 %</p>", "<p>[…] %</p>"),
        ("amp", "<p>R&amp;D</p>", "<p>R&amp;D</p>"),
        # Attributes.
        ("secret", '<img src="/x" alt="a secret &amp; b">', '<img src="/x" alt="a […] &amp; b">'),
        ("Jean Dupont", '<p><a href="//x.example/jean-dupont/">he</a></p>', "<p><a>he</a></p>"),
        ("jean@x.example", '<p><a href="mailto:jean@x.example">he</a></p>', "<p><a>he</a></p>"),
        # Nothing.
        ("strong", "<p>a <strong>b</strong></p>", "<p>a <strong>b</strong></p>"),
        ("one two", "<p>one, two</p>", "<p>one, two</p>"),
    ],
)  # fmt: skip
def test_a_passage_is_replaced_in_html(passage, before, after):
    html, count = Passage(passage).replace_in_html(before, "[…]")
    assert html == after
    assert bool(count) == (before != after)
    assert Passage(passage).replace_in_html(html, "[…]") == (html, 0)


def test_the_replacement_is_text():
    html, _count = Passage("a").replace_in_html("<p>a</p>", "<b> & c")
    assert html == "<p>&lt;b&gt; &amp; c</p>"


@pytest.mark.parametrize(
    ("passage", "address", "has_it"),
    [
        ("Jean Dupont", "/2026/05/01/jean-dupont-arrested/", True),
        ("Jean Dupont", "/2026/05/01/jean-dupontel/", False),
        ("l’élection truquée", "/2026/05/01/lelection-truquee/", True),
        ("élection truquée", "https://x.example/%C3%A9lection_truqu%C3%A9e", True),
        ("He said that the mayor stole it all and more", "/the-mayor-stole-it/", True),
        ("He said that the mayor stole it all and more", "/the-mayor-stole/", False),
        ("le cœur à l’œuvre", "/2026/05/01/le-coeur-a-l-oeuvre/", True),
        ("le cœur à l’œuvre", "/2025/05/01/le-cur-a-luvre/", True),  # made by an older rule
        ("東京大学", "/2026/05/01/bei-jing-dong-jing-da-xue/", True),
        ("Иван Иванов", "/2026/05/01/ivan-ivanov-zaderzhan/", True),
        ("…", "/anything/", False),
    ],
)
def test_an_address_has_the_words_of_a_passage(passage, address, has_it):
    assert Passage(passage).is_in_address(address) is has_it
