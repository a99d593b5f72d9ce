"""The parts of a series as readers have them: on the page of the series, and beside each part."""

from dataclasses import dataclass
from typing import NamedTuple

from common import reader_clock
from common.compiled_queries import compiled

from ..models import Edition, Series
from ..models.content import Content
from .teasers import Teaser, rows_of, teasers_of

#: Two editions may have one number, since an edition never changes: then the older one is first.
IN_ORDER = ("series_part", "first_published_at", "article_id")


class Part(NamedTuple):
    """A part of a series as readers have it now."""

    series_part: int | None
    language: str
    headline: str
    path: str


@dataclass(frozen=True)
class SeriesPlace:
    """The place of an article in a series."""

    series: Series
    part: int | None
    #: All parts in their order, with the article itself; each with whether it is that.
    parts: list[tuple[Part | Content, bool]]
    #: The parts before and after it, or None.
    previous: Part | None
    next: Part | None


def parts_of(series) -> list[Teaser]:
    """Return the parts of `series` that readers have, in their order."""
    return teasers_of(_parts(reader_clock.now(), series.pk))


def place_of(content, article) -> SeriesPlace | None:
    """Return the place of `article`, with the words of `content`; None if it is in no series.

    The other parts are those that readers have now: how many there will be is not told.
    """
    if not content.series_id:
        return None
    others = [Part(*row) for row in _others(reader_clock.now(), content.series_id, article.pk)]
    number = content.series_part or 0
    before = [part for part in others if (part.series_part or 0) <= number]
    after = [part for part in others if (part.series_part or 0) > number]
    parts = [*((p, False) for p in before), (content, True), *((p, False) for p in after)]
    return SeriesPlace(
        content.series,
        content.series_part,
        parts,
        before[-1] if before else None,
        after[0] if after else None,
    )


# --- The queries ----------------------------------------------------------------------------------


@compiled
def _parts(at, series):
    return rows_of(Edition.objects.live(at).filter(series=series).order_by(*IN_ORDER))


@compiled
def _others(at, series, article):
    others = Edition.objects.live(at).filter(series=series).exclude(article=article)
    columns = ("series_part", "language", "headline", "article__path")
    return others.order_by(*IN_ORDER).values_list(*columns)
