"""The house rules with which every site starts; a newsroom changes them in the admin.

French: Lexique des règles typographiques en usage à l'Imprimerie nationale, and the rectifications
of 1990 where dictionaries have taken them over (événement). English: forms on which the guides of
British newspapers agree. Only what is never right in running text is here.
"""

_CAPITALS = "Les capitales gardent leurs accents."
_ORDINALS = "Les ordinaux s’abrègent en 1er, 1re, 2e."
_TITLES = "« Mr » est l’abréviation anglaise."

#: By language: what is written, what is preferred, the reason, and perhaps an exception.
RULES = {
    "fr": [
        *(
            (written, preferred, _CAPITALS)
            for written, preferred in [
                ("A cause de", "À cause de"),
                ("A l’heure où", "À l’heure où"),
                ("A l’image de", "À l’image de"),
                ("A l’inverse", "À l’inverse"),
                ("A l’issue", "À l’issue"),
                ("A l’occasion", "À l’occasion"),
                ("A l’origine", "À l’origine"),
                ("A la fin", "À la fin"),
                ("A la fois", "À la fois"),
                ("A la suite", "À la suite"),
                ("A noter", "À noter"),
                ("A nouveau", "À nouveau"),
                ("A partir de", "À partir de"),
                ("A peine", "À peine"),
                ("A propos", "À propos"),
                ("A savoir", "À savoir"),
                ("A travers", "À travers"),
                ("Ca va", "Ça va"),
                ("Ecole", "École"),
                ("Ecoles", "Écoles"),
                ("Economie", "Économie"),
                ("Eglise", "Église"),
                ("Egypte", "Égypte"),
                ("Election", "Élection"),
                ("Elections", "Élections"),
                ("Elysée", "Élysée"),
                ("Etat", "État"),
                ("Etats", "États"),
                ("Etats-Unis", "États-Unis"),
                ("Etre", "Être"),
                ("Evénement", "Événement"),
                ("Ile-de-France", "Île-de-France"),
            ]
        ),
        ("évènement", "événement", "Une seule graphie dans tout le journal."),
        ("évènements", "événements", "Une seule graphie dans tout le journal."),
        ("Evènement", "Événement", _CAPITALS),
        ("Evènements", "Événements", _CAPITALS),
        ("#h#", "# h #", "Les heures s’écrivent avec des espaces : 2 h 30."),
        ("#H#", "# h #", "Les heures s’écrivent avec des espaces : 2 h 30."),
        ("#%", "#\xa0%", "Une espace insécable précède le signe %."),
        ("#€", "#\xa0€", "Une espace insécable précède le signe €."),
        ("n° #", "nº #", "Numéro s’abrège avec un o en exposant, non avec le signe du degré."),
        ("n°#", "nº\xa0#", "Numéro s’abrège avec un o en exposant, suivi d’une espace."),
        ("#ème", "#e", _ORDINALS),
        ("#èmes", "#es", _ORDINALS),
        ("1ère", "1re", _ORDINALS),
        ("1ères", "1res", _ORDINALS),
        *(
            (f"{century}ème siècle", f"{century}e siècle", _ORDINALS)
            for century in ("XVI", "XVII", "XVIII", "XIX", "XX", "XXI")
        ),
        ("Mr", "M.", _TITLES, "Mr Bean"),
        ("Mr.", "M.", _TITLES, "Mr. Bean"),
        ("Mme.", "Mme", "L’abréviation finit par la dernière lettre du mot : sans point."),
        ("etc...", "etc.", "Un seul point suffit."),
        ("etc…", "etc.", "Un seul point suffit."),
        ("quatres", "quatre", "« Quatre » est invariable."),
        ("malgré que", "bien que", ""),
    ],
    "en": [
        ("# %", "#%", "No space before the sign."),
        ("percent", "per cent", ""),
        ("etc...", "etc.", "One full stop is enough."),
        ("alot", "a lot", "Two words."),
        ("alright", "all right", "Two words."),
        ("could of", "could have", ""),
        ("should of", "should have", ""),
        ("would of", "would have", ""),
        ("accomodate", "accommodate", ""),
        ("accomodation", "accommodation", ""),
        ("definately", "definitely", ""),
        ("goverment", "government", ""),
        ("occured", "occurred", ""),
        ("publically", "publicly", ""),
        ("seperate", "separate", ""),
        ("supercede", "supersede", ""),
        ("past history", "history", ""),
        ("PIN number", "PIN", "The N is the number."),
    ],
}
