"""French spaces, which are added when text is shown."""

import pytest

from articles.text.typography import typeset, typeset_html

N, B = "\u202f", "\xa0"  # narrow no-break, no-break

FRENCH = [
    ("Vraiment ?", f"Vraiment{N}?"),
    ("Vraiment?", f"Vraiment{N}?"),
    (f"Vraiment{B}?", f"Vraiment{N}?"),
    (f"Vraiment{N}?", f"Vraiment{N}?"),
    ("Quoi ?! Non !", f"Quoi{N}?! Non{N}!"),
    ("C’est dit ; bon.", f"C’est dit{N}; bon."),
    ("Pont : ce que l’on savait", f"Pont{B}: ce que l’on savait"),
    ("Pont: ce que", f"Pont{B}: ce que"),
    ("« Oui »", f"«{B}Oui{B}»"),
    ("«Oui»", f"«{B}Oui{B}»"),
    ("«\u2009Oui\u2009»", f"«{B}Oui{B}»"),
    ("« Oui ! »", f"«{B}Oui{N}!{B}»"),
    ("« Oui » : non", f"«{B}Oui{B}»{B}: non"),
    ("(vraiment ?)", f"(vraiment{N}?)"),
    ("10 % de 3 €", f"10{B}% de 3{B}€"),
    ("l'été d'hier", "l’été d’hier"),
]
#: French texts to which no space may be added.
LEFT_ALONE = [
    "Il est 18:30.",
    "À 18:30:15 précises",
    "Voir https://news.example/a?b=1;c:d!e et revenir",
    "Voir https://news.example/a?",
    "Voir www.news.example?q=1;2",
    "Voir lemonde.fr/a?b=1;c",
    "Écrire à redaction@news.example",
    "mailto:redaction@news.example",
    "3:1",
    "C:/dossier",
    "Un tiret - et un point.",
    "dis-moi…",
    "'entre apostrophes'",
    "Rue de l’Église, 4",
    "",
    " ",
]
ENGLISH = ["Really?", "Really ?", "So: this; that!", "« Oui »", "10 %"]


@pytest.mark.parametrize(("typed", "shown"), FRENCH)
def test_french_signs_have_their_spaces(typed, shown):
    assert typeset(typed, "fr") == shown


@pytest.mark.parametrize(("typed", "_shown"), FRENCH)
def test_setting_twice_changes_nothing_more(typed, _shown):
    once = typeset(typed, "fr")
    assert typeset(once, "fr") == once


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_addresses_times_and_other_signs_are_left_alone(text):
    assert typeset(text, "fr") == text


@pytest.mark.parametrize("text", ENGLISH)
def test_english_keeps_its_own_spaces(text):
    assert typeset(text, "en") == text


def test_apostrophes_are_typographic_in_english_too():
    assert typeset("don't 'quote' the '90s", "en") == "don’t 'quote' the '90s"


def test_what_follows_an_address_is_typeset_again():
    shown = typeset("Voir https://news.example/a?b : vraiment ?", "fr")
    assert shown == f"Voir https://news.example/a?b{B}: vraiment{N}?"


HTML = [
    ("<p>Vrai ?</p>", f"<p>Vrai{N}?</p>"),
    ("<p><strong>Oui</strong> ! « <em>Non</em> »</p>",
     f"<p><strong>Oui</strong>{N}! «{B}<em>Non</em>{B}»</p>"),
    ("<p>Oui&nbsp;!</p>", f"<p>Oui{N}!</p>"),
    ('<a href="/?a=1;b ? c : d">x</a>', '<a href="/?a=1;b ? c : d">x</a>'),
    ('<img alt="Quoi ? « Non »" src="/a.jpg">', '<img alt="Quoi ? « Non »" src="/a.jpg">'),
    ('<a title="a > b ?">x ?</a>', f'<a title="a > b ?">x{N}?</a>'),
    ("<p>AT&amp;T ; 1 &lt; 2 ; &lt;b&gt; ?</p>",
     f"<p>AT&amp;T{N}; 1 &lt; 2{N}; &lt;b&gt;{N}?</p>"),
    ("<p>&amp;lt;b ?</p>", f"<p>&amp;lt;b{N}?</p>"),
    ("<p><code>a ? b : c</code> ?</p>", f"<p><code>a ? b : c</code>{N}?</p>"),
    ("<p>18:<strong>30</strong></p>", "<p>18:<strong>30</strong></p>"),
    ("", ""),
]  # fmt: skip


@pytest.mark.parametrize(("stored", "shown"), HTML)
def test_in_html_only_the_text_is_typeset(stored, shown):
    assert typeset_html(stored, "fr") == shown
    assert typeset_html(shown, "fr") == shown


@pytest.mark.parametrize("stored", [stored for stored, _shown in HTML])
def test_english_html_stays_as_it_is_but_for_how_spaces_are_written(stored):
    assert typeset_html(stored, "en") == stored.replace("&nbsp;", B)


@pytest.mark.parametrize(
    ("part", "before", "shown"),
    [
        ("«", "", f"«{B}"),
        ("?", N, "?"),
        *((part, "", part) for part in (" ", "a.", "-", "@", "a@", "&amp;", "&lt;")),
    ],
)
def test_a_hostile_body_comes_out_whole(part, before, shown):
    """A quadratic pattern would make this test very slow, although the test asserts no time."""
    assert typeset_html("x" + part * 20_000, "fr") == "x" + before + shown * 20_000


def test_figures_in_groups_of_three_stay_together_in_french():
    assert typeset("12 000 lampions, 1 234 567 euros, 14 2000", "fr") == (
        "12\u202f000 lampions, 1\u202f234\u202f567 euros, 14 2000"
    )
    assert typeset("12 000", "en") == "12 000"
