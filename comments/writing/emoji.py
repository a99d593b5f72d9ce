"""Emoji and other symbols as rules see them: each is one sign, whatever its skin tone or style.

The sequences are those of Unicode Technical Standard 51 (Unicode Emoji), section 1.4.
"""

import re
import unicodedata
from collections.abc import Iterator

_KEYCAP = re.compile("[0-9#*]\ufe0f?\u20e3")
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]{2}")
_TONES = "\U0001f3fb-\U0001f3ff"
# What may follow a sign without making it another one for a rule: its style, its skin tone.
_STYLE = re.compile(f"[\ufe0e\ufe0f{_TONES}]*")
# The tags that make the flag of a region, such as Scotland's.
_TAGS = re.compile("[\U000e0020-\U000e007f]+")
_JOINER = "\u200d"
# Symbols that are drawn as nothing: a Braille cell without dots, the place of an object.
_EMPTY = "\u2800\ufffc"
# Emoji that are punctuation in Unicode, and those that it reads as ideographs (“🈚”).
_ALWAYS = re.compile("[‼⁉〰\U0001f200-\U0001f2ff]")

# Signs that are joined to others in the sequences of RGI_Emoji_ZWJ_Sequence. Other signs with a
# joiner between them are shown apart, so they are signs of their own.
_FIRST = frozenset(
    "👨👩🧑👯🤼👮👷👳👱👰🤵🙅🙆💁🙋🙇🤦🤷🙍🙎💆💇🧖🧗🧘🧏🧙🧚🧛🧜🧝🧞🧟🧌🤽🤾🤸🤹🦸🦹🏃🏄🏊🏋⛹🏌🚣🚴🚵🚶🧍🧎🕵💂"
    "❤👁🏳🏴🐕🐈🐦🐻😮😵😶🙂⛓🍄🍋🫱"
)
_JOINED = frozenset(
    "♀♂➡❤💋👦👧👶🧒👨👩🧑⚕⚖✈🌾🍳🍼🎓🎤🎨🏫🏭💻💼🔧🔬🚀🚒🦯🦼🦽🤝🎄🦰🦱🦲🦳🩰🫲🗨🌈⚧☠🦺⬛🔥❄🩹💨💫🌫↔↕💥🟫🟩🐰"
)


def signs_at(text: str, start: int) -> Iterator[tuple[str, int, int]]:
    """Yield the name, the start and the end of each sign of the sequence at `start`; often of one.

    Nothing is yielded where a letter, a digit or punctuation stands. Two signs have the same name
    if they differ in skin tone or style only.
    """
    if found := _KEYCAP.match(text, start):
        yield f"{text[start]}\u20e3", start, found.end()
        return
    if found := _FLAG.match(text, start):
        yield found[0], start, found.end()
        return
    signs, at = [], start
    while at < len(text) and (name := _name(text, at)):
        end = at + 1
        if tags := _TAGS.match(text, end):
            name, end = name + tags[0], tags.end()
        end = _STYLE.match(text, end).end()
        signs.append((name, at, end))
        if text[end : end + 1] != _JOINER:
            break
        at = end + 1
    names = [name for name, _start, _end in signs]
    if len(signs) > 1 and names[0] in _FIRST and _JOINED.issuperset(names[1:]):
        yield _JOINER.join(names), start, signs[-1][2]
    else:
        yield from signs


def _name(text, at):
    """Return the name of the symbol at `at`, or an empty string if no symbol is there."""
    symbol = text[at]
    if _ALWAYS.match(symbol):
        return symbol
    if symbol in _EMPTY or (symbol.isalnum() and symbol != "ℹ"):
        return ""
    # Some systems know newer emoji than Python does: to it, these are unassigned (Cn).
    if unicodedata.category(symbol)[0] != "S" and unicodedata.category(symbol) not in ("Cn", "Co"):
        return symbol if symbol == "ℹ" and text[at + 1 : at + 2] == "\ufe0f" else ""
    plain = unicodedata.normalize("NFKC", symbol)
    if len(plain) == 1 and unicodedata.category(plain)[0] == "S":
        return plain
    # “™” and “ⓐ” are read as letters, unless they are shown as emoji.
    is_read = any(character.isalnum() for character in plain)
    return "" if is_read and text[at + 1 : at + 2] != "\ufe0f" else symbol
