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


def _after(*words):
    """Return a pattern for a space after one of `words`, each a pattern of fixed length."""
    return "(?:" + "|".join(rf"(?<=(?<!\w){word})" for word in words) + ")" + SPACE


def _before(words):
    """Return a pattern for a space between a figure and one of `words`, a pattern."""
    return rf"(?<=\d){SPACE}(?=(?:{words})(?!\w))"


_SPACES = {
    "fr": [
        _before(f"{_UNITS}|[kM]?[€$£%‰]|{_FRENCH_MONTHS}|millions?|milliards?"),
        rf"(?<=1er){SPACE}(?=(?:{_FRENCH_MONTHS})\b)",
        rf"(?:(?<=\d{SPACE}h)|(?<=\dh)|(?<=\d{SPACE}min)|(?<=\dmin)|(?<=\d°)){SPACE}{_FIGURE}",
        _after("[nN][°ºo]", "[nN][°ºo]s", "№", "§", "art\\.", "p\\.", "pp\\.", "vol\\.", "fig\\.")
        + _FIGURE,
        _after("chap\\.", "ch\\.", "t\\.", "al\\.") + r"(?=[\dIVXLC])",
        _after("[A-ZÀ-ÖØ-Þ]\\.", "MM\\.", "Mme", "Mmes", "Mlle", "Mlles", "Me", "Mgr", "Dr", "Pr")
        + _CAPITAL,
        rf"(?<=[^\W\d_A-Z]){SPACE}(?=[IVX]{{2,6}}\b)|(?<=[IVX]e){SPACE}(?=siècles?\b)",
    ],
    "en": [
        _before(f"{_UNITS}|ft|in|lb|oz|mi|mph|[ap]\\.m\\.|[ap]m|[mbt]r?illion|{_ENGLISH_MONTHS}"),
        _after(*_ENGLISH_MONTHS.split("|")) + r"(?=\d{1,2}\b)",
        _after("No\\.", "Nos\\.", "§", "p\\.", "pp\\.", "vol\\.", "fig\\.") + _FIGURE,
        _after("[A-Z]\\.", "Mr", "Mrs", "Ms", "Dr", "Mr\\.", "Mrs\\.", "Ms\\.", "Dr\\.", "Prof\\.")
        + _CAPITAL,
    ],
}
_PATTERNS = {language: re.compile("|".join(each)) for language, each in _SPACES.items()}
# Digits in groups of three: 12 000 stays on one line.
_GROUP = re.compile(rf"(?<=\d){SPACE}(?=\d{{3}}(?!\d))")


def keep_together(text: str, signs: list[str], language: str):
    """Put no-break spaces into `signs`, which holds what stands for each character of `text`."""
    if pattern := _PATTERNS.get(language):
        for match in pattern.finditer(text):
            signs[match.start()] = NO_BREAK
    if language == "fr":
        for match in _GROUP.finditer(text):
            signs[match.start()] = NARROW
