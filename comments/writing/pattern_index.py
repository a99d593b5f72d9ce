"""An index of the patterns of many rules, which finds in one pass the first rule that matches.

Each pattern is filed under the word, or under the piece of a word between two stars, that fewest
other patterns have. Only where the comment has that word or piece is the rest of the pattern
compared, so thousands of patterns that are not in the comment cost nothing. Patterns and comments
made to defeat this meet the `Budget`: the search ends, and the comment is held for a person.
"""

from collections import Counter
from typing import NamedTuple

from .rule_words import Words, has_signs, is_run, words_of_pattern

#: Maximum number of matches that are told apart; nobody reads more.
MOST_FOUND = 100
#: The length of the pieces of words under which patterns are filed, in characters. A word of the
#: comment has at most as many pieces as its length times this.
LONGEST_PIECE = 8
#: The work allowed for one comment, in characters, words and patterns looked at: on one core, about
#: a tenth of a second. A comment of 5,000 characters uses a tenth of it with ordinary rules.
MOST_WORK = 500_000


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
            elif not budget.spend(len(word)) or _place(word, parts) is None:
                return False
        return True

    def span(self, text, start) -> tuple[int, int]:
        """Return the place of this pattern in the typed text; its first word has number `start`.

        Of a run (`is_run`) it takes only what the pattern has matched, of other words the whole.
        """
        parts, end = dict(self.others), start + self.length - 1
        first, last = text.words[start], text.words[end]
        begin = _place(first, parts[0])[0] if is_run(first) and 0 in parts else 0
        stop = len(last)
        if is_run(last) and self.length - 1 in parts:
            stop = _place(last, parts[self.length - 1])[1]
        return text.span(start, begin, end, stop)


def _place(word, pieces) -> tuple[int, int] | None:
    """Return where `pieces` begin and end in `word`; None if they are not in it in their order.

    Any letters may be between the pieces. A single piece must be the whole word.
    """
    if len(pieces) == 1:
        return (0, len(word)) if word == pieces[0] else None
    first, *middle, last = pieces
    start, end = len(first), len(word) - len(last)
    if start > end or not (word.startswith(first) and word.endswith(last)):
        return None
    begin = 0 if first else None
    for piece in middle:
        found = word.find(piece, start, end)
        if found < 0:
            return None
        begin = found if begin is None else begin
        start = found + len(piece)
    return end if begin is None else begin, len(word) if last else start


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
    number, the earlier a rule is tried. Patterns with symbols are filed apart, since for them the
    symbols of a comment are words.
    """

    def __init__(self, rules):
        patterns = {}
        for number, lines in enumerate(rules):
            for line in lines.splitlines():
                # Of two rules with the same pattern, only the earlier can ever be the first.
                if words := words_of_pattern(line):
                    patterns.setdefault(words, number)
        self.plain = _Files({w: n for w, n in patterns.items() if not has_signs(w)})
        self.signed = _Files({w: n for w, n in patterns.items() if has_signs(w)})

    def search(self, typed, budget, *, last=None) -> tuple[int | None, list[str]]:
        """Return the number of the first rule that matches `typed`, and its matches, as typed.

        Rules with a number above `last` are left out. The number is None if no rule matches. If
        the budget is spent, the search ends with the matches so far.
        """
        number, found = self.plain.search(Words(typed), budget, last)
        if self.signed:
            text = Words(typed, with_signs=True)
            if text.has_signs:
                limit = last if number is None else number
                other, more = self.signed.search(text, budget, limit)
                if other is not None:
                    found = found | more if other == number else more
                    number = other
        matches = dict.fromkeys(" ".join(typed[start:end].split()) for start, end in sorted(found))
        return number, list(matches)


class _Files:
    """Patterns of several rules under their keys, the rule's number with each."""

    def __init__(self, patterns):
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

    def __bool__(self):
        return bool(self.by_word or self.by_piece)

    def search(self, text, budget, last) -> tuple[int | None, set[tuple[int, int]]]:
        """Return the number of the first rule that matches, and the places of its matches."""
        words, candidates, found = text.words, {}, set()
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
                    found.add(pattern.span(text, start))
            if budget.is_spent:
                break
        return (last if found else None), found

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
