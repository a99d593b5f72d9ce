"""Where a reader may go on from an article: to related ones, and to its neighbours."""

from collections import Counter
from dataclasses import dataclass

from common import keyset

from ..models import Edition

#: Related articles under an article; where an editor chose more, at most twice as many.
RELATED = 3
#: How many of the newest articles on the same topics are compared.
POOL = 120


@dataclass(frozen=True)
class Onward:
    #: Those that an editor chose, then those that share the most topics; the newest first.
    related: list[Edition]
    #: The next and the previous article of the same section.
    newer: Edition | None
    older: Edition | None


def onward(edition, at=None) -> Onward:
    """Return what leads on from `edition` at the instant `at` (now, unless told)."""
    others = Edition.objects.live(at).exclude(article=edition.article_id)
    newest = others.newest_first()
    chosen = list(
        newest.filter(article__in=edition.related.all()).values_list("pk", flat=True)[: 2 * RELATED]
    )
    # A row for each topic that is shared.
    shared = Counter(
        newest.filter(topics__in=edition.topics.all()).values_list("pk", flat=True)[:POOL]
    )
    related = list(dict.fromkeys([*chosen, *(pk for pk, _count in shared.most_common())]))
    related = related[: max(RELATED, len(chosen))]

    here = {"-first_published_at": edition.first_published_at, "-article": edition.article_id}
    same_section = newest.filter(section=edition.section_id)
    older = _key_of_first(same_section.filter(keyset.after(here)))
    newer = _key_of_first(same_section.filter(keyset.before(here)).reverse())

    editions = others.for_lists().in_bulk([*related, *filter(None, [newer, older])])
    return Onward(
        related=[editions[pk] for pk in related if pk in editions],
        newer=editions.get(newer),
        older=editions.get(older),
    )


def _key_of_first(editions):
    return editions.values_list("pk", flat=True).first()
