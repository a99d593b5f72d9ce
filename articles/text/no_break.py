"""The spaces at which a line must not break, in French and in English.

French: Lexique des règles typographiques en usage à l'Imprimerie nationale. A number stays with its
unit, an abbreviation with its name or number, an hour with its minutes, a day with its month.
"""

import re

NARROW = "\u202f"
NO_BREAK = "\xa0"

#: One space that an editor may have typed; never a line end.
SPACE = r"[ \t\xa0\u2009\u202f]"

_UNITS = (
    "[kcmµ]?g|[kcmµ]?m[²³23]?|[hcm]?[lL]|ha|t|h|min|m?s|km/h|°[CF]?|[kMGT]?Wh?|k?V|m?A|[kMG]?Hz"
    "|[kMGT][oB]|dB|h?Pa|k?J|k?cal"
)
_CAPITAL = "(?=[A-ZÀ-ÖØ-Þ])"
_FIGURE = r"(?=\d)"
_FRENCH_MONTHS = (
    "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
)
_ENGLISH_MONTHS = (
    "January|February|March|April|May|June|July|August|September|October|November|December"
)
_TITLES = ("Mr", "Mrs", "Ms", "Dr", "Prof")


def _after(*words):
    """Return the condition that a space stands after one of `words`, patterns of fixed lengths."""
    return "(?:" + "|".join(rf"(?<=(?<!\w){word}{SPACE})" for word in words) + ")"


def _between_figure_and(words):
    """Return the condition that a space stands between a figure and one of `words`, a pattern."""
    return rf"(?<=\d{SPACE})(?=(?:{words})(?!\w))"


#: The conditions for a space that does not break, by language.
_CONDITIONS = {
    "fr": [
        _between_figure_and(
            rf"{_UNITS}|[kM]?[€$£¥₽₹₺₩]|[%‰]|Mds?€?|h\d\d|{_FRENCH_MONTHS}|millions?|milliards?"
        ),
        rf"(?<=1er{SPACE})(?=(?:{_FRENCH_MONTHS})\b)",
        "(?:"
        + "|".join(
            rf"(?<=\d{unit}{SPACE})" for unit in (f"{SPACE}h", "h", f"{SPACE}min", "min", "°")
        )
        + ")"
        + _FIGURE,
        _after("[nN][°ºo]", "[nN][°ºo]s", "№", "§", r"art\.", r"p\.", r"pp\.", r"vol\.", r"fig\.")
        + _FIGURE,
        _after(r"chap\.", r"ch\.", r"t\.", r"al\.") + r"(?=[\dIVXLC])",
        _after(r"[A-ZÀ-ÖØ-Þ]\.", r"MM\.", "Mme", "Mmes", "Mlle", "Mlles", "Me", "Mgr", "Dr", "Pr")
        + _CAPITAL,
        _after(r"av\.", r"apr\.") + r"(?=J\.)",
        # Louis XIV, François Ier, XVIIe siècle.
        rf"(?<=[^\W\d_A-Z]{SPACE})(?=(?:[IVX]{{2,6}}|Ier|Ire)\b)|(?<=[IVX]e{SPACE})(?=siècles?\b)",
    ],
    "en": [
        _between_figure_and(
            rf"{_UNITS}|ft|in|lb|oz|mi|mph|[ap]\.m\.|[ap]m|[mbt]r?illion|[bt]n|{_ENGLISH_MONTHS}"
        ),
        _after(*_ENGLISH_MONTHS.split("|")) + r"(?=\d{1,2}\b)",
        _after(r"No\.", r"Nos\.", "§", r"p\.", r"pp\.", r"vol\.", r"fig\.") + _FIGURE,
        _after(r"[A-Z]\.", *(f"{title}{dot}" for title in _TITLES for dot in ("", r"\.")))
        + _CAPITAL,
    ],
}
# Each begins with the space, so that the conditions are only read where one stands.
_PATTERNS = {
    language: re.compile(f"{SPACE}(?:{'|'.join(conditions)})")
    for language, conditions in _CONDITIONS.items()
}
# Digits in groups of three: 12 000 stays on one line. A year begins no group: in 2019 350 people.
_GROUP = re.compile(rf"{SPACE}(?<=\d{SPACE})(?<!\d{{4}}{SPACE})(?=\d{{3}}(?!\d))")


def keep_together(text: str, signs: list[str], language: str):
    """Put no-break spaces into `signs`, which holds what stands for each character of `text`."""
    if pattern := _PATTERNS.get(language):
        for match in pattern.finditer(text):
            signs[match.start()] = NO_BREAK
    if language == "fr":
        for match in _GROUP.finditer(text):
            signs[match.start()] = NARROW
