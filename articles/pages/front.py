"""The front page: the articles that editors placed, and the newest ones in all other places.

An article that is withdrawn, or not public yet, is left out, and the newest articles move up. No
article is shown twice. The number of queries is the same for thousands of articles as for three.
"""

from collections import defaultdict
from dataclasses import dataclass

from django.utils.functional import cached_property
from django.utils.timezone import localtime

from common import page_notes, reader_clock
from common.compiled_queries import compiled

from ..models import Change, Edition, FrontSlot, Section
from ..models.kept_rows import KeptRows
from .teasers import Teaser, live_by_key

#: The number of articles beside the lead.
SECONDARY_COUNT = 3
#: The number of newest articles that are searched to fill the strips, also of quiet sections.
CANDIDATE_LIMIT = 240


@dataclass(frozen=True)
class FrontPage:
    lead: Teaser | None
    secondary: list[Teaser]
    #: The sections that have articles left to show, in order of position, each with its articles.
    strips: list[tuple[Section, list[Teaser]]]

    @cached_property
    def newest(self):
        """The time of first publication of the newest article shown: the date of the front page."""
        return max((teaser.first_published_at for teaser in self.shown), default=None)

    @cached_property
    def day(self):
        """The day of the newest article, in the site's time zone; None without an article."""
        return self.newest and localtime(self.newest).date()

    @property
    def shown(self) -> list[Teaser]:
        """All articles on the page, in their order."""
        strips = (teaser for _section, found in self.strips for teaser in found)
        shown = [self.lead, *self.secondary, *strips]
        return [teaser for teaser in shown if teaser]


def front_page(at=None, arrangement=None) -> FrontPage:
    """Return the front page at the instant `at` (default: now).

    An `arrangement` takes the place of the stored one.
    """
    at = at or reader_clock.now()
    page_notes.made_of(Change.Kind.FRONT)
    page_notes.ends_at(FrontSlot.objects.next_end() if page_notes.are_taken() else None)
    placed = _placed(at) if arrangement is None else _arranged(at, arrangement)
    leads, secondary, pinned = (placed[place] for place in FrontSlot.Place)
    section_of = dict(_newest(at, is_set=reader_clock.is_set(), most=CANDIDATE_LIMIT))
    fresh = [pk for pk in section_of if pk not in {*leads, *secondary, *pinned}]
    for pks in placed.values():
        section_of |= pks

    # The first public lead is the lead; any other leads become secondary articles. The newest
    # articles, and after them the pinned ones, fill the secondary places that are still free.
    top = _unique(*(leads or fresh[:1]), *secondary, *fresh, *pinned)[: 1 + SECONDARY_COUNT]
    rest = defaultdict(list)
    for pk in _unique(*pinned, *leads, *secondary, *fresh):
        if pk not in top:
            rest[section_of[pk]].append(pk)
    strips = [(section, rest[section.pk][: section.strip_size]) for section in _sections()]

    wanted = [*top, *(pk for _section, pks in strips for pk in pks)]
    teasers = live_by_key(at, wanted)

    def shown(pks):
        # Leave out an edition that was replaced or withdrawn since the query above.
        return [teasers[pk] for pk in pks if pk in teasers]

    lead, *secondary = shown(top) or [None]
    strips = [(section, found) for section, pks in strips if (found := shown(pks))]
    return FrontPage(lead, secondary, strips)


def _placed(at) -> dict:
    """Return, for each place, the keys of the live editions there, each with its section's key."""
    placed = {place: {} for place in FrontSlot.Place}
    for place, pk, section in _in_slots(at):
        placed[place][pk] = section
    return placed


def _arranged(at, arrangement) -> dict:
    """Return the same for an arrangement that is not stored."""
    spots = arrangement.current(at).spots
    rows = Edition.objects.live(at).filter(article__in=[spot.article for spot in spots])
    keys = rows.values_list("article", "pk", "section")
    found = {article: (pk, section) for article, pk, section in keys}
    placed = {place: {} for place in FrontSlot.Place}
    for spot in spots:
        if spot.article in found:
            pk, section = found[spot.article]
            placed[spot.place][pk] = section
    return placed


def _unique(*pks) -> list:
    return list(dict.fromkeys(pks))


# --- The queries ----------------------------------------------------------------------------------


@compiled
def _with_strip():
    return Section.objects.exclude(strip=Section.Strip.NONE)


#: The sections with a strip, in their order.
_sections = KeptRows(_with_strip)


@compiled
def _in_slots(at):
    """Return the place, the edition and the section of each article that editors placed."""
    slots = FrontSlot.objects.current(at)
    of_article = "article__front_slot"
    order = (f"{of_article}__place", f"{of_article}__position", of_article)
    editions = Edition.objects.live(at).filter(article__front_slot__in=slots).order_by(*order)
    return editions.values_list(f"{of_article}__place", "pk", "section")


@compiled
def _newest(at, *, is_set, most):
    """Return the newest editions, each with its section."""
    live = Edition.objects.live(at)
    editions = live.begun(at) if is_set else live
    return editions.newest_first().values_list("pk", "section")[:most]
