"""Characters that nobody sees: which of them a text needs, and which are removed.

A soft hyphen, a zero-width space or a tag character may come along when text is copied. It makes
two words that look the same differ, hides text from rules, and cuts a word for the search. Some are
needed, though: Persian is not written well without the zero-width non-joiner, nor Hindi or many
emoji without the joiner. Such a character is kept where its script or its emoji uses it.
"""

import re
import unicodedata

# Default_Ignorable_Code_Point of the Unicode database (DerivedCoreProperties.txt), which Python's
# `unicodedata` does not have.
_IGNORABLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff"
)
IGNORABLE = re.compile(f"[{_IGNORABLE}]")

#: Vertical tab, form feed, next line, and Unicode's line and paragraph separators are line ends
#: too (Unicode Standard, section 5.8, “newline guidelines”).
LINE_END = re.compile("\r\n?|[\v\f\x85\u2028\u2029]")

# The characters that no script needs: controls but for the tab and the line feed, halves of
# surrogate pairs, embeddings, overrides and isolates of direction (UTR 36, section 3.2: they can
# make one line look like another), marks of annotations, noncharacters, and ignorable characters.
_NONCHARACTERS = "\ufdd0-\ufdef" + "".join(
    f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000)
)
_NEVER_NEEDED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u17b4\u17b5\u200b\u202a-\u202e\u2060-\u206f\u3164\ud800-\udfff"
    f"\ufeff\uffa0\ufff0-\ufffc\U0001bca0-\U0001bca3\U0001d173-\U0001d17a{_NONCHARACTERS}]"
)
# What no HTML page may hold (HTML Standard, section 13.2.3.5, “Preprocessing the input stream”).
_NOT_IN_HTML = re.compile(f"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ud800-\udfff{_NONCHARACTERS}]")
# Any character that `without_invisible` may remove: most texts have none.
_SUSPECT = re.compile(
    f"[\x00-\x08\x0b-\x1f\x7f-\x9f{_IGNORABLE}\ufff9-\ufffc\ud800-\udfff{_NONCHARACTERS}]"
)
# The flags of England, Scotland and Wales: the only emoji that use tag characters (UTS 51,
# emoji-sequences.txt, RGI_Emoji_Tag_Sequence). Elsewhere, these hide text.
_TAGS = re.compile(
    "(\U0001f3f4\U000e0067\U000e0062(?:\U000e0065\U000e006e\U000e0067|\U000e0073\U000e0063\U000e0074"
    "|\U000e0077\U000e006c\U000e0073)\U000e007f)|[\U000e0000-\U000e00ff\U000e01f0-\U000e0fff]"
)
#: Letters of Korean, to Unicode, that are drawn as nothing: the fillers of incomplete syllables.
FILLERS = "\u115f\u1160\u3164\uffa0"
DIRECTION_MARKS = re.compile("[\u061c\u200e\u200f]")
_REPEATED_JOINER = re.compile("([\u200c\u200d])[\u200c\u200d]+")

