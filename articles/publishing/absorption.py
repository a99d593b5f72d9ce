"""The merge of sections, topics, series and authors: one stays, and takes what the others had.

Whatever named one of the others names the one that stays: working copies and editions at once, and
stored versions when they are read (`FormerKey`). Their addresses lead to its own. The texts are
neither loaded nor made another version: their words stay, so nobody who has one open is overtaken.

A kind that is to be merged has an entry in PLACES and a permission `merge_…`.
"""

from dataclasses import dataclass

from django.contrib.admin.models import CHANGE, DELETION, LogEntry
from django.db import connection, models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext

from common.bounded_counts import BoundedCount, bounded_count
from common.permissions import require_permission

from ..models import (
    Article,
    Author,
    Byline,
    Edition,
    EditionByline,
    FormerKey,
    Section,
    Series,
    Topic,
)
from ..models.former_slug import HasSlug
from ..models.taxonomy import InSearch
from ..tasks import index_merged
from .locking import lock_all

#: The most rows that are merged into one at once.
MOST = 20


class CannotMerge(Exception):
    """The rows are not two or more, or one of them is gone: deleted, or merged meanwhile."""


@dataclass(frozen=True)
class Place:
    """A column that names a row of a kind: of a text itself, or of a list that a text has."""

    model: type[models.Model]
    column: str
    #: The model of the texts; and for a list, the column that names the text of each row.
    of: type[models.Model]
    text: str = "pk"
    #: The order of a list.
    order: tuple[str, ...] = ("pk",)

    @property
    def _rows(self):
        # Past `IndexedQuerySet`: of a text that is found by the name of its author, the index has
        # the author's key, and follows it (see `AuthorWords`). And past the guard of editions:
        # besides a takedown, a merge is the one thing that changes what a pressed edition names.
        return self.model._base_manager.all()

    def rows_of(self, keys):
        return self._rows.filter(**{f"{self.column}__in": keys})

    def texts_of(self, keys):
        """Return the keys of the texts that name one of the rows with these `keys`, as a query."""
        return self.rows_of(keys).values(self.text)

    def articles_of(self, keys):
        """Return the keys of the articles of these texts, as a query."""
        names = {(Article, "pk"): "pk", (Edition, "pk"): "article"}
        default = "article" if self.of is Article else "edition__article"
        return self.rows_of(keys).values(names.get((self.of, self.text), default))

    def count(self, key, among=None) -> BoundedCount:
        """Return the number of texts that name the row with this `key`: of all, or of `among`."""
        rows = self.rows_of([key])
        if among is not None:
            rows = rows.filter(Exists(among.filter(pk=OuterRef(self.text))))
        return bounded_count(rows if self.text == "pk" else rows.values(self.text).distinct())

    def move(self, kept, others):
        """Name `kept` in place of `others`, all of them keys."""
        if self.text != "pk":
            self._drop_repeated(kept, others)
        self.rows_of(others).update(**{self.column: kept})

    def _drop_repeated(self, kept, others):
        """Delete the rows of one list that would repeat another; the first of them stays."""
        before = Q()
        for number, name in enumerate(self.order):
            same = {each: OuterRef(each) for each in self.order[:number]}
            before |= Q(**same, **{f"{name}__lt": OuterRef(name)})
        earlier = self.rows_of([kept, *others]).filter(before, **{self.text: OuterRef(self.text)})
        # What named one of them twice before is not ours to mend.
        moves = Q(**{f"{self.column}__in": others})
        repeated = self.rows_of([kept, *others]).filter(
            Q(moves, Exists(earlier)) | Q(Exists(earlier.filter(moves)))
        )
        # `delete` would send a signal for each row, and so read and index each article anew.
        found, parameters = repeated.values("pk").query.sql_with_params()
        with connection.cursor() as cursor:
            table = connection.ops.quote_name(self.model._meta.db_table)
            cursor.execute(f"DELETE FROM {table} WHERE id IN ({found})", parameters)  # noqa: S608


