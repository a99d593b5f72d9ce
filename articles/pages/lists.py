"""The live editions of the paper, a section, a series, a topic or an author: its page, its feed."""

from functools import partial

from django.http import Http404

from common import keyset, reader_clock
from common.compiled_queries import compiled

from ..models import Author, Edition, Section, Series, Topic
from ..models.edition import LISTED, NEWEST_FIRST
from ..models.edition_parts import load_for_pages
from .teasers import rows_of, teasers_of

#: How the editions of a subject are found by its key.
_FIND = {
    Section: lambda editions, key: editions.filter(section=key),
    Series: lambda editions, key: editions.filter(series=key),
    Topic: lambda editions, key: editions.about(key),
    Author: lambda editions, key: editions.signed_by(key),
}


def subject_at(slug, kind):
    """Return the subject of this kind with this slug. Raises Http404 if there is none."""
    for subject in _with_slug(slug, kind=kind):
        return subject
    raise Http404


def has_editions(subject) -> bool:
    """Say whether readers can read anything of `subject`."""
    return bool(_any(reader_clock.now(), subject.pk, kind=type(subject)))


def page_of(subject, *, before, size) -> keyset.KeysetPage:
    """Return a page of the list of `subject`, newest first; `before` names its place."""
    kind = type(subject)
    read = partial(_rows, reader_clock.now(), subject.pk, kind=kind, is_set=reader_clock.is_set())
    return _page(read, _order(kind), before=before, size=size)


def page_of_period(period, *, before, size) -> keyset.KeysetPage:
    """Return a page of what was first published in a period of the archive, newest first."""
    found = rows_of(Edition.objects.live().filter(period.condition()))

    def read(*place, size):
        return keyset.rows(found, NEWEST_FIRST, place, size)

    return _page(read, NEWEST_FIRST, before=before, size=size)


def newest_of(subject, size) -> list[Edition]:
    """Return the newest editions of `subject`, or of the whole paper (None), as pages show them."""
    key, kind = ([subject.pk], type(subject)) if subject else ([], None)
    return load_for_pages(_newest(reader_clock.now(), *key, kind=kind, size=size))


@compiled
def _with_slug(slug, *, kind):
    subjects = kind.objects.select_related("photo") if kind is Author else kind.objects.all()
    return subjects.filter(slug=slug)


@compiled
def _any(at, key, *, kind):
    return _editions(at, key, kind=kind).order_by().values_list("pk", flat=True)[:1]


def _editions(at, *key, kind):
    live = Edition.objects.live(at)
    return _FIND[kind](live, *key) if key else live


def _order(kind):
    return LISTED if kind in (Topic, Author) else NEWEST_FIRST


def _page(read, order, *, before, size):
    def source(*place, size):
        return teasers_of(read(*place, size=size))

    return keyset.KeysetPage(source, order, before=before, size=size)


@compiled
def _rows(at, key, *place, kind, is_set, size):
    editions, order = _editions(at, key, kind=kind), _order(kind)
    if is_set:
        editions = editions.begun(at, order)
    return keyset.rows(rows_of(editions), order, place, size)


@compiled
def _newest(at, *key, kind, size):
    editions = _editions(at, *key, kind=kind).for_page().prefetch_related(None)
    return editions.newest_first(_order(kind))[:size]
