"""The links from an article to others: to related articles, to the next and to the previous."""

from collections import Counter
from dataclasses import dataclass

from common import keyset

from ..models import Edition
from ..models.edition import LISTED

#: The number of related articles under an article; if an editor chose more, at most twice as many.
RELATED_COUNT = 3
#: The number of rows (an article and a topic that it shares) that are compared, newest first.
CANDIDATE_LIMIT = 120


@dataclass(frozen=True)
class OnwardLinks:
    #: The articles that an editor chose, newest first; then those that share the most topics, and
    #: among equals the newest first.
    related: list[Edition]
    #: The next and the previous article of the same section.
    newer: Edition | None
    older: Edition | None


def onward_links(edition, at=None) -> OnwardLinks:
    """Return the links from `edition` to other articles at the instant `at` (default: now)."""
    return links_of(
        section=edition.section_id,
        published_at=edition.first_published_at,
        article=edition.article_id,
        related=edition.related.all(),
        topics=edition.topics.all(),
        at=at,
    )


def links_of(*, section, published_at, article, related, topics, at=None) -> OnwardLinks:
    """Return the links from an article; `article` is its key. It need not be stored."""
    others = Edition.objects.live(at).exclude(article=article)
    newest = others.newest_first()
    chosen = newest.filter(article__in=related).values_list("pk", flat=True)
    chosen = list(chosen[: 2 * RELATED_COUNT])
    shared = Counter(_sharing(others, topics))
    related = list(dict.fromkeys([*chosen, *(pk for pk, _count in shared.most_common())]))
    related = related[: max(RELATED_COUNT, len(chosen))]

    here = {"-first_published_at": published_at, "-article": article}
    same_section = newest.filter(section=section)
    older = _key_of_first(same_section.filter(keyset.after(here)))
    newer = _key_of_first(same_section.filter(keyset.before(here)).reverse())

    editions = others.for_lists().in_bulk([*related, *filter(None, [newer, older])])
    return OnwardLinks(
        related=[editions[pk] for pk in related if pk in editions],
        newer=editions.get(newer),
        older=editions.get(older),
    )


def _sharing(editions, topics) -> list:
    """Return the keys of the newest of `editions` on `topics`: one for each topic that it shares.

    The newest are read of each topic: no index has those of several topics in one order.
    """
    columns = ("first_published_at", "article", "pk")
    of_each = (
        # As a subquery, since SQLite takes no LIMIT within a UNION.
        Edition.objects.filter(
            pk__in=editions.about(topic).newest_first(LISTED).values("pk")[:CANDIDATE_LIMIT]
        )
        .order_by()
        .values_list(*columns)
        for topic in topics
    )
    first = next(of_each, None)
    if first is None:
        return []
    rows = sorted(first.union(*of_each, all=True).order_by(), reverse=True)
    return [pk for *_order, pk in rows[:CANDIDATE_LIMIT]]


def _key_of_first(editions):
    return editions.values_list("pk", flat=True).first()
