"""A change of a figure, a name or a date is told from a mended word."""

import pytest

from articles.text.facts import changes

CHANGED = {
    "a figure": ("Il y a 12 morts.", "Il y a 14 morts.", "fr", ["12"], ["14"]),
    "a long figure": (
        "Cela coûte 12 000 euros.",
        "Cela coûte 12 500 euros.",
        "fr",
        ["12 000"],
        ["12 500"],
    ),
    "decimals": ("It is 3.5 km.", "It is 3.7 km.", "en", ["3.5"], ["3.7"]),
    "a figure in words": ("Trois morts.", "Quatre morts.", "fr", ["Trois"], ["Quatre"]),
    "a figure in joined words": (
        "Il y a vingt-deux morts.",
        "Il y a quatre-vingt-dix morts.",
        "fr",
        ["vingt-deux"],
        ["quatre-vingt-dix"],
    ),
    "an ordinal": ("for the fifth time", "for the sixth time", "en", ["fifth"], ["sixth"]),
    "a currency": ("It costs $5m.", "It costs £5m.", "en", ["$"], ["£"]),
    "a currency in words": ("5 euros de plus", "5 dollars de plus", "fr", ["euros"], ["dollars"]),
    "a share": ("Une hausse de 15 %.", "Une hausse de 15 points.", "fr", ["%"], []),
    "an amount": ("a $5m deal", "a $5bn deal", "en", ["m"], ["bn"]),
    "a frost": ("Il fait -5 °C.", "Il fait 5 °C.", "fr", ["-5"], ["5"]),
    "a day told from today": ("parti hier", "parti aujourd’hui", "fr", ["hier"], ["aujourd’hui"]),
    "a month cut short": ("le 3 janv.", "le 3 févr.", "fr", ["janv"], ["févr"]),
    "millions": ("2 million euros", "2 billion euros", "en", ["million"], ["billion"]),
    "a name": ("Il a vu Anne Leroy hier.", "Il a vu Anne Leray hier.", "fr", ["Leroy"], ["Leray"]),
    "a name that begins a sentence": (
        "Leroy a parlé.",
        "Martin a parlé.",
        "fr",
        ["Leroy"],
        ["Martin"],
    ),
    "a full name that begins a sentence": (
        "Anne Leroy left.",
        "Anna Leroy left.",
        "en",
        ["Anne"],
        ["Anna"],
    ),
    "a name after a title": ("Here is M. Roux.", "Here is M. Petit.", "en", ["Roux"], ["Petit"]),
    "an elided name": (
        "Le pont d’Arles ferme.",
        "Le pont d’Albi ferme.",
        "fr",
        ["Arles"],
        ["Albi"],
    ),
    "initials": ("Selon l’ONU.", "Selon l’OMS.", "fr", ["ONU"], ["OMS"]),
    "a weekday": ("Il vient lundi.", "Il vient mardi.", "fr", ["lundi"], ["mardi"]),
    "a month": ("In May they came.", "In June they came.", "en", ["May"], ["June"]),
    "a month that begins a sentence": (
        "Mars est froid.",
        "Avril est froid.",
        "fr",
        ["Mars"],
        ["Avril"],
    ),
    "a day": ("le 3 mars 2025", "le 4 mars 2025", "fr", ["3"], ["4"]),
    "a figure that came": ("They fled.", "They fled; 3 died.", "en", [], ["3"]),
    "two that changed places between sentences": (
        "12 morts à Lille. 30 blessés à Lyon.",
        "30 morts à Lille. 12 blessés à Lyon.",
        "fr",
        ["12", "Lille", "30", "Lyon"],
        ["30", "Lille", "12", "Lyon"],
    ),
    "two that changed places": (
        "12 dead, 30 hurt",
        "30 dead, 12 hurt",
        "en",
        ["12", "30"],
        ["30", "12"],
    ),
}
SAME = {
    "a typo": ("She recieved the prize.", "She received the prize.", "en"),
    "a typo that begins a sentence": ("Yesteday it rained.", "Yesterday it rained.", "en"),
    "another word": ("Le maire a refusé.", "Le maire a décliné.", "fr"),
    "a sentence that begins otherwise": (
        "The mayor left. It rained.",
        "However, the mayor left. It rained.",
        "en",
    ),
    "the signs of thousands": ("12000 euros, 3,5 %", "12\u202f000 euros, 3.5 %", "fr"),
    "a capital": ("le Maire est parti, le maire", "le maire est parti, le maire", "fr"),
    "a headline in capitals": ("Mayor Shuts Old City Bridge", "Mayor Opens Old City Bridge", "en"),
    "a verb that is no month": ("It may rain.", "It might rain.", "en"),
    "a headline that begins otherwise": ("Fire closes the bridge", "Blaze closes the bridge", "en"),
    "an accent": ("Il etait la.", "Il était là.", "fr"),
    "figures in place of words": ("douze, vingt-et-un et 2e", "12, 21 et deuxième", "fr"),
    "a sign in place of a word": ("15 pour cent, 5 euros", "15\u202f%, 5 €", "fr"),
    "a typo in a day": ("Il vient lunid.", "Il vient lundi.", "fr"),
    "a typo in a figure in words": ("quinez morts", "quinze morts", "fr"),
    "accents on capitals": ("L’Etat et l’Oeuvre", "L’État et l’Œuvre", "fr"),
    "accents of two characters": ("Ici Hélène Brun.", "Ici He\u0301le\u0300ne Brun.", "fr"),
    "a pronoun in place of a name": (
        "Anne Leroy dit oui. Anne Leroy part.",
        "Anne Leroy dit oui. Elle part.",
        "fr",
    ),
    "another word at the beginning": ("Cependant, il part.", "Toutefois, il part.", "fr"),
    "sentences that moved": (
        "Anne Leroy est là. Il y a 12 morts.",
        "Il y a 12 morts. Anne Leroy est là.",
        "fr",
    ),
    "nothing": ("", "", "en"),
}


@pytest.mark.parametrize("case", CHANGED)
def test_a_changed_fact_is_named_as_it_stands_in_each_text(case):
    old, new, language, gone, came = CHANGED[case]
    assert changes([old], [new], language) == (gone, came)


@pytest.mark.parametrize("case", SAME)
def test_a_mended_word_is_no_fact(case):
    old, new, language = SAME[case]
    assert changes([old], [new], language) is None


@pytest.mark.parametrize(
    "new",
    [
        ["C’était lundi à Lille.", "Il y a 12 morts et 3 blessés."],
        ["Il y a 12 morts", "et 3 blessés.", "C’était lundi à Lille."],
        ["Il y a 12 morts et 3 blessés. C’était lundi à Lille."],
    ],
    ids=["moved", "split", "joined"],
)
def test_paragraphs_may_move_be_split_and_be_joined(new):
    old = ["Il y a 12 morts et 3 blessés.", "C’était lundi à Lille."]
    assert changes(old, new, "fr") is None
