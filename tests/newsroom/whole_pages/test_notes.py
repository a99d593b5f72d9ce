"""Each page notes what it is made of, and the instant at which it ends by itself."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles.models import Change, FrontSlot, change
from articles.sitemaps import NEWS_AGE
from newsroom.whole_pages import rules
from tests import factories

pytestmark = pytest.mark.django_db

Kind = Change.Kind
ANYTHING = {(kind, None) for kind in Kind if kind != Kind.THREAD}


@pytest.fixture
def things(clock):
    """What an article can be made of, by kind."""
    author = factories.author("Zoé", photo=factories.image())
    lead, shown, file = factories.image(), factories.image(), factories.attachment()
    figure = f'<figure><img data-file="{shown.pk}" alt="A bridge"></figure>'
    topic, series = factories.topic("Floods"), factories.series("The flood")
    article = factories.published(
        **{"authors": [author], "topics": [topic], "series": series, "series_part": 1},
        body=f"<p>Words.</p>{figure}{factories.file_block(file)}",
        **{"lead_image": lead, "lead_alt": "A bridge"},
    )
    clock.forward(minutes=1)
    return {
        "article": article,
        "author": author,
        "topic": topic,
        "series": series,
        "names": {(thing.CHANGE, thing.pk) for thing in (author, topic, series, lead, file, shown)},
        "photo": (Kind.IMAGE, author.photo.pk),
        "lead": (Kind.IMAGE, lead.pk),
        "thread": (Kind.THREAD, article.pk),
    }


def test_each_page_notes_what_it_is_made_of(process, things, settings):
    settings.PUBLIC_VERSIONS = True
    article, made_of = things["article"], {}
    for name, address in {
        "article": article.path,
        "versions": f"{article.path}versions/",
        "thread": f"/comments/article/{article.pk}/thread/?order=newest",
        "front": "/",
        "feed": "/atom.xml",
        "map": "/sitemap-listings.xml",
        **{name: things[name].get_absolute_url() for name in ("author", "topic", "series")},
    }.items():
        page = process.page(address)
        assert page.names >= rules.ALWAYS
        made_of[name] = page.names
        if name in ("front", "author", "topic", "series"):
            # The number of comments in a teaser.
            assert page.lagging == {things["thread"]}
    assert made_of["article"] >= things["names"] | {things["photo"], things["thread"]}
    assert made_of["front"] >= {(Kind.FRONT, None), things["lead"], things["photo"]}
    assert things["thread"] in made_of["thread"]
    for name in ("versions", "feed", "map"):
        assert made_of[name] >= ANYTHING
    for name in ("author", "topic", "series"):
        thing = things[name]
        assert made_of[name] >= {(thing.CHANGE, thing.pk), things["lead"]}


def test_a_page_that_nothing_ends_is_made_anew_after_a_week(process, clock):
    page = process.page("/")
    assert page.ends_at - page.made_at == rules.KEPT_FOR.total_seconds()
    assert rules.KEPT_FOR < change.KEPT_FOR


def test_a_page_ends_when_an_edition_begins_or_ends(process, clock):
    until, later = clock.plus(hours=3), clock.plus(hours=1)
    article = factories.published(until=until)
    factories.published("Another", at=later)
    page = factories.page()
    for address in ("/", article.path, page.get_absolute_url()):
        assert process.page(address).ends_at == later.timestamp()
    assert b"Another" not in process.get("/").body
    clock.forward(hours=1)
    assert b"Another" in process.get("/").body
    assert process.page("/").ends_at == until.timestamp()
    clock.forward(hours=2)
    assert process.get(article.path).status.startswith("410")


def test_a_page_ends_with_an_edition_of_which_only_the_whole_site_tells(
    process, clock, monkeypatch
):
    """`manage.py grow` records one change for all that it makes."""
    later = clock.plus(hours=1)
    assert process.page("/").ends_at > later.timestamp()
    with monkeypatch.context() as silent:
        silent.setattr(change.ChangeQuerySet, "record", lambda *arguments: None)
        factories.published("Another", at=later)
    Change.objects.record(Kind.SITE, 0)
    assert process.page("/").ends_at == later.timestamp()


def test_the_front_page_ends_with_a_place_on_it(process, clock):
    article = factories.published()
    FrontSlot.objects.create(article=article, until=clock.plus(hours=1))
    assert process.page("/").ends_at == clock.plus(hours=1).timestamp()
    clock.forward(hours=1)
    assert process.page("/").ends_at > clock.plus(days=1).timestamp()


def test_an_article_ends_when_its_comments_are_closed(process, clock, settings):
    settings.COMMENTS_CLOSE_AFTER_DAYS = 3
    article = factories.published()
    assert process.page(article.path).ends_at == clock.plus(days=3).timestamp()
    open_form = process.get(article.path).body
    clock.forward(days=3)
    assert process.get(article.path).body != open_form


def test_what_tells_of_the_news_ends_when_the_oldest_is_no_more(process, clock):
    first = clock.now
    factories.published()
    clock.forward(hours=1)
    factories.published("Another")
    for address in ("/sitemap-news.xml", "/robots.txt"):
        assert process.page(address).ends_at == (first + NEWS_AGE).timestamp()
    clock.now = first + NEWS_AGE
    assert b"reopens" not in process.get("/sitemap-news.xml").body


def test_a_feed_without_a_date_ends_with_the_second_that_has_none(process, clock):
    clock.now = timezone.now().replace(microsecond=200_000)
    factories.published()
    page = process.page("/atom.xml")
    assert page.ends_at == (clock.now.replace(microsecond=0) + timedelta(seconds=1)).timestamp()
    assert "last-modified" not in process.get("/atom.xml").header
    clock.forward(seconds=1)
    assert "last-modified" in process.get("/atom.xml").header


def test_a_feed_ends_with_a_date_that_is_to_come_since_the_clock_was_put_back(process, clock):
    factories.published()
    clock.forward(hours=1)
    factories.topic("Floods")
    renamed = clock.now
    clock.forward(minutes=-30)
    before = process.get("/atom.xml").header["last-modified"]
    assert process.page("/atom.xml").ends_at == renamed.timestamp()
    clock.forward(hours=1)
    assert process.get("/atom.xml").header["last-modified"] != before
