"""The languages that an article may be in: those that Django knows, and others.

The site's interface is in one of `settings.LANGUAGES`; an article may be in any of these.
"""

from django.conf import settings
from django.conf.locale import LANG_INFO
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.folding import fold

#: Languages, by their tags (BCP 47), for which Django has no name, or none in French.
OTHERS = {
    "ak": _("Akan"),
    "am": _("Amharic"),
    "ary": _("Moroccan Arabic"),
    "as": _("Assamese"),
    "bm": _("Bambara"),
    "bo": _("Tibetan"),
    "ce": _("Chechen"),
    "ceb": _("Cebuano"),
    "co": _("Corsican"),
    "dv": _("Dhivehi"),
    "dz": _("Dzongkha"),
    "ee": _("Ewe"),
    "ff": _("Fula"),
    "fil": _("Filipino"),
    "fj": _("Fijian"),
    "fo": _("Faroese"),
    "frp": _("Franco-Provençal"),
    "gcf": _("Guadeloupean Creole"),
    "gn": _("Guarani"),
    "gsw": _("Alsatian and Swiss German"),
    "gu": _("Gujarati"),
    "ha": _("Hausa"),
    "iu": _("Inuktitut"),
    "jv": _("Javanese"),
    "kl": _("Greenlandic"),
    "kg": _("Kongo"),
    "ku": _("Kurmanji Kurdish"),
    "la": _("Latin"),
    "lg": _("Ganda"),
    "ln": _("Lingala"),
    "lo": _("Lao"),
    "mg": _("Malagasy"),
    "mfe": _("Mauritian Creole"),
    "mi": _("Māori"),
    "mt": _("Maltese"),
    "nb": _("Norwegian Bokmål"),
    "nds": _("Low German"),
    "no": _("Norwegian"),
    "ny": _("Chichewa"),
    "oc": _("Occitan"),
    "om": _("Oromo"),
    "or": _("Odia"),
    "pcd": _("Picard"),
    "ps": _("Pashto"),
    "qu": _("Quechua"),
    "rcf": _("Réunion Creole"),
    "rm": _("Romansh"),
    "rn": _("Rundi"),
    "rom": _("Romani"),
    "rw": _("Kinyarwanda"),
    "sc": _("Sardinian"),
    "sd": _("Sindhi"),
    "se": _("Northern Sami"),
    "sg": _("Sango"),
    "si": _("Sinhala"),
    "sm": _("Samoan"),
    "sn": _("Shona"),
    "so": _("Somali"),
    "st": _("Southern Sotho"),
    "su": _("Sundanese"),
    "syr": _("Syriac"),
    "ti": _("Tigrinya"),
    "tn": _("Tswana"),
    "to": _("Tongan"),
    "ty": _("Tahitian"),
    "wa": _("Walloon"),
    "wo": _("Wolof"),
    "xh": _("Xhosa"),
    "yi": _("Yiddish"),
    "yo": _("Yoruba"),
    "zdj": _("Comorian"),
    "zgh": _("Moroccan Tamazight"),
    "zu": _("Zulu"),
}


def choices() -> list[tuple[str, str]]:
    """Return the tag and the name of each language, those of the site first."""
    own = [(code, gettext(name)) for code, name in settings.LANGUAGES]
    named = {code: info["name"] for code, info in LANG_INFO.items() if "name" in info} | OTHERS
    others = [(code, gettext(name)) for code, name in named.items() if code not in dict(own)]
    return own + sorted(others, key=lambda language: fold(language[1]))


def interface_language(language: str) -> str:
    """Return the language of the site's own words beside a text in `language`."""
    known = dict(settings.LANGUAGES)
    return next(
        (code for code in (language, language.partition("-")[0]) if code in known),
        settings.LANGUAGE_CODE,
    )
