"""Quotation marks, apostrophes, dashes and dots in place of the straight signs of a keyboard.

A sign is read by the characters beside it, so the caller gives the text of all elements of a body
in a row. A sign whose sense is not sure stays as it was typed: inches and seconds (5'10", 24"),
single quotes (except inside double ones), the years of '68, rows of signs.
"""

import re

from .markup import addresses

#: Stands for the end of a block of HTML. A quotation may go on in the next block.
BLOCK_END = "\u2029"
#: Stands for a part of a line that is no text to typeset: code, or a picture.
OBJECT = "\ufffc"

#: The quotation marks of each language: the outer ones, then those inside others (Unicode CLDR).
QUOTES = {
    "ca": "«»“”",
    "cs": "„“‚‘",
    "de": "„“‚‘",
    "el": "«»“”",
    "en": "“”‘’",
    "es": "«»“”",
    "fi": "””’’",
    "fr": "«»“”",
    "hu": "„”»«",
    "it": "«»“”",
    "nb": "«»‘’",
    "nl": "“”‘’",
    "nn": "«»‘’",
    "no": "«»‘’",
    "pl": "„”«»",
    "pt": "«»“”",
    "pt-br": "“”‘’",
    "ro": "„”«»",
    "ru": "«»„“",
    "sk": "„“‚‘",
    "sl": "„“‚‘",
    "sv": "””’’",
    "tr": "“”‘’",
    "uk": "«»„“",
}

_SIGN = re.compile(
    r"""["']{3,}|-{2,}|\.{3,}"""
    # Feet and inches, minutes and seconds: 5'10", 48° 51' 24.5".
    r"""|\d['′]\s?\d+(?:[.,]\d+)?["″]?"""
    rf"""|["'«»“”„‚‘’{BLOCK_END}]"""
)
_OPENS_AFTER = "([{<«“„‚‘¿¡'’\"/—–-"
_PAUSES = (",", ";", ":")
#: Signs that no quotation begins with, where a space stands before it.
_ENDS = (",", ";", ")", "]")
_CLOSES_BEFORE = ")]}>»”’\"'.,;:!?…/—–-"


def with_signs(text: str, language: str) -> list[str]:
    """Return what stands for each character of `text`: itself, another sign, or nothing.

    `language` is one of `QUOTES`.
    """
    signs, quotations = list(text), _Quotations(text, QUOTES[language], has_spaces=language == "fr")
    for match in _outside_addresses(text):
        sign, at = match[0], match.start()
        before, after = "".join(signs[max(at - 1, 0) : at]), text[match.end() : match.end() + 1]
        if sign == BLOCK_END:
            quotations.end_block()
        elif sign == "..." or sign[0] == "-":
            new = _dash(sign, before, after, language) if sign[0] == "-" else "…"
            # In the last place, where the next sign looks for the character before it.
            signs[at : match.end()] = [*[""] * (len(sign) - 1), new]
        elif len(sign) == 1:
            for place, new in quotations.read(sign, at, before, after):
                signs[place] = new
    return signs


def _outside_addresses(text):
    """Yield the matches of `_SIGN` that no address holds."""
    spans, none = addresses(text), (len(text), len(text))
    start, end = next(spans, none)
    for match in _SIGN.finditer(text):
        while end <= match.start():
            start, end = next(spans, none)
        if match.start() < start:
            yield match


def _dash(sign, before, after, language):
    """Return the dash that `sign`, some hyphens, stands for, or `sign` itself.

    Between spaces or figures it is an en dash, and between words in English an em dash. At the
    beginning of a French block it is the em dash of a dialogue. Options of programs (--help),
    arrows and rows of hyphens are none.
    """
    is_first = not before.strip("« \t\xa0\u2009\u202f\n" + BLOCK_END)
    if len(sign) > 3 or before in ("<", "!") or after == ">":
        return sign
    if is_first and after.strip('"«» \t\xa0\u2009\u202f\n' + BLOCK_END):
        return sign
    is_joined = language == "en" and not is_first and after.strip() and not before.isdigit()
    is_dialogue = language == "fr" and before in ("", BLOCK_END)
    return "—" if len(sign) == 3 or is_joined or is_dialogue else "–"


