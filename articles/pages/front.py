"""The front page: what editors placed, and the newest everywhere else.

An article that is withdrawn, or not public yet, falls out by itself and the newest move up;
nothing stands twice. It takes as many queries for thousands of articles as for three.
"""

from dataclasses import dataclass

from ..models import Edition, FrontSlot, Section

#: Articles beside the lead.
SECONDS = 3
#: How many of the newest articles are looked through to fill the strips, quiet sections' too.
POOL = 240


@dataclass(frozen=True)
class FrontPage:
    lead: Edition | None
    seconds: list[Edition]
    #: Each section that has something left to show, in their order, with its editions.
    strips: list[tuple[Section, list[Edition]]]

    @property
    def newest(self):
        """When the newest article on it was first published: the date that the paper bears."""
        shown = [self.lead, *self.seconds, *(e for _section, found in self.strips for e in found)]
        return max((e.article.first_published_at for e in shown if e), default=None)


def front_page(at=None) -> FrontPage:
    """Return what the front page shows at the instant `at` (now, unless told)."""
    live = Edition.objects.live(at)
    placed = _placed(live, at)
    leads, seconds, pinned = (placed[place] for place in FrontSlot.Place)
    section_of = dict(live.newest_first().values_list("pk", "section")[:POOL])
    fresh = [pk for pk in section_of if pk not in {*leads, *seconds, *pinned}]
    for pks in placed.values():
        section_of |= pks

    # A lead that is not the first one public seconds it; so does what has no better place.
    top = _once(*(leads or fresh[:1]), *seconds, *fresh, *pinned)[: 1 + SECONDS]
    rest = [pk for pk in _once(*pinned, *leads, *seconds, *fresh) if pk not in top]
    strips = [
        (section, [pk for pk in rest if section_of[pk] == section.pk][: section.room])
        for section in Section.objects.exclude(strip=Section.Strip.NONE)
    ]

    wanted = [*top, *(pk for _section, pks in strips for pk in pks)]
    editions = live.for_lists().prefetch_related("bylines__author__photo").in_bulk(wanted)

    def shown(pks):
        # What a press or a withdrawal has taken away since is simply not there.
        return [editions[pk] for pk in pks if pk in editions]

    lead, *seconds = shown(top) or [None]
    strips = [(section, found) for section, pks in strips if (found := shown(pks))]
    return FrontPage(lead, seconds, strips)


def _placed(live, at) -> dict:
    """Return, for each place, the section by the key of each live edition that stands there."""
    rows = (
        live.filter(article__front_slot__in=FrontSlot.objects.current(at))
        .order_by(
            *("article__front_slot__place", "article__front_slot__position"),
            "article__front_slot",
        )
        .values_list("article__front_slot__place", "pk", "section")
    )
    placed = {place: {} for place in FrontSlot.Place}
    for place, pk, section in rows:
        placed[place][pk] = section
    return placed


def _once(*pks) -> list:
    return list(dict.fromkeys(pks))
