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
#: The most topics of an article that are compared: SQLite takes 500 parts of a query at most.
MOST_TOPICS = 100
#: What a row is to the article, in the order of the rows.
NEWER, OLDER, SHARES = range(3)


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
    topics = [topic.pk for topic in topics[:MOST_TOPICS]]
    # A text that is being written may have no section yet.
    place = [] if section is None else [section, published_at]
    variant = {"has_place": bool(place), "is_set": reader_clock.is_set()}
    rows = _around(at, article, *place, *topics, **variant) if place or topics else []
    beside = {which: pk for which, _published, _article, pk in rows if which != SHARES}
    older, newer = beside.get(OLDER), beside.get(NEWER)

    shared = [pk for which, _published, _article, pk in rows if which == SHARES]
    shared = Counter(shared[:CANDIDATE_LIMIT])
    related = list(dict.fromkeys([*chosen, *(pk for pk, _count in shared.most_common())]))
    related = related[: max(RELATED_COUNT, len(chosen))]
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
    return rows.order_by("article_id").values_list("article", flat=True)


@compiled
def _newest_of(at, article, keys):
    editions = Edition.objects.live(at).exclude(article=article).filter(article__in=keys)
    return editions.newest_first().values_list("pk", flat=True)[: 2 * RELATED_COUNT]


@compiled
def _around(at, article, *values, has_place, is_set):
    """Return rows of the neighbours of an article and of others on its topics, in one query.

    The values are a place, if it has one (the key of a section, and a date), and the keys of
    topics. Each row says what it is, and has a date and the keys of an article and an edition. The
    neighbours come first: the next newer and the next older edition of the section. Then come the
    newest others on the topics: one row for each topic that an edition shares. The newest are read
    of each topic: no index has those of several topics in one order.
    """
    place, topics = (values[:2], values[2:]) if has_place else ((), values)
    editions = Edition.objects.live(at).exclude(article=article)
    of_topics = [editions.about(topic) for topic in topics]
    if is_set:
        of_topics = [of_topic.begun(at, LISTED) for of_topic in of_topics]
    rows = [_rows(of_topic.newest_first(LISTED), CANDIDATE_LIMIT, SHARES) for of_topic in of_topics]
    if place:
        section, published_at = place
        of_section = editions.filter(section=section).newest_first()
        here = {"-first_published_at": published_at, "-article": article}
        rows += [
            _rows(of_section.filter(keyset.after(here)), 1, OLDER),
            _rows(of_section.filter(keyset.before(here)).reverse(), 1, NEWER),
        ]
    first, *others = rows
    order = ("which", "-first_published_at", "-article", "-pk")
    return first.union(*others, all=True).order_by(*order)[: CANDIDATE_LIMIT + 2]


def _rows(editions, most, which):
    # As a subquery, since SQLite takes no LIMIT within a UNION.
    first = Edition.objects.filter(pk__in=editions.values("pk")[:most]).order_by()
    first = first.annotate(which=Value(which))
    return first.values_list("which", "first_published_at", "article", "pk")
