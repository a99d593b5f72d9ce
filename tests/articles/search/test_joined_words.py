"""Words that people type as one, or cut by invisible characters, are found and marked."""

import pytest

from articles.models import Edition
from articles.search import words as article_words
from articles.search.highlights import mark
from articles.search.queries import Query
from tests import factories

pytestmark = pytest.mark.django_db

#: What is typed, a text in which it is found, and the same text with its marks.
FOUND = [
    ("1250", "Soit 1 250 euros", "Soit [1 250] euros"),
    ("1250", "Soit 1\u00a0250 euros", "Soit [1\u00a0250] euros"),
    ("1250", "Soit 1\u202f250 euros", "Soit [1\u202f250] euros"),
    ("1250", "Soit 1\u2009250 euros", "Soit [1\u2009250] euros"),
    ("1250", "Some 1,250 people", "Some [1,250] people"),
    ("1250", "Rund 1.250 Menschen", "Rund [1.250] Menschen"),
    ("1250", "Etwa 1’250 Franken", "Etwa [1’250] Franken"),
    ("1250000", "Près de 1\u202f250\u202f000 voix", "Près de [1\u202f250\u202f000] voix"),
    ("1 250", "Soit 1250 euros", "Soit [1250] euros"),
    ("1\u202f250", "Some 1,250 people", "Some [1,250] people"),
    ("1,250", "Soit 1 250 euros", "Soit [1 250] euros"),
    ("250", "Soit 1 250 euros", "Soit 1 [250] euros"),
    ("aujourdhui", "Dès aujourd’hui", "Dès [aujourd’hui]"),
    ("aujourdhui", "La vie d'aujourd'hui", "La vie d'[aujourd'hui]"),
    ("aujourd'hui", "Ecrit aujourdhui", "Ecrit [aujourdhui]"),
    ("obrien", "Conan O’Brien", "Conan [O’Brien]"),
    ("obrien", "Conan Oʼbrien’s show", "Conan [Oʼbrien’s] show"),
    ("O'Brien", "Conan Obrien", "Conan [Obrien]"),
    ("brien", "Conan O’Brien", "Conan O’[Brien]"),
    ("dartagnan", "Le sieur d’Artagnan", "Le sieur [d’Artagnan]"),
    ("loreal", "Chez L’Oréal", "Chez [L’Oréal]"),
    ("covid19", "La COVID-19 recule", "La [COVID-19] recule"),
    ("covid19", "L’après-covid-19", "L’après-[covid-19]"),
    ("covid19", "La covid\u201119", "La [covid\u201119]"),
    ("covid-19", "Le covid19 recule", "Le [covid19] recule"),
    ("covid", "La COVID-19 recule", "La [COVID]-19 recule"),
    ("saintelme", "À Saint-Elme", "À [Saint-Elme]"),
    ("weekend", "Le week-end", "Le [week-end]"),
    ("usa", "Aux U.S.A. demain", "Aux [U.S.A]. demain"),
    ("U.S.A.", "Aux USA demain", "Aux [USA] demain"),
    ("jrr", "J. R. R. Tolkien", "[J. R. R]. Tolkien"),
    ("urss", "De l’U.R.S.S. à nous", "De l’[U.R.S.S]. à nous"),
    ("nato", "The U.S. N.A.T.O. talks", "The U.S. [N.A.T.O]. talks"),
    ("cgt", "La C.G.T.-F.O. demain", "La [C.G.T].-F.O. demain"),
    ("1250", "Some 1,250km away", "Some [1,250]km away"),
    ("att", "Chez AT&T", "Chez [AT&amp;T]"),
    ("election", "L’élection", "L’[élection]"),
    ("elysee", "À l’Ély\u00adsée", "À l’[Ély\u00adsée]"),
    ("constitution", "La consti\u200btution", "La [consti\u200btution]"),
    ("constitution", "La consti\u2060tu\ufefftion", "La [consti\u2060tu\ufefftion]"),
    ("consti\u00adtution", "La constitution", "La [constitution]"),
    ("हिन्दी", "यह हिन्दी है", "यह [हिन्दी] है"),
    ("東京", "今日の東京都は晴れ", "今日の[東京]都は晴れ"),
    ("東京都", "今日の東京都は晴れ", "今日の[東京都]は晴れ"),
    ("京都", "東京都と京都府", "東[京都]と[京都]府"),
    ("手机", "新款iPhone手机来了", "新款iPhone[手机]来了"),
    ("กรุงเทพ", "ที่กรุงเทพมหานคร", "ที่[กรุงเทพ]มหานคร"),
    ("lodz", "Une ville, Łódź", "Une ville, [Łódź]"),
    ("malmo", "Till Malmø", "Till [Malmø]"),
    ("kasar", "Wata Ƙasar", "Wata [Ƙasar]"),
    ("istanbul", "Dans İSTANBUL", "Dans [İSTANBUL]"),
    ("ışık", "Dit ISIK", "Dit [ISIK]"),
    ("strasse", "Die STRAẞE", "Die [STRAẞE]"),
    ("ΟΔΥΣΣΕΥΣ", "Ο Οδυσσεύς", "Ο [Οδυσσεύς]"),
    ("etudiantes", "Les étudiant·e·s", "Les [étudiant·e·s]"),
    ("étudiant•e•s", "Les étudiant·e·s", "Les [étudiant·e·s]"),
    ("collega", "Un col·lega", "Un [col·lega]"),
    ("collega", "Un coŀlega", "Un [coŀlega]"),
    ("محمد", "كتب مُحَمَّد", "كتب [مُحَمَّد]"),
    ("محمد", "كتب محـــمد", "كتب [محـــمد]"),
    ("ایران", "في ايران", "في [ايران]"),
    ("משה", "אמר מֹשֶׁה", "אמר [מֹשֶׁה]"),
    ("1403", "سال ۱۴۰۳", "سال [۱۴۰۳]"),
    ("٢٠٢٦", "En 2026", "En [2026]"),
]
#: What is typed, and a text in which it is not found.
NOT_FOUND = [
    ("35", "De 3,5 points"),
    ("1250", "En 1 25 0"),
    ("2019350", "En 2019 350 personnes"),
    ("3540", "De 35-40 ans"),
    ("12345", "<p>12</p><p>345</p>"),
    ("pipa", "pi · pa"),
    ("lemonde.fr", "Fr, le monde"),
    ("東京", "東の京"),
    ("京東", "東京都"),
    ("1,250", "Les 250 et le 1"),
    ('"obrien covid19"', "O’Brien, covid-19"),
]


