"""Typography, which is added when text is shown: quotation marks, dashes, spaces."""

import random

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


# --- Quotation marks ------------------------------------------------------------------------------

QUOTED = [
    # In French.
    ("fr", 'Il dit "oui".', f"Il dit «{B}oui{B}»."),
    ("fr", '"Oui", dit-il', f"«{B}Oui{B}», dit-il"),
    ("fr", '("oui")', f"(«{B}oui{B}»)"),
    ("fr", '"Vraiment ?" dit-il', f"«{B}Vraiment{N}?{B}» dit-il"),
    ("fr", '"a "b" c"', f"«{B}a “b” c{B}»"),
    ("fr", '« a "b" c »', f"«{B}a “b” c{B}»"),
    ("fr", "\"Il dit 'va' ici\"", f"«{B}Il dit “va” ici{B}»"),
    ("fr", "\"'Va'\"", f"«{B}“Va”{B}»"),
    ("fr", "l'\"Express\" d'«Europe»", f"l’«{B}Express{B}» d’«{B}Europe{B}»"),
    ("fr", '"...oui"', f"«{B}…oui{B}»"),
    ("fr", '"a","b";"c"', f"«{B}a{B}»,«{B}b{B}»;«{B}c{B}»"),
    ("fr", 'Il dit:"oui"', f"Il dit:«{B}oui{B}»"),
    ("fr", '" Oui ", dit-il. " Non ! "', f"«{B}Oui{B}», dit-il. «{B}Non{N}!{B}»"),
    ("fr", '(" oui ")', f"(«{B}oui{B}»)"),
    ("fr", '« Oui ", dit-il', f"«{B}Oui{B}», dit-il"),
    ("fr", 'un " seul et "deux"', f'un " seul et «{B}deux{B}»'),
    ("en", 'He said:"yes,"', "He said:“yes,”"),
    ("fr", '"a"/"b"-"c"', f"«{B}a{B}»/«{B}b{B}»-«{B}c{B}»"),
    ("fr-CA", '"Oui"', f"«{B}Oui{B}»"),
    ("fr", '"paul@x.fr"', f"«{B}paul@x.fr{B}»"),
    ("fr", '("https://x.fr/l\'a")', f"(«{B}https://x.fr/l'a{B}»)"),
    # In English.
    ("en", 'He said "no".', "He said “no”."),
    ("en-GB", '"a "b" c"', "“a ‘b’ c”"),
    ("en", "\"He said 'go' now\"", "“He said ‘go’ now”"),
    ("en", '"the dogs\' bowl"', "“the dogs’ bowl”"),
    ("en", '"Why?" she said. "Because."', "“Why?” she said. “Because.”"),
    ("en", "\"Fish 'n' chips\"", "“Fish ’n’ chips”"),
    ("en", '"Yes"--no', "“Yes”—no"),
    ("en", '"5\'10" tall"', "“5'10\" tall”"),
    # In other languages, and in those whose rules are not known.
    ("de", '"Ja "gut""', "„Ja ‚gut‘“"),
    ("es", '"Si"', "«Si»"),
    ("it", 'l\'"Unità"', "l’«Unità»"),
    ("pl", '"Tak "dobrze""', "„Tak «dobrze»”"),
    ("pt", '"Sim"', "«Sim»"),
    ("pt-br", '"Sim"', "“Sim”"),
    ("pt-AO", '"Sim"', "«Sim»"),
    ("el", '"Ναι "όχι""', "«Ναι “όχι”»"),
    ("nb", '"Ja"', "«Ja»"),
    ("hu", '"Igen"', "„Igen”"),
    ("sv", '"Ja", ”nej” "Nej"', "”Ja”, ”nej” ”Nej”"),
    ("tr", '"İstanbul\'da"', "“İstanbul’da”"),
    ("ja", '"x" -- ... l\'x', '"x" -- ... l\'x'),
    ("", '"x" l\'x', '"x" l\'x'),
]
#: Straight signs that are no quotation marks, or of which nobody can be sure.
STRAIGHT = [
    "5'10\"",
    "48° 51' 24\"".replace(" ", B, 1),
    '24" de large',
    'de 24 " à 27 " de large',
    "6' tall",
    "'entre apostrophes'",
    "les années '68",
    '"',
    '"""',
    '"\'"',
    'https://x.fr/"a"--b...c',
    "o'brien--x@y.fr",
]


@pytest.mark.parametrize(("language", "typed", "shown"), QUOTED)
def test_straight_quotes_become_those_of_the_language(language, typed, shown):
    assert typeset(typed, language) == shown
    assert typeset(shown, language) == shown


@pytest.mark.parametrize("text", STRAIGHT)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_signs_of_measure_and_doubtful_ones_stay_straight(text, language):
    assert typeset(text, language) == text


