"""Sitemaps and robots.txt, read by parsers that are not ours."""

import re
from datetime import UTC, datetime, timedelta
from urllib.robotparser import RobotFileParser

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from usp.objects.sitemap import InvalidSitemap

from articles import sitemaps
from articles.models import Page

from .. import factories, machines

pytestmark = pytest.mark.django_db

MAY = datetime(2025, 5, 4, 12, tzinfo=UTC)


def listed(client):
    """Return the date of change of each page that search engines find, by path."""
    tree = machines.sitemaps(client)
    assert not [s for s in tree.all_sitemaps() if isinstance(s, InvalidSitemap)]
    return {
        page.url.removeprefix(settings.SITE_URL): page.last_modified
        for page in tree.all_pages()
        if not page.news_story
    }


def stories(client):
    pages = machines.sitemaps(client).all_pages()
    return [page.news_story for page in pages if page.news_story]


def test_everything_that_readers_can_read_is_found_once(client):
    author, topic, section = factories.author(), factories.topic(), factories.section("Sports")
    first = factories.published(at=MAY, authors=[author], topics=[topic], section=section)
    second = factories.published(at=MAY - timedelta(days=40), section=section)
    # In UTC still May, in the site's time zone already June.
    third = factories.published(at=datetime(2025, 5, 31, 22, 30, tzinfo=UTC), section=section)
    page = factories.page()
    found = listed(client)
    subjects = [s.get_absolute_url() for s in (author, topic, section, page)]
    own = [article.path for article in (first, second, third)]
    assert sorted(found) == sorted(["/", "/corrections/", *own, *subjects])
    assert third.path in client.get("/sitemap-2025-06.xml").text
    for path in found:
        assert client.get(path).status_code == 200


def test_the_dates_of_lists_are_those_of_the_newest_on_them(client, clock):
    section = factories.section("Sports")
    article = factories.published(at=MAY, section=section)
    later = MAY + timedelta(days=3)
    article.press(by=None, at=later, correction=factories.correction())
    page = factories.page()
    found = listed(client)
    assert found["/"] == found["/corrections/"] == found[section.get_absolute_url()] == later
    assert found[page.get_absolute_url()] == Page.objects.get().updated_at.replace(microsecond=0)
    newest = later + timedelta(days=1)
    factories.published(at=newest, section=section)
    found = listed(client)
    assert found["/"] == found[section.get_absolute_url()] == newest
    assert found["/corrections/"] == later


def test_what_is_not_public_is_not_found(client, clock):
    factories.article()
    factories.published(at=clock.plus(hours=1), authors=[factories.author()])
    factories.published(at=MAY).withdraw(by=None)
    assert sorted(listed(client)) == ["/", "/corrections/"]
    clock.forward(hours=2)
    assert len(listed(client)) == 5


def test_the_news_of_two_days_stand_in_a_sitemap_of_their_own(client, clock):
    factories.published("Old", at=clock.plus(days=-2))
    factories.published("New", language="fr", at=clock.plus(days=-1, hours=-23))
    retracted = factories.published("Wrong", at=clock.plus(days=-1))
    retracted.press(by=None, correction=factories.correction(kind="retraction"))
    updated = factories.published("Long ago", at=MAY)
    updated.press(by=None, correction=factories.correction())
    [story] = stories(client)
    assert (story.title, story.publication_language) == ("New", "fr")
    assert story.publication_name == settings.SITE_NAME
    clock.forward(hours=1)
    assert stories(client) == []


def test_the_news_sitemap_has_an_end(client, clock, monkeypatch):
    monkeypatch.setattr(sitemaps, "NEWS_SIZE", 2)
    for number in range(3):
        factories.published(f"Story {number}", at=clock.plus(hours=number - 5))
    assert [story.title for story in stories(client)] == ["Story 2", "Story 1"]


def test_words_that_xml_cannot_hold_do_no_harm(client, clock):
    factories.published("The\x0bbridge & <tram>", at=clock.plus(hours=-1))
    assert [story.title for story in stories(client)] == ["The bridge & <tram>"]


@pytest.mark.parametrize("month", ["2025-04", "2025-13", "2025-00", "0000-01", "9999-12"])
def test_a_month_without_articles_has_no_sitemap(client, month):
    factories.published(at=MAY)
    assert client.get(f"/sitemap-{month}.xml").status_code == 404


def test_the_index_costs_the_same_for_many_months(client):
    def counted():
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/sitemap.xml").status_code == 200
        return len(queries)

    factories.published(at=MAY)
    few = counted()
    for number in range(1, 8):
        factories.published(at=MAY - timedelta(days=32 * number))
    assert client.get("/sitemap.xml").text.count("<loc>") == 9
    assert counted() == few <= 10


def test_robots_may_read_all_but_the_admin_searches_and_receipts(client):
    robots = RobotFileParser()
    robots.parse(client.get("/robots.txt").text.splitlines())
    receipt = factories.comment().get_receipt_url()
    article = factories.published()
    for path in ("/", article.path, "/atom.xml", "/sitemap.xml", "/static/css/base.css"):
        assert robots.can_fetch("Anybody", settings.SITE_URL + path), path
    for path in ("/admin/", "/admin/login/", "/search/?q=bridge", receipt):
        assert not robots.can_fetch("Anybody", settings.SITE_URL + path), path
    assert robots.site_maps() == [f"{settings.SITE_URL}/sitemap.xml"]
    robots = RobotFileParser()
    robots.parse(client.get("/robots.txt").text.splitlines())
    assert robots.site_maps() == [
        f"{settings.SITE_URL}/sitemap.xml",
        f"{settings.SITE_URL}/sitemap-news.xml",
    ]


def test_no_sitemap_is_empty_in_a_paper_of_any_age(client, clock):
    def named():
        robots = RobotFileParser()
        robots.parse(client.get("/robots.txt").text.splitlines())
        found = [address.removeprefix(settings.SITE_URL) for address in robots.site_maps()]
        found += re.findall(rf"<sitemap><loc>{settings.SITE_URL}([^<]+)", client.get(found[0]).text)
        for address in found:
            assert "<loc>" in client.get(address).text, address
        return "/sitemap-news.xml" in found

    assert not named()
    assert client.get("/sitemap-news.xml").status_code == 404
    retracted = factories.published(at=clock.now)
    assert named()
    clock.forward(minutes=1)
    retracted.press(by=None, correction=factories.correction(kind="retraction"))
    assert not named()
    withdrawn = factories.published(at=clock.now)
    assert named()
    clock.forward(days=2)
    assert not named()
    for article in (retracted, withdrawn):
        article.withdraw(by=None)
    assert not named()


def test_a_month_of_very_many_articles_is_listed_day_by_day(client, monkeypatch):
    monkeypatch.setattr(sitemaps, "PART_SIZE", 3)
    april = [factories.published(at=MAY - timedelta(days=20, hours=n)) for n in range(3)]
    may = [factories.published(at=MAY + timedelta(days=n // 2)) for n in range(4)]
    found = listed(client)
    assert sorted(path for path in found if path.startswith("/2025")) == sorted(
        article.path for article in (*april, *may)
    )
    index = client.get("/sitemap.xml").text
    assert re.findall(r"/sitemap-([0-9-]+)\.xml", index) == ["2025-05-05", "2025-05-04", "2025-04"]
    assert client.get("/sitemap-2025-05-04.xml").text.count("<url>") == 2
    assert client.get("/sitemap-2025-05.xml").text.count("<url>") == 4
    assert client.get("/sitemap-2025-02-30.xml").status_code == 404
    assert client.get("/sitemap-2025-05-06.xml").status_code == 404