def finds(typed):
    return Edition.objects.live().matching(Query.parse(typed)).count()


def marked(text, typed):
    html = mark(text, Query.parse(typed).stems())
    return html.replace("<mark>", "[").replace("</mark>", "]").replace("&#x27;", "'")


@pytest.mark.parametrize("language", ["fr", pytest.param("en", marks=pytest.mark.any_database)])
def test_each_is_found_in_a_body_and_marked(subtests, language):
    for typed, text, expected in FOUND:
        with subtests.test(typed=typed, text=text):
            factories.published("Bridge", body=f"<p>{text}</p>", language=language)
            found = Edition.objects.live().matching(Query.parse(typed)).order_by("-pk")
            assert [found[0].pk, found[0].in_headline] == [Edition.objects.latest("pk").pk, 0]
            assert marked(text, typed) == expected


def test_each_is_found_in_a_headline(subtests):
    for typed, text, _marked in FOUND:
        with subtests.test(typed=typed, text=text):
            edition = factories.published(text).editions.get()
            found = Edition.objects.live().matching(Query.parse(typed))
            assert found.get(pk=edition.pk).in_headline == 1


def test_what_only_looks_joined_is_not_found(subtests):
    for typed, text in NOT_FOUND:
        with subtests.test(typed=typed, text=text):
            article = factories.published("Bridge", body=f"<p>{text}</p>")
            assert finds(typed) == 0
            article.withdraw(by=None)
            Edition.objects.all().delete()


def test_a_sentence_without_spaces_is_indexed_to_its_end():
    text = "甲乙丙" * 100 + "天地"
    factories.published("Bridge", body=f"<p>{text}</p>")
    assert (finds("天地"), marked(text, "天地")) == (1, text.replace("天地", "[天地]"))


def test_a_word_of_which_folding_leaves_nothing_is_none():
    """Such is a Japanese sound mark by itself; PostgreSQL refuses an empty word."""
    factories.published("\uff9e-\uff9e \uff9e", body="<p>\uff9e</p>")
    assert not any(map(Query.parse, ["\uff9e", '"\uff9e"', "\uff9e-\uff9e"]))
    assert finds("\uff9e bridge") == 0


def test_a_headline_alone_is_searched_without_the_body():
    factories.published("Bridge", body="<p>O’Brien</p>")
    factories.published("O’Brien", body="<p>Bridge</p>")
    found = Edition.objects.live().matching(Query.parse("obrien"))
    assert sorted((e.headline, e.in_headline) for e in found) == [("Bridge", 0), ("O’Brien", 1)]


def test_a_language_without_a_stemmer_is_searched_by_its_words():
    for language in ("es", "ar", "pt-br"):
        word = article_words.stem("publicaciones", language)
        assert any(
            word in form for v in Query.parse("Publicaciones").by_language() for form in v[0]
        )


def test_a_text_of_one_endless_compound_is_indexed():
    factories.published("Bridge", body=f"<p>{'a-' * 30_000}b {'1 250' * 2000} {'x.' * 9000}</p>")
    assert finds("bridge") == 1