QUOTED_HTML = [
    ('<p>"<em>Oui</em>"</p>', f"<p>«{B}<em>Oui</em>{B}»</p>"),
    ('<p><em>"Oui</em> et non"</p>', f"<p><em>«{B}Oui</em> et non{B}»</p>"),
    ("<p>l'<em>État</em></p>", "<p>l’<em>État</em></p>"),
    ('<p>dit "<a href="/x">oui</a>".</p>', f'<p>dit «{B}<a href="/x">oui</a>{B}».</p>'),
    ('<p>"Un.</p><p>"Deux."</p>', f"<p>«{B}Un.</p><p>«{B}Deux.{B}»</p>"),
    ('<p>"Un.</p><p>Deux. "</p>', f"<p>«{B}Un.</p><p>Deux.{B}»</p>"),
    ('<p>" <em>Un</em> " et</p>', f"<p>«{B}<em>Un</em>{B}» et</p>"),
    ('<p>"Un.</p><p>Deux."</p>', f"<p>«{B}Un.</p><p>Deux.{B}»</p>"),
    ('<li>"a"</li><li>"b"</li>', f"<li>«{B}a{B}»</li><li>«{B}b{B}»</li>"),
    ("<p>l'<code>a \"b\" -- ...</code></p>", '<p>l’<code>a "b" -- ...</code></p>'),
    ('<pre>"x"</pre><kbd>"y"</kbd><samp>\'z</samp>',) * 2,
    ('<p>"A&amp;B" &lt;b&gt;</p>', f"<p>«{B}A&amp;B{B}» &lt;b&gt;</p>"),
    ('<p><em>Quoi</em>?</p>', f"<p><em>Quoi</em>{N}?</p>"),
    ("<p>n<sup>o</sup> 5, 1<sup>er</sup> mai</p>",
     f"<p>n<sup>o</sup>{B}5, 1<sup>er</sup>{B}mai</p>"),
    ("<p>10 <b>kg</b></p>", f"<p>10{B}<b>kg</b></p>"),
]  # fmt: skip


@pytest.mark.parametrize(("stored", "shown"), QUOTED_HTML)
def test_signs_are_read_across_the_tags_in_a_line(stored, shown):
    assert typeset_html(stored, "fr") == shown
    assert typeset_html(shown, "fr") == shown


# --- Dashes, dots and spaces ----------------------------------------------------------------------

SIGNS = [
    ("fr", "un -- deux", "un – deux"),
    ("fr", "-- Oui", "— Oui"),
    ("fr", "1939--1945", "1939–1945"),
    ("en", "one -- two", "one – two"),
    ("en", "one--two", "one—two"),
    ("en", "1939--1945", "1939–1945"),
    ("en", "wait...", "wait…"),
    ("fr", "etc...", "etc…"),
    ("fr", "n° 5", f"n°{B}5"),
    ("fr", "20 h 30", f"20{B}h{B}30"),
    ("fr", "10 kg, 3 km, 5 m², 20 °C", f"10{B}kg, 3{B}km, 5{B}m², 20{B}°C"),
    ("fr", "M. Dupont, Mme Ô, V. Hugo", f"M.{B}Dupont, Mme{B}Ô, V.{B}Hugo"),
    ("fr", "20 h30, 52 av. J.-C.", f"20{B}h30, 52 av.{B}J.-C."),
    ("fr", "art. 5, p. 12, § 3", f"art.{B}5, p.{B}12, §{B}3"),
    ("fr", "1er mai, 12 juin 2026", f"1er{B}mai, 12{B}juin 2026"),
    ("fr", "Louis XIV, François Ier, XVIIe siècle", f"Louis{B}XIV, François{B}Ier, XVIIe{B}siècle"),
    ("fr", "15 ¥, 3 M€, 5 ‰", f"15{B}¥, 3{B}M€, 5{B}‰"),
    ("en", "£5 bn, $3 million", f"£5{B}bn, $3{B}million"),
    ("fr", "10 millions, 3 Md€", f"10{B}millions, 3{B}Md€"),
    ("fr", "En 2019 350 voix, 1 350 voix", f"En 2019 350 voix, 1{N}350 voix"),
    ("en", "10 kg at 5 p.m.", f"10{B}kg at 5{B}p.m."),
    ("en", "Mr. Smith, No. 5, p. 12", f"Mr.{B}Smith, No.{B}5, p.{B}12"),
    ("en", "12 May, May 12", f"12{B}May, May{B}12"),
]
LEFT_AS_TYPED = ["ls --help", "a --> b", "<!-- x -->", "....", "----", "10 à 12", "Voir p. ex."]


@pytest.mark.parametrize(("language", "typed", "shown"), SIGNS)
def test_dashes_dots_and_spaces_are_those_of_a_printed_page(language, typed, shown):
    assert typeset(typed, language) == shown
    assert typeset(shown, language) == shown


@pytest.mark.parametrize("text", LEFT_AS_TYPED)
def test_options_arrows_and_rows_are_left_as_typed(text):
    assert typeset(text, "fr") == text


@pytest.mark.parametrize("language", ["fr", "en", "de", "pl", "sv"])
def test_whatever_is_typed_setting_it_twice_changes_nothing_more(language):
    pieces = [*"\"\"''ab é1.,?!:;-() «»“”‘’…", "...", "--", "5'10\"", "n° 5", "10 kg", "x@y.z"]
    pieces += ["<em>", "</em>", "</p><p>", '<code>x"</code>', "&lt;", "&nbsp;"]
    choose = random.Random(11)
    for _ in range(1000):
        typed = "".join(choose.choices(pieces, k=choose.randint(1, 12)))
        once = typeset_html(typed, language)
        assert typeset_html(once, language) == once, typed


@pytest.mark.parametrize(
    "part", ['"', '" ', '"a', "'a ", "\"' ", "5'", 'x"@', "n° ", "https://", "A. "]
)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_thousands_of_signs_are_read_in_one_pass(part, language):
    """As above: a quadratic way would make this test very slow."""
    once = typeset_html(part * 5_000, language)
    assert typeset_html(once, language) == once
