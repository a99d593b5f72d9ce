"""A teaser: an article as the front page, a list or a related article shows it."""

from django.conf import settings
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from common.kept_html import html_of

from ..pictures.display import picture

#: How the picture of each size of teaser is shown: its ratio, its width on the page (the attribute
#: `sizes`), its CSS class, and whether it comes first. A brief has none.
PICTURES = {
    "lead": {
        "ratio": "3:2",
        "sizes": "(min-width: 80rem) 51rem, (min-width: 64rem) 64vw, 100vw",
        "css": "teaser-picture",
        "priority": True,
    },
    **dict.fromkeys(
        ["second", "first"],
        {
            "ratio": "3:2",
            "sizes": "(min-width: 80rem) 37rem, (min-width: 40rem) 48vw, 100vw",
            "css": "teaser-picture",
        },
    ),
    **dict.fromkeys(
        ["column", "row"],
        {"ratio": "3:2", "sizes": "(min-width: 40rem) 25rem, 10rem", "css": "teaser-picture"},
    ),
    "opinion": {"ratio": "1:1", "sizes": "6rem", "css": "teaser-author"},
    "brief": None,
}


def teaser(edition, *, size, level, day=None) -> SafeString:
    """Return the HTML of the teaser of `edition`, one of `EditionQuerySet.for_lists`.

    `size` is one of PICTURES, and `level` that of the heading. The articles of `day`, a date, have
    the time of their publication, and all others its date.
    """
    authors = [credit.author for credit in edition.bylines.all()]
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
    return picture(image, **shown) if image and shown else ""
