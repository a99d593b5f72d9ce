"""A teaser: an article as the front page, a list or a related article shows it."""

from typing import NamedTuple

from django.conf import settings
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from common.kept_html import html_of

from ..pictures.display import picture


class Shown(NamedTuple):
    """How a teaser shows its picture."""

    ratio: str
    #: The width on the page: the attribute `sizes`.
    sizes: str
    css: str = "teaser-picture"
    #: Whether it is the first picture of the page.
    priority: bool = False


_LEAD = Shown("3:2", "(min-width: 80rem) 51rem, (min-width: 64rem) 64vw, 100vw", priority=True)
_WIDE = Shown("3:2", "(min-width: 80rem) 37rem, (min-width: 40rem) 48vw, 100vw")
_SMALL = Shown("3:2", "(min-width: 40rem) 25rem, 10rem")
#: The pictures by the size of the teaser. A brief has none; an opinion has that of its author.
PICTURES = {
    "lead": _LEAD,
    "second": _WIDE,
    "first": _WIDE,
    "column": _SMALL,
    "row": _SMALL,
    "opinion": Shown("1:1", "6rem", css="teaser-author"),
    "brief": None,
}


def teaser(edition, *, size, level, day=None) -> SafeString:
    """Return the HTML of the teaser of `edition`, one of `EditionQuerySet.for_lists`.

    `size` is one of PICTURES, and `level` that of the heading. The articles of `day`, a date, have
    the time of their publication, and all others its date.
    """
    authors = [credit.author for credit in edition.credits]
    published = edition.article.first_published_at
    return html_of(
        "articles/_teaser.html",
        size=size,
        level=level,
        tint=edition.section.tint,
        language=edition.language,
        site_language=settings.LANGUAGE_CODE,
        picture=_picture(edition, size, authors),
        is_retracted=edition.is_retracted,
        kicker=edition.kicker,
        headline=edition.headline,
        standfirst="" if size == "brief" else edition.standfirst,
        address=edition.get_absolute_url(),
        names=tuple(author.name for author in authors),
        published=published,
        is_of_day=day is not None and localtime(published).date() == day,
        comments=edition.article.public_comment_count,
    )


def _picture(edition, size, authors):
    """Return the HTML of the lead image; of an opinion, that of the photo of its first author."""
    if size == "opinion":
        image = authors[0].photo if authors else None
    else:
        image = edition.lead_image
    shown = PICTURES[size]
    if not (image and shown):
        return ""
    ratio, sizes, css, priority = shown
    return picture(image, ratio=ratio, sizes=sizes, css=css, priority=priority)
