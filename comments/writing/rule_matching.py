"""What a newsroom's own rules find in a comment, in time that grows with its length only.

A pattern is words in which `*` stands for any letters of one word: `casino`, `*coin*`, `buy now`,
`*.example`. Nobody can type a regular expression: `re` knows no time limit, and one that backtracks
could hold every request that posts. `fnmatch` looks for what stands between two stars once, from
the left, and never comes back to it. Words are compared folded (`fold`), wherever whole words
begin and end, whatever stands between them: “BUY…  nôw” is `buy now`.
"""

import re
from fnmatch import fnmatchcase
from functools import lru_cache

from common.folding import fold, folded_with_origin

#: Patterns of one rule.
MOST_PATTERNS = 500
#: Characters of one pattern.
LONGEST_PATTERN = 100

_WORD = re.compile(r"[^\W_]+")
_PATTERN_WORD = re.compile(r"(?:[^\W_]|\*)+")


@lru_cache(maxsize=256)
def words_of(line) -> tuple[str, ...]:
    """Return the words of the pattern that `line` is; none where it holds nothing but stars."""
    folded = fold(line)
    words = tuple(_PATTERN_WORD.findall(re.sub(r"\*+", "*", folded)))
    return words if any(word != "*" for word in words) else ()


@lru_cache(maxsize=64)
def compiled(patterns) -> tuple[dict, list]:
    """Return the patterns by their first word where that is plain, and those with a star in it."""
    by_first, others = {}, []
    for line in patterns.splitlines():
        if not (words := words_of(line)):
            continue
        if "*" in words[0]:
            others.append(words)
        else:
            by_first.setdefault(words[0], []).append(words)
    return by_first, others


def found_words(patterns, *texts) -> list[str]:
    """Return what the lines of `patterns` match in `texts`, as it stands there, each once."""
    by_first, others = compiled(patterns)
    found = {}
    for typed in texts:
        folded, origin = folded_with_origin(typed)
        spans = [match.span() for match in _WORD.finditer(folded)]
        words = [folded[start:end] for start, end in spans]
        # Of those that begin with a star: which of them begin with that word, found once a word.
        begins = {
            word: [p for p in others if fnmatchcase(word, p[0])] for word in set(words) if others
        }
        for number, word in enumerate(words):
            for pattern in [*by_first.get(word, ()), *begins.get(word, ())]:
                last = number + len(pattern) - 1
                if last < len(words) and all(
                    fnmatchcase(words[number + step], wanted) for step, wanted in enumerate(pattern)
                ):
                    start, end = origin[spans[number][0]], origin[spans[last][1] - 1] + 1
                    found[" ".join(typed[start:end].split())] = None
    return list(found)
