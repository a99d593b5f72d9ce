"""An index of the patterns of many rules, which finds in one pass the first rule that matches.

Each pattern is filed under the word, or under the piece of a word between two stars, that fewest
other patterns have. Only where the comment has that word or piece is the rest of the pattern
compared, so thousands of patterns that are not in the comment cost nothing. Patterns and comments
made to defeat this meet the `Budget`: the search ends, and the comment is held for a person.
"""

import re
from collections import Counter
from typing import NamedTuple

from common.folding import fold, folded_with_origin

#: Maximum number of matches that are told apart; nobody reads more.
MOST_FOUND = 100
#: The length of the pieces of words under which patterns are filed, in characters. A word of the
#: comment has at most as many pieces as its length times this.
LONGEST_PIECE = 8
#: The work allowed for one comment, in characters, words and patterns looked at: on one core, about
#: a tenth of a second. A comment of 5,000 characters uses a tenth of it with ordinary rules.
MOST_WORK = 500_000

_WORD = re.compile(r"[^\W_]+")
_PATTERN_WORD = re.compile(r"(?:[^\W_]|\*)+")
_STARS = re.compile(r"\*+")


class Budget:
    """The work that may still be done for one comment."""

    def __init__(self, work=MOST_WORK):
        self.left = work

    def spend(self, work) -> bool:
        """Take `work` from the budget; say whether the search may go on."""
        self.left -= work
        return not self.is_spent

    @property
    def is_spent(self) -> bool:
        return self.left < 0


class _Pattern(NamedTuple):
    """A pattern of the rule with the number `rule`, found by its word with the number `offset`."""

    rule: int
    offset: int
    length: int
    #: The words to compare, as their numbers and parts: the word, or the pieces between its stars.
    others: tuple[tuple[int, list[str]], ...]

    def fits(self, words, start, budget) -> bool:
        for step, parts in self.others:
            word = words[start + step]
            if len(parts) == 1:
                if word != parts[0]:
                    return False
            elif not budget.spend(len(word)) or not _fits(word, parts):
                return False
        return True


def _fits(word, pieces):
    """Say whether `word` is made of `pieces`, in their order, with any letters between them."""
    first, *middle, last = pieces
    start, end = len(first), len(word) - len(last)
    if start > end or not (word.startswith(first) and word.endswith(last)):
        return False
    for piece in middle:
        start = word.find(piece, start, end) + len(piece)
        if start < len(piece):
            return False
    return True


def words_of_pattern(line) -> tuple[str, ...]:
    """Return the words of the pattern in `line`; none if the pattern has only stars."""
    words = tuple(_PATTERN_WORD.findall(_STARS.sub("*", fold(line))))
    return words if any(word != "*" for word in words) else ()


def _keys(words):
    """Yield each key under which a pattern may be filed, with the number of its word.

    A key is a length and a string: 0 and a whole word, or the length of a piece and the piece.
    """
    for number, word in enumerate(words):
        if "*" not in word:
            yield (0, word), number
            continue
        for piece in {piece[:LONGEST_PIECE] for piece in word.split("*") if piece}:
            yield (len(piece), piece), number


class PatternIndex:
    """The patterns of several rules, ready for any number of searches. It never changes.

    The patterns of a rule are the lines of a text. Rules are known by their numbers: the lower the
    number, the earlier a rule is tried.
    """

    def __init__(self, rules):
        patterns = {}
        for number, lines in enumerate(rules):
            for line in lines.splitlines():
                # Of two rules with the same pattern, only the earlier can ever be the first.
                if words := words_of_pattern(line):
                    patterns.setdefault(words, number)
        frequency = Counter(key for words in patterns for key, _number in _keys(words))
        filed = {}
        for words, rule in patterns.items():
            (size, key), offset = min(_keys(words), key=lambda k: (frequency[k[0]], -len(k[0][1])))
            others = tuple(
                (number, word.split("*"))
                for number, word in enumerate(words)
                if word != "*" and (size or number != offset)
            )
            pattern = _Pattern(rule, offset, len(words), others)
            filed.setdefault(size, {}).setdefault(key, []).append(pattern)
        self.by_word = filed.pop(0, {})
        self.by_piece = filed

    def search(self, typed, budget, *, last=None) -> tuple[int | None, list[str]]:
        """Return the number of the first rule that matches `typed`, and its matches, as typed.

        Rules with a number above `last` are left out. The number is None if no rule matches. If
        the budget is spent, the search ends with the matches so far.
        """
        folded, origin = folded_with_origin(typed)
        spans = [match.span() for match in _WORD.finditer(folded)]
        words = [folded[start:end] for start, end in spans]
        candidates, found = {}, set()
        for number, word in enumerate(words):
            if word not in candidates:
                candidates[word] = self._candidates(word, budget)
            for pattern in candidates[word]:
                if not budget.spend(1 + len(pattern.others)):
                    break
                if last is not None and pattern.rule > last:
                    break
                start, end = number - pattern.offset, number - pattern.offset + pattern.length
                if start < 0 or end > len(words) or not pattern.fits(words, start, budget):
                    continue
                if pattern.rule != last or not found:
                    last, found = pattern.rule, set()
                if len(found) < MOST_FOUND:
                    found.add((origin[spans[start][0]], origin[spans[end - 1][1] - 1] + 1))
            if budget.is_spent:
                break
        matches = dict.fromkeys(" ".join(typed[start:end].split()) for start, end in sorted(found))
        return (last if found else None), list(matches)

    def _candidates(self, word, budget):
        """Return the patterns that may match at `word`, those of the earliest rule first."""
        found = list(self.by_word.get(word, ()))
        for length, filed in self.by_piece.items():
            if not budget.spend(len(word)):
                break
            pieces = {word[start : start + length] for start in range(len(word) - length + 1)}
            for piece in pieces & filed.keys():
                found += filed[piece]
                if not budget.spend(len(filed[piece])):
                    break
        return sorted(found, key=lambda pattern: pattern.rule)