# The letters and marks of the scripts that use joiners: Arabic to Sinhala, Burmese, Khmer,
# Mongolian, and those like them.
_JOINED = (
    "\u0600-\u061b\u061d-\u0dff\u1000-\u109f\u1780-\u17b3\u17b6-\u180a\u1810-\u1c4f\ua800-\uaaff\uabc0-\uabff"
    "\ufb50-\ufdcf\ufdf0-\ufdff\ufe70-\ufefc\U00010a00-\U00011fff\U0001e900-\U0001e95f"
)
_EMOJI = (
    "\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001fbff"
)
_IDEOGRAPHS = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"
# The characters besides emoji and ideographs that have variants (StandardizedVariants.txt).
_VARYING = (
    "\u1000-\u109f\u3000-\u303f\ua840-\ua87f\uaa60-\uaa7f\uff00-\uff60\U00010ac0-\U00010aff"
    "\U00013000-\U0001345f"
)
# A joiner that joins nothing, to be looked for when the other characters are gone.
_IDLE_JOINER = re.compile(
    f"(?<![{_JOINED}])\u200c|\u200c(?![{_JOINED}])"
    f"|(?<![{_JOINED}])(?<![{_EMOJI}])(?<![{_EMOJI}]\ufe0f)\u200d(?![{_JOINED}])"
    f"|(?<![{_JOINED}])\u200d(?![{_JOINED}{_EMOJI}])"
)
# Each line finds characters of one kind where the text does not need them.
_IDLE = re.compile(
    f"(?<![{_EMOJI}{_IDEOGRAPHS}{_VARYING}])(?<![0-9#*])[\ufe00-\ufe0f]"
    "|(?<=[0-9#*])(?:[\ufe00-\ufe0e]|\ufe0f(?!\u20e3))"
    f"|(?<![{_IDEOGRAPHS}])[\U000e0100-\U000e01ef]"
    "|(?<![\u1820-\u18aa])[\u180b-\u180f]"
    # Between the marks of a Hebrew letter, the joiner keeps their order.
    "|(?<![\u0591-\u05c7])\u034f|\u034f(?![\u0591-\u05c7])"
    # The fillers of an incomplete syllable in old Korean.
    "|\u115f(?![\u1161-\u11a7\ud7b0-\ud7c6])|(?<![\u1100-\u115e\ua960-\ua97c])\u1160"
)
# Categories of accents, joiners, direction marks and variation selectors (`unicodedata.combining`
# would miss those that do not combine), of spaces, of line ends and of controls.
_UNSEEN = {"Mn", "Me", "Cf", "Zs", "Zl", "Zp", "Cc", "Cs"}
# Letters and symbols that are drawn as nothing: fillers, a Braille cell without dots, a null note.
_BRAILLE = re.compile("[\u2801-\u28ff]")
_EMPTY = re.compile(f"[{_IGNORABLE}\u2800\U0001d159\ufffc{_NONCHARACTERS}]")


def unify_line_ends(text: str) -> str:
    """Return `text` with a line feed for each line end, of any system or of Unicode."""
    return LINE_END.sub("\n", text)


def without_invisible(text: str) -> str:
    """Return `text` without the characters that nobody sees and that it does not need.

    Spaces, tabs and line feeds stay. A direction mark stays in a text that has a letter that is
    written from right to left.
    """
    if not _SUSPECT.search(text):
        return text
    text = _NEVER_NEEDED.sub("", text)
    text = _TAGS.sub(lambda match: match[1] or "", text)
    if DIRECTION_MARKS.search(text) and not is_partly_rtl(DIRECTION_MARKS.sub("", text)):
        text = DIRECTION_MARKS.sub("", text)
    return _IDLE_JOINER.sub("", _REPEATED_JOINER.sub(r"\1", _IDLE.sub("", text)))


def without_controls(text: str) -> str:
    """Return a `text` that is shown as it was typed, without the characters that HTML forbids."""
    return _NOT_IN_HTML.sub("", text)


def is_partly_rtl(text: str) -> bool:
    """Say whether `text` has a letter or a digit of a script written from right to left."""
    return not text.isascii() and any(
        unicodedata.bidirectional(character) in ("R", "AL", "AN") for character in text
    )


def is_blank(text: str) -> bool:
    """Say whether a reader would see nothing of `text`."""
    return not any(
        unicodedata.category(character) not in _UNSEEN and not _EMPTY.match(character)
        for character in text
    )


def visible(text: str) -> str:
    """Return `text` as an article's fields hold it: with line feeds, and without invisible
    characters; the empty string if nothing of it can be seen.
    """
    text = without_invisible(unify_line_ends(text))
    return "" if is_blank(text) else text


def visible_line(text: str) -> str:
    """Return `text` as `visible` does, on one line. Its no-break spaces stay."""
    return re.sub(r"[ \t]*\n[ \t\n]*|\t", " ", visible(spaced(text)).strip("\t\n "))


def spaced(line: str) -> str:
    """Return `line` with a space for each Braille cell without dots, if it is not in Braille."""
    return line if _BRAILLE.search(line) else line.replace("\u2800", " ")
