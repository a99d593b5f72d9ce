"""One name spelled two ways in one article: “Lefevre” and “Lefèvre”, “Zelensky” and “Zelenskyy”."""

import re
from collections import Counter, defaultdict

from common.folding import fold

from ..located import Located

# Where a word begins with a capital in the middle of a sentence, or behind a title, it is a name.
_NAME = re.compile(
    r"(?:(?<=[\w,;][ ’'\u00a0])|(?<=\WM\.[ \u00a0])|(?<=\bMr\.[ \u00a0]))"
    r"([^\W\d_]{5,})(?![\w’'-])"
)
_TWICE = re.compile(r"([^\Waeiou\d_])\1+")


def findings(prepared):
    """Yield a finding for each rarer spelling; the more frequent one mends it."""
    spelled = defaultdict(Counter)
    for _name, text in prepared.lines:
        for word in _NAME.findall(text):
            if word[0].isupper() and not word.isupper():
                spelled[_TWICE.sub(r"\1", fold(word))][word] += 1
    for spellings in spelled.values():
        (usual, most), *others = spellings.most_common()
        for other, count in others:
            # Where both are as frequent, nobody knows which is right.
            mend = usual if count < most else None
            yield from _places(prepared, other, usual, mend)


def _places(prepared, word, usual, mend):
    whole = re.compile(rf"(?<![\w’'-]){re.escape(word)}(?![\w’'-])")
    for name, text in prepared.lines:
        for match in whole.finditer(text):
            count = text.count(word, 0, match.start())
            params = {"word": word, "usual": usual}
            yield Located("two_spellings", params, name, word, count, mend)
