"""The time of the last change of the paper, for the `Last-Modified` of feeds and sitemaps.

The newest date in a feed is not enough. A withdrawal removes the newest article and a mended typo
moves no date, so a client that sends `If-Modified-Since` would be told that nothing has changed.
"""

from django.db.models import Max, Value

from common import page_notes, reader_clock
from common.compiled_queries import compiled

from ..models import (
    ArticlePath,
    Author,
    Change,
    Edition,
    Image,
    Page,
    Section,
    Series,
    Takedown,
    Topic,
)

#: The columns that hold the time of a change. An edition begins and ends by the clock, so a change
#: may happen although nobody writes anything at that moment.
CHANGE_COLUMNS = [
    *((Edition, "visible_from"), (Edition, "visible_until"), (ArticlePath, "since")),
    # A takedown changes editions that stay public.
    (Takedown, "at"),
    # Another file of a picture, or other crops of it, have other addresses.
    (Image, "changed_at"),
    (Page, "updated_at"),
]
#: What articles are filed under; each has the time of its last change in `changed_at`.
SUBJECTS = (Section, Topic, Series, Author)


def last_change(at=None):
    """Return the time of the last change up to the instant `at` (default: now); None if never.

    It is one time for the whole paper, so it may be later than the last change of a given feed."""
    at = at or reader_clock.now()
    for kind in Change.Kind:
        if kind != Change.Kind.THREAD:
            page_notes.made_of(kind)
    if page_notes.are_taken():
        _note_next_change(at)
    latest = [moment for last in _LAST for moment in last(at)]
    return max(filter(None, [*latest, *_last_of_subjects(at)]), default=None)


def _note_next_change(at):
    """Note that the page ends with the next of these instants.

    After the clock was put back, times that were written before that are still to come.
    """
    for following in _NEXT:
        for moment in following(at):
            page_notes.ends_at(moment)


# --- The queries ----------------------------------------------------------------------------------


def _nearest(model, column, lookup, order):
    """Return the query of the nearest time in the column: as a list, which is empty without one."""

    @compiled
    def nearest(at):
        rows = model.objects.filter(**{f"{column}__{lookup}": at})
        return rows.order_by(order + column).values_list(column, flat=True)[:1]

    return nearest


_LAST = tuple(_nearest(*column, "lte", "-") for column in CHANGE_COLUMNS)
_NEXT = tuple(
    _nearest(*column, "gt", "")
    for column in [*CHANGE_COLUMNS, *((model, "changed_at") for model in SUBJECTS)]
)


@compiled
def _last_of_subjects(at):
    """Return the times of the last changes of all SUBJECTS. Their tables are small: one query."""
    first, *others = (
        model.objects.filter(changed_at__lte=at)
        .order_by()
        .values(one=Value(1))
        .annotate(latest=Max("changed_at"))
        .values_list("latest", flat=True)
        for model in SUBJECTS
    )
    return first.union(*others).order_by()
