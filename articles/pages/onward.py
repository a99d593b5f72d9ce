"""The links from an article to others: to related articles, to the next and to the previous."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Value

from common import keyset, reader_clock
from common.compiled_queries import compiled

from ..models import Edition
from ..models.edition import LISTED
from .teasers import Teaser, live_by_key

#: The number of related articles under an article; if an editor chose more, at most twice as many.
RELATED_COUNT = 3
#: The number of rows (an article and a topic that it shares) that are compared, newest first.
CANDIDATE_LIMIT = 120


@dataclass(frozen=True)
class OnwardLinks:
    #: The articles that an editor chose, newest first; then those that share the most topics, and
    #: among equals the newest first.
    related: list[Teaser]
    #: The next and the previous article of the same section.
    newer: Teaser | None
    older: Teaser | None


def onward_links(edition, at=None) -> OnwardLinks:
    """Return the links from `edition` to other articles at the instant `at` (default: now)."""
    return links_of(
        section=edition.section_id,
        published_at=edition.first_published_at,
        article=edition.article_id,
        related=_chosen(edition.pk) if edition.may_lead_on else [],
        topics=edition.subjects,
        at=at,
    )


def links_of(*, section, published_at, article, related, topics, at=None) -> OnwardLinks:
    """Return the links from an article; `article` is its key. It need not be stored.

    `section` is its section's key, or None; `related` are the keys of the articles that an editor
    chose.
    """
    at = at or reader_clock.now()
    chosen = _newest_of(at, article, related) if related else []
    topics = [topic.pk for topic in topics]
    rows = _sharing(at, article, topics) if topics else []
    shared = Counter(pk for _published, _article, pk in rows)
    related = list(dict.fromkeys([*chosen, *(pk for pk, _count in shared.most_common())]))
    related = related[: max(RELATED_COUNT, len(chosen))]

    # A text that is being written may have no section yet.
    beside = {} if section is None else dict(_beside(at, article, section, published_at))
    older, newer = beside.get("older"), beside.get("newer")
    keys = list(dict.fromkeys([*related, *filter(None, [newer, older])]))
    teasers = live_by_key(at, keys)
    return OnwardLinks(
        related=[teasers[pk] for pk in related if pk in teasers],
        newer=teasers.get(newer),
        older=teasers.get(older),
    )


# --- The queries ----------------------------------------------------------------------------------


@compiled
def _chosen(edition):
    rows = Edition.related.through.objects.filter(edition=edition)
    return rows.order_by("article").values_list("article", flat=True)


@compiled
def _newest_of(at, article, keys):
    editions = Edition.objects.live(at).exclude(article=article).filter(article__in=keys)
    return editions.newest_first().values_list("pk", flat=True)[: 2 * RELATED_COUNT]


@compiled
def _sharing(at, article, topics):
    """Return the keys of the newest other editions on `topics`: one for each that it shares.

    The newest are read of each topic: no index has those of several topics in one order.
    """
    editions = Edition.objects.live(at).exclude(article=article)
    order = ("-first_published_at", "-article", "-pk")
    of_each = (
        # As a subquery, since SQLite takes no LIMIT within a UNION.
        Edition.objects.filter(
            pk__in=editions.about(topic).newest_first(LISTED).values("pk")[:CANDIDATE_LIMIT]
        )
        .order_by()
        .values_list("first_published_at", "article", "pk")
        for topic in topics
    )
    first = next(of_each)
    return first.union(*of_each, all=True).order_by(*order)[:CANDIDATE_LIMIT]


@compiled
def _beside(at, article, section, published_at):
    """Return the keys of the next older and the next newer edition of the section, with which."""
    editions = Edition.objects.live(at).exclude(article=article).filter(section=section)
    editions = editions.newest_first()
    place = {"-first_published_at": published_at, "-article": article}
    older = _first_of(editions.filter(keyset.after(place)), "older")
    newer = _first_of(editions.filter(keyset.before(place)).reverse(), "newer")
    return older.union(newer, all=True).order_by()


def _first_of(editions, name):
    # As a subquery, since SQLite takes no LIMIT within a UNION.
    first = Edition.objects.filter(pk__in=editions.values("pk")[:1]).order_by()
    return first.annotate(which=Value(name)).values_list("which", "pk")
