"""The addresses of readers' pages, feeds and sitemaps."""

from django.urls import path, re_path

from . import feeds, sitemaps, views
from .models import Author, Section, Topic
from .pages.redirects import redirects_former_slugs

app_name = "articles"

#: The last part of a feed's address, after the address of the page that the feed belongs to.
FEED = r"(?P<feed_format>atom|rss)\.xml$"
SLUG = r"(?P<slug>[-\w]+)"

urlpatterns = [
    path("", views.front, name="front"),
    # The last slash may be missing, so that a former address without it needs only one redirect.
    re_path(r"^(?P<path>\d{4}/\d{2}/\d{2}/[-\w]+)/?$", views.article, name="article"),
    path("section/<slug:slug>/", views.section, name="section"),
    path("topic/<slug:slug>/", views.topic, name="topic"),
    path("author/<slug:slug>/", views.author, name="author"),
    path("search/", views.search, name="search"),
    path("archive/", views.archive_index, name="archive"),
    re_path(r"^(?P<year>\d{4})/$", views.period, name="year"),
    re_path(r"^(?P<year>\d{4})/(?P<month>\d{2})/$", views.period, name="month"),
    re_path(r"^(?P<year>\d{4})/(?P<month>\d{2})/(?P<day>\d{2})/$", views.period, name="day"),
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
        f"^author/{SLUG}/{FEED}",
        redirects_former_slugs(Author)(feeds.AuthorFeed.as_view()),
        name="author_feed",
    ),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemap-listings.xml", sitemaps.listings, name="sitemap_listings"),
    re_path(
        r"^sitemap-(?P<year>[12]\d{3})-(?P<month>0[1-9]|1[0-2])\.xml$",
        sitemaps.month,
        name="sitemap_month",
    ),
    path("sitemap-news.xml", sitemaps.news, name="sitemap_news"),
    # The last pattern: a page may have any address that no other pattern has.
    path("<slug:slug>/", views.page, name="page"),
]
