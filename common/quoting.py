"""Quotation of strangers' words in a mail of plain text, so that they cannot pass for our own.

Mail programs wrap long lines, obey characters that turn the direction of a line, and make links of
everything that looks like an address. So each line of a quotation begins with “> ”, is short enough
to need no wrapping, and has brackets in its addresses (example[.]com), as analysts of malicious
mail write them: a person sees that something was changed, which invisible characters would hide.
"""

import re
import unicodedata
from textwrap import wrap

from .direction import isolated

#: The widest quoted line without its mark, in columns: RFC 5322, section 2.1.1, wants at most 78.
WIDTH = 72

_TOKEN = re.compile(r"\S+")
# A number, a time or a price: it is no address, and is easier to read as it stands.
_NUMBER = re.compile(r"\W*\d+(?:[.:]\d+)?\W*")
# Full stops by which a browser, too, separates the labels of a domain (UTS 46, section 2.3), and
# two that look like one.
_DOT = re.compile("(?<=[^.])([.\u3002\uff0e\uff61\u2024\ufe52])(?=[^\\w.]{0,3}\\w)")
# The colon after a scheme (“https:”, “mailto:”) or before a port.
_COLON = re.compile(r"(?<=.):(?=.)")
_AT = re.compile(r"(?<=.)@(?=.)")
# The beginning of a network share, \\server\share.
_SHARE = re.compile(r"\\\\(?=.)")


def quote(text: str) -> str:
    """Return `text` as quoted lines, in which no mail program finds an address."""
    lines = [line for typed in text.splitlines() for line in _short_lines(_defang(_plain(typed)))]
    return "\n".join(f"> {line}".rstrip() for line in lines) or ">"


def _plain(line):
    """Return `line` without control characters, direction marks and unpaired surrogates."""
    return "".join(c for c in line.expandtabs(4) if not _is_control(c))


def _is_control(character):
    # “Bidi_Control” of the Unicode database; `bidirectional` names all of them but the last three.
    return (
        unicodedata.category(character) in ("Cc", "Cs")
        or unicodedata.bidirectional(character)
        in ("LRE", "LRO", "RLE", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
        or character in "\u061c\u200e\u200f"
    )


def _defang(line):
    """Return `line` with brackets in all that a mail program might take for an address."""
    return _TOKEN.sub(_defanged, line)


def _defanged(token):
    word = token[0]
    if _NUMBER.fullmatch(word):
        return word
    word = _COLON.sub("[:]", _AT.sub("[@]", _DOT.sub(r"[\1]", word)))
    return _SHARE.sub(r"[\\\\]", word)


def _short_lines(line):
    """Return `line` as lines of at most WIDTH columns."""
    is_wide = any(unicodedata.east_asian_width(character) in "WF" for character in line)
    width = WIDTH // 2 if is_wide else WIDTH
    lines = wrap(line, width, break_on_hyphens=False, drop_whitespace=True) or [""]
    # Isolated, so that the mark of a line of right-to-left text stays on the left: an isolate does
    # not decide the direction of its line (UAX 9, rule P2).
    return [isolated(short) for short in lines]