_BYLINE = ("position", "pk")
#: Where each kind is named: by working copies, and by editions.
PLACES: dict[type[HasSlug], tuple[Place, Place]] = {
    Section: (Place(Article, "section", Article), Place(Edition, "section", Edition)),
    Topic: (
        Place(Article.topics.through, "topic", Article, "article"),
        Place(Edition.topics.through, "topic", Edition, "edition"),
    ),
    Series: (Place(Article, "series", Article), Place(Edition, "series", Edition)),
    Author: (
        Place(Byline, "author", Article, "article", _BYLINE),
        Place(EditionByline, "author", Edition, "edition", _BYLINE),
    ),
}


def permission_for(model) -> str:
    return f"{model._meta.app_label}.merge_{model._meta.model_name}"


@dataclass(frozen=True)
class Candidate:
    """A row that may stay or go, and what it has."""

    row: HasSlug
    articles: BoundedCount
    #: All of them, and those that readers see now.
    editions: BoundedCount
    live: BoundedCount


def candidates(rows) -> list[Candidate]:
    """Return what each of `rows`, which are of one kind, has."""
    live = Edition.objects.live().order_by()
    found = []
    for row in rows:
        of_articles, of_editions = PLACES[type(row)]
        counts = of_articles.count(row.pk), of_editions.count(row.pk)
        found.append(Candidate(row, *counts, of_editions.count(row.pk, live)))
    return found


@transaction.atomic
def absorb(kept, others, *, by):
    """Merge `others` into `kept`, a row of the same kind; return it.

    Nobody can part them again. Raises PermissionDenied, or CannotMerge.
    """
    model = type(kept)
    require_permission(by, permission_for(model))
    keys = [row.pk for row in others]
    # First the texts: whoever saves one holds its lock, and at its end needs those of the rows.
    _lock_texts(model, keys)
    kept, *others = _locked(model, [kept.pk, *keys])
    for other in others:
        is_in_search = issubclass(model, InSearch)
        outdated = model.objects.filter(pk=other.pk).editions() if is_in_search else []
        key = FormerKey.objects.add(kept, other, outdated=outdated).pk
        if outdated:
            index_merged.enqueue(key)
        kept.take_slugs_of(other)
    for place in PLACES[model]:
        place.move(kept.pk, keys)
    model.objects.filter(pk__in=keys).delete()
    for name in model.FILLED_BY_MERGE:
        found = (getattr(row, name) for row in (kept, *others))
        setattr(kept, name, next(filter(None, found), getattr(kept, name)))
    kept.save()
    _log(kept, others, by)
    return kept


def _locked(model, keys):
    """Return the rows with these `keys`, locked for this transaction, in the same order."""
    keys = list(dict.fromkeys(keys))
    rows = model.objects.select_for_update().filter(pk__in=keys).order_by("pk")
    found = {row.pk: row for row in rows}
    if len(keys) < 2 or len(found) < len(keys):
        raise CannotMerge
    return [found[key] for key in keys]


def _lock_texts(model, keys):
    """Lock the articles that will name another row: whoever saves or presses one waits."""
    # Not by a join: PostgreSQL would join all articles with all editions.
    named = (
        Article.objects.none()
        .values("pk")
        .union(*(place.articles_of(keys).order_by() for place in PLACES[model]))
    )
    lock_all(Article.objects.filter(pk__in=named))


def _log(kept, others, by):
    """Write into the history of the one that stays, and of those that are gone."""
    if by is None:
        return
    names = ", ".join(f"{other} (#{other.pk}, {other.get_absolute_url()})" for other in others)
    log = LogEntry.objects.log_actions
    log(by.pk, [kept], CHANGE, gettext("Merged into it: %(names)s") % {"names": names})
    into = gettext("Merged into “%(name)s” (#%(key)d)") % {"name": kept, "key": kept.pk}
    log(by.pk, others, DELETION, into)