class _Quotations:
    """The quotations that are open at a place of a text, as it is read from its beginning."""

    def __init__(self, text, quotes, *, has_spaces):
        self.text = text
        #: Whether people type spaces inside of quotation marks: " oui ".
        self.has_spaces = has_spaces
        self.outer, self.inner = quotes[:2], quotes[2:]
        #: For each open quotation, whether it is inside another.
        self.open = []
        #: Whether a quotation of a block before may still go on.
        self.goes_on = False
        #: The place of a single quote that opens a quotation, if another closes it.
        self.single = None
        #: The place of a quote between spaces that opens a quotation, if another closes it.
        self.spaced = None

    def end_block(self):
        self.goes_on = self.goes_on or bool(self.open)
        self.open, self.single, self.spaced = [], None, None

    def read(self, sign, at, before, after):
        """Return pairs of a place and the sign that belongs there, for the `sign` at `at`."""
        opens = bool(after.strip()) and (not before.strip() or before in _OPENS_AFTER)
        # No space was typed: he said:"yes". Inside a quotation the sign would close it.
        opens = opens or (not self.open and before in _PAUSES and after.isalnum())
        opens = opens and not (before.isspace() and after in _ENDS)
        closes = bool(before.strip()) or not after.strip() or after in _CLOSES_BEFORE
        # Beside a dash or a slash both are possible: "a"-"b", and "a -".
        is_sure = not (before.strip() and closes and self.open and after in _CLOSES_BEFORE)
        if sign == "'":
            return self._read_single(at, before, after, opens)
        spaced, self.spaced = self.spaced, None
        is_spaced = self.has_spaces and not opens and (not before.strip() or before in "([")
        if sign != '"':
            self._count(sign)
        elif is_spaced and not self.open and not self.goes_on:
            return self._read_spaced(spaced, at, after)
        elif opens and is_sure:
            self.open.append(bool(self.open))
            return [(at, self._marks(self.open[-1])[0])]
        elif self.open and closes:
            return [(at, self._marks(self._close())[1])]
        elif self.goes_on and closes and not before.isdigit():
            self.goes_on = False
            return [(at, self.outer[1])]
        return []

    def _read_spaced(self, start, at, after):
        """Read a quote after a space; `start` is the place of one before that it may close."""
        if start is not None:
            return [(start, self.outer[0]), (at, self.outer[1])]
        # After a figure the sign may stand for inches: 24 " wide.
        if after.isspace() and not self.text[max(at - 2, 0) : at].rstrip().isdigit():
            self.spaced = at
        return []

    def _close(self):
        is_inside = self.open.pop()
        if not self.open:
            self.single = None
        return is_inside

    def _marks(self, is_inside):
        return self.inner if is_inside else self.outer

    def _count(self, sign):
        """Follow the quotation marks that were typed as such."""
        # In Swedish and Finnish, the same mark opens and closes.
        if sign == self.outer[1] and self.open:
            self._close()
        elif sign == self.outer[0]:
            self.open.append(False)
        elif sign == self.outer[1]:
            self.goes_on = False

    def _read_single(self, at, before, after, opens):
        is_elision = self.single is None and after in (OBJECT, *'"«“„')
        if before.isalpha() and (after.isalnum() or is_elision):
            return [(at, "’")]
        if opens and not before.isalpha() and after.isalpha():
            self.single = at
            return []
        if self.single is None:
            return [(at, "’")] if before.isalpha() else []
        start, self.single = self.single, None
        # The apostrophes of “rock ’n’ roll” quote nothing.
        first, last = "’’" if self.text[start + 1 : at] == "n" else self.inner
        return [(start, first), (at, last)] if self.open else []
