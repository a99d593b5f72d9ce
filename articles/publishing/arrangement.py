"""An arrangement of the front page: which articles an editor places, where, and until when.

It is a value: each change makes another one. Two arrangements that both come from a third are
merged where they do not change the same thing. See `articles.models.FrontDraft`.
"""

from dataclasses import dataclass, replace
from datetime import datetime

#: The most articles that are placed by hand at one time.
MOST = 100

#: The places, as in `FrontSlot.Place`.
LEAD, SECOND, PINNED = PLACES = (1, 2, 3)


@dataclass(frozen=True)
class Spot:
    """The place of one article."""

    article: int
    place: int
    until: datetime | None = None

    def is_over(self, at) -> bool:
        return self.until is not None and self.until <= at


class Clash(Exception):
    """Two people have changed the same thing in different ways."""


class TooMany(Exception):
    """More than `MOST` articles would be placed."""


@dataclass(frozen=True)
class Arrangement:
    """The spots by place, those of one place in their order. No article has two."""

    spots: tuple[Spot, ...] = ()

    @classmethod
    def of(cls, spots):
        """Return the arrangement of `spots` in any order of places; the first of an article counts.

        The spots of one place keep their order.
        """
        first = {}
        for spot in spots:
            first.setdefault(spot.article, spot)
        if len(first) > MOST:
            raise TooMany
        return cls(tuple(sorted(first.values(), key=lambda spot: spot.place)))

    # --- As JSON ---------------------------------------------------------------------------------

    @classmethod
    def from_json(cls, rows):
        return cls.of(
            Spot(article, place, until and datetime.fromisoformat(until))
            for article, place, until in rows
        )

    def to_json(self) -> list:
        return [[s.article, s.place, s.until and s.until.isoformat()] for s in self.spots]

    # --- What it holds ---------------------------------------------------------------------------

    @property
    def articles(self) -> list[int]:
        return [spot.article for spot in self.spots]

    def spot(self, article) -> Spot | None:
        return next((spot for spot in self.spots if spot.article == article), None)

    def at(self, place) -> list[Spot]:
        return [spot for spot in self.spots if spot.place == place]

    def only(self, articles):
        """Return it without the spots of articles that are not in `articles`."""
        return Arrangement.of(spot for spot in self.spots if spot.article in articles)

    def current(self, at):
        """Return it without the spots that are over at the instant `at`."""
        return Arrangement.of(spot for spot in self.spots if not spot.is_over(at))

    # --- Changes ---------------------------------------------------------------------------------

    def put(self, article, place, *, before=None):
        """Place `article` before another one of that place; without one, as the last of the place.

        An article that is placed already moves, and keeps its end.
        """
        spot = self.spot(article) or Spot(article, place)
        rest = [other for other in self.spots if other.article != article]
        index = next(
            (i for i, s in enumerate(rest) if s.place == place and s.article == before), len(rest)
        )
        return Arrangement.of([*rest[:index], replace(spot, place=place), *rest[index:]])

    def to_the_lead(self, article):
        """Make `article` the first of the leads."""
        leads = [spot.article for spot in self.at(LEAD) if spot.article != article]
        return self.put(article, LEAD, before=next(iter(leads), None))

    def shift(self, article, by):
        """Move `article` by so many places towards the end of its place (negative: the front)."""
        spot = self.spot(article)
        if spot is None:
            return self
        order = [other.article for other in self.at(spot.place)]
        index = order.index(article)
        order.insert(max(0, index + by), order.pop(index))
        spots = [self.spot(one) for one in order]
        return Arrangement.of([s for s in self.spots if s.place != spot.place] + spots)

    def without(self, article):
        return Arrangement.of(spot for spot in self.spots if spot.article != article)

    def ending(self, article, until):
        """Return it with another end for `article`; None: until somebody takes it away."""
        return Arrangement.of(
            replace(spot, until=until) if spot.article == article else spot for spot in self.spots
        )


@dataclass(frozen=True)
class Difference:
    """The spot of an article before and after; or, without an article, another order of a place."""

    article: int | None = None
    was: Spot | None = None
    now: Spot | None = None
    place: int | None = None


def differences(before, after) -> list[Difference]:
    """Return what `after` changes, in the order of the page."""
    articles = dict.fromkeys([*after.articles, *before.articles])
    pairs = [(one, before.spot(one), after.spot(one)) for one in articles]
    changed = [Difference(one, was, now) for one, was, now in pairs if was != now]
    orders = [Difference(place=place) for place in PLACES if _is_reordered(before, after, place)]
    return [*changed, *orders]


def _is_reordered(before, after, place) -> bool:
    """Say whether the articles that both hold at `place` stand there in another order."""
    old = [spot.article for spot in before.at(place)]
    new = [spot.article for spot in after.at(place)]
    return [one for one in old if one in new] != [one for one in new if one in old]


def merge(base, theirs, mine) -> Arrangement:
    """Return what both made of `base`; raise Clash where they changed the same thing differently.

    The same thing is an article, the order of a place, or the article that leads.
    """
    if not _agree(*(_lead(one) for one in (base, theirs, mine))):
        raise Clash
    spots = {}
    for article in dict.fromkeys([*mine.articles, *theirs.articles]):
        was, their, own = (one.spot(article) for one in (base, theirs, mine))
        if not _agree(was, their, own):
            raise Clash
        spots[article] = their if own == was else own
    return Arrangement.of(
        spots[article]
        for place in PLACES
        for article in _order(base, theirs, mine, place)
        if spots[article] and spots[article].place == place
    )


def _agree(was, their, own) -> bool:
    return their == own or was in (their, own)


def _lead(arrangement) -> int | None:
    return next((spot.article for spot in arrangement.at(LEAD)), None)


def _order(base, theirs, mine, place) -> list[int]:
    """Return the articles of both at `place`, in the order of the one who changed it."""
    by_me = _is_reordered(base, mine, place)
    if by_me and _is_reordered(base, theirs, place) and _is_reordered(theirs, mine, place):
        raise Clash
    # Who put another lead before the one that was there wants it there.
    by_me = by_me or (place == LEAD and _lead(mine) != _lead(base))
    first, other = (mine, theirs) if by_me else (theirs, mine)
    order = [spot.article for spot in first.at(place)]
    previous = None
    for spot in other.at(place):
        if spot.article not in order:
            # After the one that it follows there.
            order.insert(order.index(previous) + 1 if previous is not None else 0, spot.article)
        previous = spot.article
    return order
