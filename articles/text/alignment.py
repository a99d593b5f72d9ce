"""The alignment of two sequences: the parts that stayed, and for the others, which became which.

The time is bounded, whatever the sequences are. `difflib` takes a time that grows with the square
of some inputs, so the work is estimated first; where it would be too much, all that is between the
common beginning and the common end counts as changed.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher

#: The most steps of `difflib`, and characters that are cut into words, for all that one `Work` is
#: spent on: about a second.
MOST_STEPS = 1_000_000
#: The most pairs of parts that are compared with one another in one changed place.
MOST_PAIRS = 10_000


class Work:
    """The steps that may still be spent on alignments."""

    def __init__(self, steps: int = MOST_STEPS):
        self.steps = steps

    def allows(self, steps: int) -> bool:
        """Say whether `steps` more are allowed, and spend them if so."""
        if allowed := steps <= self.steps:
            self.steps -= steps
        return allowed


def runs(old: Sequence, new: Sequence, work: Work) -> Iterator[tuple[bool, slice, slice]]:
    """Yield (is the same, slice of `old`, slice of `new`) for each run of hashable items."""
    start, shorter = 0, min(len(old), len(new))
    while start < shorter and old[start] == new[start]:
        start += 1
    end = 0
    while end < shorter - start and old[-1 - end] == new[-1 - end]:
        end += 1
    inner_old, inner_new = old[start : len(old) - end], new[start : len(new) - end]
    if start:
        yield True, slice(0, start), slice(0, start)
    for is_same, a, b in _inner_runs(inner_old, inner_new, work):
        yield (
            is_same,
            slice(a.start + start, a.stop + start),
            slice(b.start + start, b.stop + start),
        )
    if end:
        yield True, slice(len(old) - end, len(old)), slice(len(new) - end, len(new))


def _inner_runs(old, new, work):
    if not old and not new:
        return
    counts = Counter(new)
    # The matcher visits each pair of equal items, and each item again at each level.
    steps = sum(counts[item] + 1 for item in old) + len(new) + len(old) * len(new) // 100
    if not old or not new or not work.allows(steps):
        yield False, slice(0, len(old)), slice(0, len(new))
        return
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        yield kind == "equal", slice(i1, i2), slice(j1, j2)


def pairs(
    old: Sequence, new: Sequence, likeness: Callable[[object, object], float]
) -> Iterator[tuple[object | None, object | None]]:
    """Yield each item of `old` with the item of `new` that it became, or one of them with None.

    The pairs are in order, and the sum of their `likeness` is the greatest. Items with a likeness
    of zero are never a pair.
    """
    # An item is compared with those at about its own place, as many as MOST_PAIRS lets it.
    reach = max(1, MOST_PAIRS // (len(old) + 1) // 2)
    slope = len(new) / max(1, len(old))
    #: The greatest sum from each place on, and the likeness of the items there.
    best: dict[tuple[int, int], tuple[float, float]] = {}

    def sum_at(i, j):
        return best.get((i, j), (0, 0))[0]

    for i in reversed(range(len(old))):
        first, last = int(i * slope) - reach, int((i + 1) * slope) + reach
        for j in reversed(range(max(0, first), min(len(new), last))):
            alike = likeness(old[i], new[j])
            together = alike and sum_at(i + 1, j + 1) + alike
            best[i, j] = max(together, sum_at(i + 1, j), sum_at(i, j + 1)), alike
    i = j = 0
    while i < len(old) or j < len(new):
        total, alike = best.get((i, j), (0, 0))
        if alike and total == sum_at(i + 1, j + 1) + alike:
            yield old[i], new[j]
            i, j = i + 1, j + 1
        elif i < len(old) and (j == len(new) or sum_at(i + 1, j) >= sum_at(i, j + 1)):
            yield old[i], None
            i += 1
        else:
            yield None, new[j]
            j += 1
