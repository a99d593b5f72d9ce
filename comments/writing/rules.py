"""What a newsroom's own rules find in a comment, in time that grows with its length only.

A pattern is words in which `*` stands for any letters of one word: `casino`, `*coin*`, `buy now`,
`*.example`. There are no regular expressions: `re` knows no time limit, and one that backtracks
could hold every request that posts. Words are compared folded (`text.fold`), wherever whole words
begin and end, whatever stands between them: “BUY…  nôw” is `buy now`.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from . import text

#: Patterns of one rule, and characters of one pattern.
MOST_PATTERNS = 500
MOST_CHARACTERS = 100

_WORD = re.compile(r"[^\W_]+")
_PATTERN_WORD = re.compile(r"(?:[^\W_]|\*)+")


@dataclass(frozen=True)
class Word:
    """One word of a pattern, cut at its stars: `b*tc*n` is ("b", "tc", "n")."""

    pieces: tuple[str, ...]

    @property
    def is_plain(self) -> bool:
        return len(self.pieces) == 1

    def matches(self, word) -> bool:
        """Say whether `word` is one. Each piece is looked for once, so nothing backtracks."""
        first, *middle = self.pieces
        if not middle:
            return word == first
        *middle, last = middle
        if not word.startswith(first):
            return False
        position = len(first)
        for piece in middle:
            position = word.find(piece, position)
            if position < 0:
                return False
            position += len(piece)
        return len(word) - len(last) >= position and word.endswith(last)


@lru_cache(maxsize=256)
def words_of(line) -> tuple[Word, ...]:
    """Return the words of the pattern that `line` is; none where it holds nothing but stars."""
    folded = text.fold(line)
    typed = _PATTERN_WORD.findall(re.sub(r"\*+", "*", folded))
    words = tuple(Word(tuple(word.split("*"))) for word in typed)
    return words if any(any(word.pieces) for word in words) else ()


@lru_cache(maxsize=64)
def compiled(patterns) -> tuple[dict, list]:
    """Return the patterns by their first word where that is plain, and those with a star in it."""
    by_first, others = {}, []
    for line in patterns.splitlines():
        if not (words := words_of(line)):
            continue
        if words[0].is_plain:
            by_first.setdefault(words[0].pieces[0], []).append(words)
        else:
            others.append(words)
    return by_first, others


def found_words(patterns, *texts) -> list[str]:
    """Return what the lines of `patterns` match in `texts`, as it stands there, each once."""
    by_first, others = compiled(patterns)
    found = {}
    for typed in texts:
        folded, origin = text.folded_with_origin(typed)
        spans = [match.span() for match in _WORD.finditer(folded)]
        words = [folded[start:end] for start, end in spans]
        # Of those that begin with a star: which of them begin with that word, found once a word.
        begins = {word: [p for p in others if p[0].matches(word)] for word in set(words) if others}
        for number, word in enumerate(words):
            for pattern in [*by_first.get(word, ()), *begins.get(word, ())]:
                last = number + len(pattern) - 1
                if last < len(words) and all(
                    wanted.matches(words[number + step]) for step, wanted in enumerate(pattern)
                ):
                    start, end = origin[spans[number][0]], origin[spans[last][1] - 1] + 1
                    found[" ".join(typed[start:end].split())] = None
    return list(found)
