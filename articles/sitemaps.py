"""Sitemaps (sitemaps.org): an index by month of first publication, and the news of two days.

An article stays in the same file for ever, so that a crawler need not read an old month again. The
dates of change are those that readers see: after a mended typo no crawler need come back.
"""

from datetime import datetime, timedelta

from django.db.models import Max
from django.db.models.functions import Coalesce, TruncMonth
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localtime
from django.views.decorators.http import require_safe

from common.addresses import absolute
from common.responses import with_last_modified

from .models import Correction, Edition, Page
from .pages.last_modified import last_change

#: The most addresses, and their greatest age (Google's page on news sitemaps).
NEWS_SIZE = 1000
NEWS_AGE = timedelta(days=2)


def changed():
    """Return the database expression of the public date of an edition's last change."""
    return Coalesce("updated_at", "article__first_published_at")


@require_safe
def index(request):
    months = (
        Edition.objects.live()
        .annotate(month=TruncMonth("article__first_published_at"))
        .values_list("month")
        .annotate(latest=Max(changed()))
        .order_by("-month")
    )
    sitemaps = [(reverse("articles:sitemap_listings"), None)]
    sitemaps += [
        (reverse("articles:sitemap_month", args=[f"{month:%Y}", f"{month:%m}"]), latest)
        for month, latest in months
    ]
    return _render(request, "articles/sitemap_index.xml", sitemaps)


@require_safe
def month(request, year, month):
    """List the articles first published in one month, in the site's time zone."""
    start = datetime(int(year), int(month), 1, tzinfo=timezone.get_current_timezone())
    end = (start + timedelta(days=31)).replace(day=1)
    editions = (
        Edition.objects.live()
        .filter(article__first_published_at__gte=start, article__first_published_at__lt=end)
        .newest_first()
        .values_list("article__path", changed())
    )
    if not editions:
        raise Http404
    return _render(request, "articles/sitemap.xml", editions)


@require_safe
def listings(request):
    """List the pages that list articles, dated by their last change, and the standing pages."""
    live, found = Edition.objects.live(), []
    for name, slug in (
        ("section", "section__slug"),
        ("topic", "topics__slug"),
        ("series", "series__slug"),
        ("author", "bylines__author__slug"),
    ):
        rows = live.exclude(**{slug: None}).values_list(slug).annotate(latest=Max(changed()))
        found += [(reverse(f"articles:{name}", args=[own]), at) for own, at in rows.order_by(slug)]
    newest = live.aggregate(latest=Max(changed()))["latest"]
    corrected = Correction.objects.public().aggregate(latest=Max("published_at"))["latest"]
    pages = [(page.get_absolute_url(), page.updated_at) for page in Page.objects.defer("body")]
    fixed = [("/", newest), (reverse("articles:corrections"), corrected)]
    return _render(request, "articles/sitemap.xml", [*fixed, *found, *pages])


@require_safe
def news(request):
    """List the articles first published in the last two days, without retracted ones.

    Articles leave this list by the clock, so no `Last-Modified` would be true. The middleware adds
    an ETag instead. A list of no address is none (sitemaps.org: a `urlset` has one `url` or more).
    """
    editions = _news()[:NEWS_SIZE]
    if not editions:
        raise Http404
    return render(request, "articles/sitemap_news.xml", {"editions": editions}, "application/xml")


def has_news() -> bool:
    """Say whether the sitemap of news has an article, so that robots.txt names it."""
    return _news().exists()


def _news():
    return (
        Edition.objects.live()
        .filter(article__first_published_at__gt=timezone.now() - NEWS_AGE)
        .for_lists()
        .filter(is_retracted=False)
    )


def _render(request, template, rows):
    rows = [(absolute(path), latest and localtime(latest)) for path, latest in rows]
    response = render(request, template, {"rows": rows}, "application/xml")
    return with_last_modified(response, last_change())
