"""Sitemaps (sitemaps.org): an index by month of first publication, and the news of two days.

An article stays in the same file for ever, so that a crawler need not read an old month again. The
dates of change are those that readers see: after a mended typo no crawler need come back.
"""

from datetime import timedelta

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localtime
from django.views.decorators.http import require_safe

from common import page_notes
from common.addresses import absolute
from common.responses import with_last_modified

from .models import Author, Correction, Edition, Month, Page, Section, Series, Topic
from .models.listed import DATES
from .pages.archive import Period
from .pages.last_modified import last_change

#: A month with more addresses is listed day by day, so that no file grows with the paper.
PART_SIZE = 10_000
#: The most addresses, and their greatest age (Google's page on news sitemaps).
NEWS_SIZE = 1000
NEWS_AGE = timedelta(days=2)


def changed():
    """Return the database expression of the public date of an edition's last change."""
    return Coalesce("updated_at", "first_published_at")


def _latest(prefix="", **of) -> list:
    """Return the latest of each of the dates of live editions, as querysets of one value each.

    The later one is that of the last change. Each date has an index of its own, by which a database
    finds the last one of a list; the latest of both it would have to look for in all rows. `prefix`
    leads to the rows that have a copy of the dates (`models.listed`), `of` are conditions on these.
    """
    found = []
    for date in DATES:
        name = f"{prefix}{date}"
        rows = Edition.objects.live().filter(**of, **{f"{name}__isnull": False})
        found.append(rows.order_by(f"-{name}").values(name)[:1])
    return found


@require_safe
def index(request):
    sitemaps = [(reverse("articles:sitemap_listings"), None)]
    for month in Month.objects.public():
        is_large = month.articles > PART_SIZE
        for day in reversed(month.published_on()) if is_large else [month.start]:
            parts = f"{day:%Y-%m-%d}".split("-")[: 3 if is_large else 2]
            address = reverse("articles:sitemap_month", args=parts)
            sitemaps.append((address, month.changed_at))
    return _render(request, "articles/sitemap_index.xml", sitemaps)


@require_safe
def month(request, year, month, day=None):
    """List the articles first published in a month or on a day, in the site's time zone."""
    try:
        period = Period(*(int(n) for n in (year, month, day) if n))
    except ValueError as error:
        raise Http404 from error
    editions = (
        Edition.objects.live()
        .filter(period.condition())
        .newest_first()
        .values_list("article__path", changed())
    )
    if not editions:
        raise Http404
    return _render(request, "articles/sitemap.xml", editions)


@require_safe
def listings(request):
    """List the pages that list articles, dated by their last change, and the standing pages."""
    found = []
    for model, column, prefix in (
        (Section, "section", ""),
        (Topic, "filings__topic", "filings__"),
        (Series, "series", ""),
        (Author, "bylines__author", "bylines__"),
    ):
        first, updated = map(Subquery, _latest(prefix, **{column: OuterRef("pk")}))
        rows = model.objects.annotate(first=first, updated=updated).exclude(first=None)
        found += [
            (row.get_absolute_url(), max(filter(None, (row.first, row.updated))))
            for row in rows.order_by("slug")
        ]
    dates = (value for query in _latest() for row in query for value in row.values())
    newest = max(dates, default=None)
    corrected = Correction.objects.public().values_list("published_at", flat=True).first()
    pages = [(page.get_absolute_url(), page.updated_at) for page in Page.objects.defer("body")]
    fixed = [("/", newest), (reverse("articles:corrections"), corrected)]
    return _render(request, "articles/sitemap.xml", [*fixed, *found, *pages])


@require_safe
def news(request):
    """List the articles first published in the last two days, without retracted ones.

    Articles leave this list by the clock, so no `Last-Modified` would be true. The middleware adds
    an ETag instead. A list of no address is none (sitemaps.org: a `urlset` has one `url` or more).
    """
    columns = ("article__path", "language", "first_published_at", "headline")
    rows = _news().values_list(*columns)[:NEWS_SIZE]
    if not rows:
        raise Http404
    return render(request, "articles/sitemap_news.xml", {"rows": rows}, "application/xml")


def has_news() -> bool:
    """Say whether the sitemap of news has an article, so that robots.txt names it."""
    return _news().exists()


def _news():
    after = timezone.now() - NEWS_AGE
    news = Edition.objects.live().filter(first_published_at__gt=after)
    if page_notes.are_taken():
        # Whichever comes first: the oldest leaves the list, or a change ends the page.
        oldest = news.newest_first().values_list("first_published_at", flat=True).last()
        page_notes.ends_at(oldest and oldest + NEWS_AGE)
    return news.with_retractions().filter(is_retracted=False).newest_first()


def _render(request, template, rows):
    rows = [(absolute(path), latest and localtime(latest)) for path, latest in rows]
    response = render(request, template, {"rows": rows}, "application/xml")
    return with_last_modified(response, last_change())
