"""The direction of words: from left to right, or from right to left as in Arabic and Hebrew."""

from .invisible import is_partly_rtl

#: Languages that are written from right to left unless their tag says otherwise.
_RTL = {
    *("ar", "arc", "arq", "ary", "arz", "azb", "bal", "ckb", "dv", "fa", "glk", "he", "khw", "ks"),
    *("lrc", "mzn", "nqo", "pnb", "prs", "ps", "rhg", "sd", "sdh", "skr", "syr", "ug", "ur", "yi"),
}
#: Scripts that are written from right to left, by their codes in ISO 15924.
_RTL_SCRIPTS = {"adlm", "arab", "hebr", "mand", "nkoo", "rohg", "samr", "syrc", "thaa"}
_FSI, _PDI = "\u2068", "\u2069"


def direction(language: str) -> str:
    """Return the direction of a language's main script, “ltr” or “rtl”, by its tag (BCP 47)."""
    code, *subtags = language.lower().replace("_", "-").split("-")
    script = next((tag for tag in subtags if len(tag) == 4 and tag.isalpha()), "")
    is_rtl = script in _RTL_SCRIPTS if script else code in _RTL
    return "rtl" if is_rtl else "ltr"


def isolated(words: str) -> str:
    """Return plain `words` so that their direction does not move the words around them (UAX 9).

    Used where no markup can stand: in titles, labels, feeds and messages. Words without a letter of
    a right-to-left script stay as they are.
    """
    words = str(words)
    return f"{_FSI}{words}{_PDI}" if is_partly_rtl(words) else words
