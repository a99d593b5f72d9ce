"""Search of a comment for the patterns of all the newsroom's rules, in one pass and bounded time.

A pattern is one or more words in which `*` matches any letters of one word: `casino`, `*coin*`,
`buy now`, `*.example`. A pattern is never a regular expression: `re` has no time limit, and an
expression that backtracks could block every request that posts a comment. Whole words are compared,
without case and accents; any spaces and punctuation between words match: “BUY…  nôw” matches
`buy now`. Symbols, and words of scripts without spaces, are found wherever they are (`rule_words`).

`pattern_index` has the search itself; this module keeps one index for all requests.
"""

from functools import lru_cache
from threading import Lock

from .pattern_index import PatternIndex

#: Maximum number of patterns in one rule, and in all rules that are switched on.
MOST_PATTERNS = 500
MOST_PATTERNS_IN_FORCE = 50_000
#: Maximum length of one pattern, in characters.
LONGEST_PATTERN = 100


@lru_cache(maxsize=4)
def index_patterns(rules: tuple[str, ...]) -> PatternIndex:
    """Return the index of the patterns of `rules`, made once for all requests.

    A newsroom has one set of rules in force; the others that are kept are rules that somebody
    tries.
    """
    return PatternIndex(rules)


# `lru_cache` alone would let all threads that come at once make the same index.
_making_index = Lock()


def find_first(searches, budget) -> tuple[int | None, list[str]]:
    """Return the number of the first rule that matches in any of `searches`, and its matches.

    Each search is a tuple of rules (the patterns of each as lines) and a text. A rule has the same
    number in all of them.
    """
    first, found = None, []
    for rules, typed in searches:
        with _making_index:
            index = index_patterns(rules)
        number, matches = index.search(typed, budget, last=first)
        if number is not None:
            found = found + matches if number == first else matches
            first = number
    return first, list(dict.fromkeys(found))
