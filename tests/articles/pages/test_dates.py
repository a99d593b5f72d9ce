"""Page, JSON-LD, Open Graph, feeds, sitemaps and headers tell the same dates."""

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.urls import reverse

from tests import factories, machines
from tests.machines import instant

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

NOON = datetime(2025, 5, 4, 10, tzinfo=UTC)
LATER = NOON + timedelta(hours=5)
#: In Paris the clock showed 2:30 twice that night: at these two instants.
HALF_PAST_TWO = datetime(2025, 10, 26, 0, 30, tzinfo=UTC)
HALF_PAST_TWO_AGAIN = datetime(2025, 10, 26, 1, 30, tzinfo=UTC)
#: In Paris this instant is already in November.
NEW_MONTH = datetime(2025, 10, 31, 23, 30, tzinfo=UTC)


def publish(clock, at=NOON):
    clock.now = at
    return factories.published(
        at=at, authors=[factories.author()], topics=[factories.topic()], slug="bridge"
    )


def correct(article, clock, at, seen):
    """Press a correction for `at`, an hour after publication; then set the clock to `seen`."""
    clock.forward(hours=1)
    article.press(by=None, at=at, correction=factories.correction(kind="correction"))
    clock.now = seen


def just_published(clock):
    return publish(clock), NOON, NOON, NOON


def updated(clock):
    article = publish(clock)
    clock.now = LATER
    article.press(by=None, correction=factories.correction())
    return article, NOON, LATER, LATER


def typo_mended(clock):
    article = publish(clock)
    clock.now = LATER
    article.press(by=None)
    return article, NOON, NOON, LATER


def typo_mended_after_an_update(clock):
    article, _published, _modified, _changed = updated(clock)
    article.press(by=None, at=clock.forward(hours=1))
    return article, NOON, LATER, clock.now


def before_a_scheduled_correction(clock):
    article = publish(clock)
    correct(article, clock, LATER, seen=LATER - timedelta(seconds=1))
    return article, NOON, NOON, NOON


def at_a_scheduled_correction(clock):
    article = publish(clock)
    correct(article, clock, LATER, seen=LATER)
    return article, NOON, LATER, LATER


def after_a_scheduled_correction(clock):
    article = publish(clock)
    correct(article, clock, LATER, seen=LATER + timedelta(days=1))
    return article, NOON, LATER, LATER


def when_the_clocks_go_back(clock):
    article = publish(clock, HALF_PAST_TWO)
    clock.now = HALF_PAST_TWO_AGAIN
    article.press(by=None, correction=factories.correction())
    return article, HALF_PAST_TWO, HALF_PAST_TWO_AGAIN, HALF_PAST_TWO_AGAIN


def when_a_month_begins(clock):
    return publish(clock, NEW_MONTH), NEW_MONTH, NEW_MONTH, NEW_MONTH


#: Each case returns the article, and the instants at which it was published, modified (the date
#: that readers are told) and last changed (with or without a correction).
CASES = [
    *(just_published, updated, typo_mended, typo_mended_after_an_update),
    *(before_a_scheduled_correction, at_a_scheduled_correction, after_a_scheduled_correction),
    *(when_the_clocks_go_back, when_a_month_begins),
]


def a_second_later(case):
    def later(clock):
        result = case(clock)
        clock.forward(seconds=1)
        return result

    later.__name__ = f"{case.__name__}_a_second_later"
    return later


@pytest.mark.parametrize(
    "case", [*CASES, *map(a_second_later, [just_published, updated, typo_mended])]
)
def test_everything_tells_the_same_dates(client, clock, case):
    article, published, modified, changed = case(clock)
    article.refresh_from_db()
    url = settings.SITE_URL + article.path
    response = client.get(article.path)
    # `Last-Modified` names a second only when that second is over.
    last_modified = changed if changed < clock.now else None

    # The page, as readers see it.
    times = machines.page(response).xpath('//div[contains(@class, "story-meta")]//time/@datetime')
    shown = [datetime.fromisoformat(time) for time in times]
    assert shown == ([published] if modified == published else [published, modified])
    assert all(time.utcoffset() is not None for time in shown)

    # JSON-LD and Open Graph.
    data = machines.structured(response)["NewsArticle"]
    assert datetime.fromisoformat(data["datePublished"]) == published
    assert datetime.fromisoformat(data["dateModified"]) == modified
    corrected = [datetime.fromisoformat(c["datePublished"]) for c in data.get("correction", [])]
    assert corrected == ([] if modified == published else [modified])
    graph = machines.properties(response)
    assert datetime.fromisoformat(graph["article:published_time"]) == published
    assert datetime.fromisoformat(graph["article:modified_time"]) == modified

    # Feeds of the site, and of the section, the topic and the author of the article.
    for address in feeds(article):
        feed = machines.feed(client, address)
        [entry] = feed.entries
        assert entry.link == url
        assert instant(entry.published_parsed) == published, address
        assert instant(entry.updated_parsed) == modified, address
        assert instant(feed.feed.updated_parsed) == modified, address
        assert machines.last_modified(client.get(address)) == last_modified, address

    # Sitemaps, which the parser finds in robots.txt.
    pages = [page for page in machines.sitemaps(client).all_pages() if page.url == url]
    assert {page.last_modified for page in pages} <= {modified, None}
    assert [page.last_modified for page in pages if page.last_modified] == [modified]
    stories = [page.news_story for page in pages if page.news_story]
    assert [story.publish_date for story in stories] == [published]
    for name in ("sitemap", "sitemap_listings"):
        sitemap = client.get(reverse(f"articles:{name}"))
        assert machines.last_modified(sitemap) == last_modified, name


def feeds(article):
    edition = article.live_edition()
    [author], [topic] = edition.authors(), edition.topics.all()
    for form in ("atom", "rss"):
        yield reverse("articles:feed", args=[form])
        for kind, subject in (("section", edition.section), ("topic", topic), ("author", author)):
            yield reverse(f"articles:{kind}_feed", args=[subject.slug, form])


def test_an_article_stands_in_the_sitemap_of_its_month_in_the_sites_time_zone(client, clock):
    article = publish(clock, NEW_MONTH)
    assert article.path == "/2025/11/01/bridge/"
    assert article.path in client.get("/sitemap-2025-11.xml").text
    assert client.get("/sitemap-2025-10.xml").status_code == 404
