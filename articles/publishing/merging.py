"""The merge of two changes that two people made, each from the same content.

What only one of them changed takes their value. What both changed, each in another way, is theirs
to choose: a field, or a passage of the body.
"""

from dataclasses import dataclass
from functools import cached_property

from ..text.alignment import Work, runs
from ..text.blocks import blocks_of

MINE, THEIRS = "mine", "theirs"


@dataclass(frozen=True)
class Difference:
    """A field, or a passage of the body, that at least one of the two has changed."""

    #: The key of a field; for a passage of the body, `body` and its number.
    key: str
    base: object
    mine: object
    theirs: object

    @property
    def field(self) -> str:
        return self.key.partition("-")[0]

    @property
    def only_changed_by(self) -> str | None:
        """MINE or THEIRS if the other has left it as it was; None if both have changed it."""
        if self.base == self.theirs:
            return MINE
        return THEIRS if self.base == self.mine else None

    @property
    def is_conflict(self) -> bool:
        return self.only_changed_by is None and self.mine != self.theirs

    def value(self, pick=None):
        """Return the value that counts: of the one who changed it, or the one of `pick`."""
        return getattr(self, pick or self.only_changed_by or THEIRS)


@dataclass(frozen=True)
class Merge:
    """The merge of `mine` and `theirs`, both made from `base`: values by field.

    `picks` are the choices that a person has made: MINE or THEIRS by key.
    """

    base: dict
    mine: dict
    theirs: dict
    picks: dict

    @cached_property
    def differences(self) -> list[Difference]:
        """All that differs. The body is cut into passages only where both have changed it."""
        found = []
        for name, mine in self.mine.items():
            whole = Difference(name, self.base.get(name), mine, self.theirs.get(name))
            if whole.is_conflict and name == "body":
                passages = enumerate(_passages(whole.base or "", mine, whole.theirs))
                found += [Difference(f"body-{n}", *each) for n, each in passages]
            elif not whole.mine == whole.theirs == whole.base:
                found.append(whole)
        return [each for each in found if each.mine != each.base or each.theirs != each.base]

    @property
    def to_pick(self) -> list[Difference]:
        """What both have changed and nobody has chosen yet."""
        return [each for each in self.differences if each.is_conflict and not self._pick(each)]

    @property
    def shown(self) -> list[Difference]:
        """What a person has to look at: fields that both changed, with all passages of a body."""
        fields = {each.field for each in self.differences if each.is_conflict}
        if any(each.key.startswith("body-") for each in self.differences):
            fields.add("body")
        return [each for each in self.differences if each.field in fields]

    @property
    def theirs_alone(self) -> list[Difference]:
        """What is taken from the other, since I had left it as it was."""
        shown = self.shown
        return [d for d in self.differences if d.only_changed_by == THEIRS and d not in shown]

    def _pick(self, difference):
        pick = self.picks.get(difference.key)
        return pick if pick in (MINE, THEIRS) else None

    def merged(self) -> dict:
        """Return the values by field; where nobody has chosen yet, it is theirs."""
        values = {**self.mine}
        passages = None
        for each in self.differences:
            if not each.key.startswith("body-"):
                values[each.field] = each.value(self._pick(each))
        if any(each.key.startswith("body-") for each in self.differences):
            sides = (side.get("body") or "" for side in (self.base, self.mine, self.theirs))
            passages = enumerate(_passages(*sides))
            chosen = [Difference(f"body-{n}", *each) for n, each in passages]
            values["body"] = "".join(each.value(self._pick(each)) for each in chosen)
        return values


def _passages(base, mine, theirs):
    """Yield (base, mine, theirs) for each passage; together, they are the three bodies.

    A passage is a run of blocks that nobody changed, or what stands between two such runs: block by
    block where all three have as many.
    """
    base, mine, theirs = (blocks_of(body) for body in (base, mine, theirs))
    at = [0, 0, 0]
    for start, in_mine, in_theirs, size in _unchanged(base, mine, theirs):
        between = [base[at[0] : start], mine[at[1] : in_mine], theirs[at[2] : in_theirs]]
        if len({*map(len, between)}) == 1:
            # As many blocks in each: changed, none added and none removed.
            yield from zip(*between, strict=True)
        else:
            yield tuple("".join(blocks) for blocks in between)
        if size:
            yield ("".join(base[start : start + size]),) * 3
        at = [start + size, in_mine + size, in_theirs + size]


def _unchanged(base, mine, theirs):
    """Yield (start in each, size) of the runs of blocks that all three have; last, an empty one."""
    in_mine, in_theirs = (_places(base, other) for other in (mine, theirs))
    run = None
    for place in range(len(base)):
        found = (place, in_mine.get(place), in_theirs.get(place))
        if None in found:
            continue
        if run and all(found[n] == run[n] + run[3] for n in range(3)):
            run[3] += 1
            continue
        if run:
            yield tuple(run)
        run = [*found, 1]
    if run:
        yield tuple(run)
    yield len(base), len(mine), len(theirs), 0


def _places(base, other):
    """Return the places in `other` of the blocks that stand in both, by their places in `base`."""
    return {
        place: place - in_base.start + in_other.start
        for is_same, in_base, in_other in runs(base, other, Work())
        if is_same
        for place in range(in_base.start, in_base.stop)
    }
