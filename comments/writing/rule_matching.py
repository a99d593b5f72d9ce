"""Search of a comment for the newsroom's patterns, in a time proportional to its length.

A pattern is one or more words in which `*` matches any letters of one word: `casino`, `*coin*`,
`buy now`, `*.example`. A pattern is never a regular expression: `re` has no time limit, and an
expression that backtracks could block every request that posts a comment. `fnmatch` searches once
from the left for each part between two stars, and does not backtrack. Whole words are compared,
after folding (`fold`); any spaces and punctuation between words match: “BUY…  nôw” matches
`buy now`.
"""

import re
from fnmatch import fnmatchcase
from functools import lru_cache

from common.folding import fold, folded_with_origin

#: Maximum number of patterns in one rule.
MOST_PATTERNS = 500
#: Maximum length of one pattern, in characters.
LONGEST_PATTERN = 100

_WORD = re.compile(r"[^\W_]+")
_PATTERN_WORD = re.compile(r"(?:[^\W_]|\*)+")


@lru_cache(maxsize=256)
def words_of_pattern(line) -> tuple[str, ...]:
    """Return the words of the pattern in `line`; none if the pattern has only stars."""
    folded = fold(line)
    words = tuple(_PATTERN_WORD.findall(re.sub(r"\*+", "*", folded)))
    return words if any(word != "*" for word in words) else ()


@lru_cache(maxsize=64)
def index_patterns(patterns) -> tuple[dict, list]:
    """Return the patterns by their first word, and a list of those whose first word has a star."""
    by_first, others = {}, []
    for line in patterns.splitlines():
        if not (words := words_of_pattern(line)):
            continue
        if "*" in words[0]:
            others.append(words)
        else:
            by_first.setdefault(words[0], []).append(words)
    return by_first, others


def find_words(patterns, *texts) -> list[str]:
    """Return the words of `texts` that a line of `patterns` matches, as typed, each once."""
    by_first, others = index_patterns(patterns)
    found = {}
    for typed in texts:
        folded, origin = folded_with_origin(typed)
        spans = [match.span() for match in _WORD.finditer(folded)]
        words = [folded[start:end] for start, end in spans]
        # For each different word, the patterns with a star in their first word that it matches.
        starred = {
            word: [p for p in others if fnmatchcase(word, p[0])] for word in set(words) if others
        }
        for number, word in enumerate(words):
            for pattern in [*by_first.get(word, ()), *starred.get(word, ())]:
                last = number + len(pattern) - 1
                if last < len(words) and all(
                    fnmatchcase(words[number + step], wanted) for step, wanted in enumerate(pattern)
                ):
                    start, end = origin[spans[number][0]], origin[spans[last][1] - 1] + 1
                    found[" ".join(typed[start:end].split())] = None
    return list(found)
