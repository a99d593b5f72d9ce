"""House rules: what they find, what they spare, and what mends it."""

import time

import pytest

from articles.models import HouseRule
from articles.publishing.preflight.house import breaches
from articles.publishing.preflight.house.defaults import RULES
from articles.publishing.preflight.house.phrases import Phrase, PhraseIndex, index_of
from articles.text.typography import typeset
from tests import factories

DEFAULTS = {
    language: index_of(
        tuple(
            Phrase(number, written, preferred, tuple(exceptions))
            for number, (written, preferred, _why, *exceptions) in enumerate(rules)
        )
    )
    for language, rules in RULES.items()
}


def mended(text, language="fr", index=None):
    """Return `text` with everything that the rules find in it mended."""
    parts, end = [], 0
    for match in (index or DEFAULTS[language]).matches(text, language):
        parts += [text[end : match.start], match.preferred]
        end = match.end
    return "".join([*parts, text[end:]])


@pytest.mark.parametrize(
    ("language", "typed", "right"),
    [
        ("fr", "A partir de 2h30, l'Etat décide.", "À partir de 2 h 30, l'État décide."),
        ("fr", "Etats-Unis : 12,5% des 1ères", "États-Unis : 12,5\xa0% des 1res"),
        ("fr", "L'article n° 5 du XXème siècle, 2ème", "L'article nº 5 du XXe siècle, 2e"),
        ("fr", "Mr Durand, un évènement", "M. Durand, un événement"),
        ("en", "Percent: 20 % of it, etc... Seperate", "Per cent: 20% of it, etc. Separate"),
    ],
)
def test_each_language_has_rules_of_its_own(language, typed, right):
    assert mended(typed, language) == right


@pytest.mark.parametrize(
    "text",
    [
        "Le ministre a partir de là une idée; il y a peine perdue",
        "Un étatisme, l’Étatisation, Etatique et Mrs",
        'Il a dit « 2h30, Mr Durand » puis “l’Etat” et "Etat"',
        "Voir https://etat.example/Etat/2h30 ou Etat@mr.example",
        "Mr Bean et la saison 2",
        "Vitamine A la nuit, ETAT",
    ],
)
def test_other_words_quotations_addresses_and_exceptions_are_spared(text):
    assert mended(text) == text


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "Il vient ! Vraiment ? Oui ; à 18 h 30 : 50 % et 12 000 €, nº 5, M. Durand"),
        ("fr", 'Il vient! Vraiment? Oui; "bien" l\'été, 3 km, 1er mai, Louis XIV, XXe siècle'),
        ("en", "He said \"no\" and 'yes', it's 5 km on 3 May, No. 5, Mr. Smith, 20%"),
    ],
)
def test_nothing_is_found_that_display_sets_by_itself(language, text):
    """Also where a newsroom asks for exactly that."""
    assert mended(text, language) == text
    shown = typeset(text, language)
    assert mended(shown, language) == shown
    own = PhraseIndex([Phrase(1, text, shown)])
    assert mended(text, language, own) == text


def test_every_mend_is_right_by_all_the_rules():
    for language, rules in RULES.items():
        for written, preferred, *_rest in rules:
            typed = written.replace("#", "7")
            assert mended(f"x {typed} x", language) == f"x {preferred.replace('#', '7')} x"
            assert mended(f"x {mended(typed, language)} x", language) == (
                f"x {mended(typed, language)} x"
            )


def test_the_time_is_linear_in_the_text_and_the_table():
    index = PhraseIndex([Phrase(n, f"mot{'a' * n} plus", "x") for n in range(1, 2000)])
    for text in ("mot " * 20_000, "« " * 30_000, '" “' * 20_000, "1," * 30_000, "a_" * 30_000):
        start = time.process_time()
        assert list(index.matches(text, "fr")) == []
        assert time.process_time() - start < 1


@pytest.mark.django_db
def test_a_breach_leads_to_its_place_and_says_what_mends_it():
    HouseRule.objects.all().delete()
    HouseRule.objects.create(written="e-mail", preferred="courriel", explanation="En français.")
    HouseRule.objects.create(written="e-mail pro", preferred="x", language="en")
    HouseRule.objects.create(written="pro", preferred="x", is_on=False)
    article = factories.article(
        "Un e-mail pro",
        language="fr-CA",
        body="<p>« e-mail »</p><blockquote><p>e-mail &amp; <em>e-mail</em></p></blockquote>"
        "<p>Un <strong>e-</strong>mail. E-mail<foot-note><p>e-mail</p></foot-note></p>",
    )
    found = breaches.of_article(article)
    assert [(each.field, each.quoted, each.occurrence, each.mend) for each in found][:3] == [
        ("headline", "e-mail", 0, "courriel"),
        ("body", "e-mail", 3, "courriel"),
        ("body", "E-mail", 0, "Courriel"),
    ]
    assert "En français." in found[0].error.messages[0]
