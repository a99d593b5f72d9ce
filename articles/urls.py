"""The addresses of readers' pages, feeds and sitemaps."""

from django.urls import path, re_path

from . import feeds, sitemaps, views
from .models import Author, Section, Series, Topic
from .pages.redirects import redirects_former_slugs

app_name = "articles"

# Digits are [0-9] everywhere: \d would take those of all scripts, for which no address is made.

#: The last part of a feed's address, after the address of the page that the feed belongs to.
FEED = r"(?P<feed_format>atom|rss)\.xml$"
SLUG = r"(?P<slug>[-a-zA-Z0-9_]+)"
YEAR, MONTH, DAY = r"(?P<year>[0-9]{4})", r"(?P<month>[0-9]{2})", r"(?P<day>[0-9]{2})"

urlpatterns = [
    path("", views.front, name="front"),
    # The last slash may be missing, so that a former address without it needs only one redirect.
    re_path(r"^(?P<path>[0-9]{4}/[0-9]{2}/[0-9]{2}/[-\w]+)/?$", views.article, name="article"),
    re_path(
        r"^(?P<path>[0-9]{4}/[0-9]{2}/[0-9]{2}/[-\w]+)/versions/?$",
        views.versions,
        name="versions",
    ),
    path("section/<slug:slug>/", views.section, name="section"),
    path("topic/<slug:slug>/", views.topic, name="topic"),
    path("series/<slug:slug>/", views.series, name="series"),
    path("author/<slug:slug>/", views.author, name="author"),
    path("search/", views.search, name="search"),
    path("archive/", views.archive_index, name="archive"),
    re_path(f"^{YEAR}/$", views.period, name="year"),
    re_path(f"^{YEAR}/{MONTH}/$", views.period, name="month"),
    re_path(f"^{YEAR}/{MONTH}/{DAY}/$", views.period, name="day"),
    path("corrections/", views.corrections, name="corrections"),
    re_path(f"^{FEED}", feeds.SiteFeed.as_view(), name="feed"),
    re_path(
        f"^section/{SLUG}/{FEED}",
        redirects_former_slugs(Section)(feeds.SectionFeed.as_view()),
        name="section_feed",
    ),
    re_path(
        f"^topic/{SLUG}/{FEED}",
        redirects_former_slugs(Topic)(feeds.TopicFeed.as_view()),
        name="topic_feed",
    ),
    re_path(
        f"^series/{SLUG}/{FEED}",
        redirects_former_slugs(Series)(feeds.SeriesFeed.as_view()),
        name="series_feed",
    ),
    re_path(
        f"^author/{SLUG}/{FEED}",
        redirects_former_slugs(Author)(feeds.AuthorFeed.as_view()),
        name="author_feed",
    ),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemap-listings.xml", sitemaps.listings, name="sitemap_listings"),
    re_path(
        r"^sitemap-(?P<year>[12][0-9]{3})-(?P<month>0[1-9]|1[0-2])\.xml$",
        sitemaps.month,
        name="sitemap_month",
    ),
    # A day of a month with very many articles.
    re_path(
        r"^sitemap-(?P<year>[12][0-9]{3})-(?P<month>0[1-9]|1[0-2])-(?P<day>[0-3][0-9])\.xml$",
        sitemaps.month,
        name="sitemap_month",
    ),
    path("sitemap-news.xml", sitemaps.news, name="sitemap_news"),
    path("preview/<slug:token>/", views.preview, name="preview"),
    # The last pattern: a page may have any address that no other pattern has.
    path("<slug:slug>/", views.page, name="page"),
]
