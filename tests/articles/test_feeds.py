"""Feeds of articles: their content, conditional requests, and the number of queries."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from articles.feeds import FEED_SIZE
from articles.models import Image
from articles.pictures import renditions

from .. import factories, machines
from ..machines import instant

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

MAY = datetime(2025, 5, 4, 12, tzinfo=UTC)
SITE_FEEDS = ["/atom.xml", "/rss.xml"]


def entries(client, address="/atom.xml"):
    return machines.feed(client, address).entries


def headlines(client, address="/atom.xml"):
    return [entry.title for entry in entries(client, address)]


@pytest.mark.any_database
@pytest.mark.parametrize("address", SITE_FEEDS)
def test_a_feed_holds_the_whole_text_with_whole_addresses(client, address):
    image = factories.image()
    article = factories.published(
        "The bridge & the <tram>", standfirst="At <last> & for good.",
        lead_image=image, lead_alt="A bridge",
        body='<p>It <a href="/about/">reopens</a>, <a href="#tolls">says</a> '
        '<a href="https://city.example/?a=1&amp;b=2">the city</a>: href="/typed"</p>'
        f'<figure><img data-file="{image.pk}" alt="Tolls"></figure>',
        authors=[factories.author(), factories.author("Léa Petit")],
        topics=[factories.topic("Bridges")], at=MAY,
    )  # fmt: skip
    [entry] = entries(client, address)
    assert entry.title == "The bridge & the <tram>"
    assert entry.summary == "At &lt;last&gt; &amp; for good."
    assert [author.name for author in entry.authors] == ["Anne Leroy", "Léa Petit"]
    assert [tag.term for tag in entry.tags] == ["City", "Bridges"]
    text = entry.content[0].value
    for part in (
        f'href="{settings.SITE_URL}/about/"',
        f'href="{settings.SITE_URL}{article.path}#tolls"',
        'href="https://city.example/?a=1&amp;b=2"',
        f'src="{settings.SITE_URL}{image.file.url}"',
        'href="/typed"',
    ):
        assert part in text
    assert entry.media_content[0]["url"] == settings.SITE_URL + image.file.url


def test_an_entry_leads_to_the_pages_of_its_authors(client, settings):
    author = factories.author()
    factories.published(authors=[author], at=MAY)
    [entry] = entries(client)
    assert [one.href for one in entry.authors] == [settings.SITE_URL + author.get_absolute_url()]


def test_a_feed_is_in_the_sites_language_and_each_entry_in_its_own(client, settings):
    factories.published("Le pont rouvre", language="fr", at=MAY)
    feed = machines.feed(client, "/atom.xml")
    assert feed.feed.language == "en"
    assert feed.entries[0].title_detail.language == "fr"
    settings.LANGUAGE_CODE = "fr"
    assert machines.feed(client, "/rss.xml").feed.language == "fr"


def test_a_feed_of_a_part_holds_only_that(client):
    author, topic, section = factories.author(), factories.topic(), factories.section("Sports")
    factories.published("Own", authors=[author], topics=[topic], section=section, at=MAY)
    factories.published("Other", authors=[factories.author("Zoé")], at=MAY)
    for subject in (author, topic, section):
        for name in ("atom.xml", "rss.xml"):
            assert headlines(client, subject.get_absolute_url() + name) == ["Own"]
            title = machines.feed(client, subject.get_absolute_url() + name).feed.title
            assert title == f"{subject} – {settings.SITE_NAME}"
    assert sorted(headlines(client)) == ["Other", "Own"]


def test_a_feed_holds_the_newest_and_not_everything(client):
    for number in range(FEED_SIZE + 1):
        factories.published(f"Story {number}", at=MAY + timedelta(hours=number))
    assert headlines(client)[0] == f"Story {FEED_SIZE}"
    assert len(headlines(client)) == FEED_SIZE


def test_what_is_scheduled_appears_by_the_clock(client, clock):
    article = factories.published("First", at=clock.plus(days=-1))
    article.headline = "Second"
    article.save()
    article.press(by=None, at=clock.plus(hours=1))
    assert headlines(client) == ["First"]
    clock.forward(hours=1)
    assert headlines(client) == ["Second"]


@pytest.mark.parametrize("address", SITE_FEEDS)
def test_the_name_of_an_entry_never_changes(client, clock, address):
    article = factories.published("First", slug="first", at=clock.plus(days=-1))
    [before] = entries(client, address)
    article.change_slug("second", by=None)
    article.headline = "Second"
    article.save()
    article.press(by=None, correction=factories.correction())
    [after] = entries(client, address)
    assert (after.title, after.link) == ("Second", settings.SITE_URL + article.path)
    assert after.id == before.id
    assert before.id.startswith("tag:")


@pytest.mark.parametrize("address", SITE_FEEDS)
def test_the_names_of_feeds_and_entries_stay_when_the_site_moves(client, settings, address):
    settings.SITE_URL = "https://news.example"
    comment = factories.comment(factories.published(at=MAY))
    comment.approve(by=None)
    of_comments = f"/comments/article/{comment.article_id}{address}"
    of_section = f"{comment.article.section.get_absolute_url()}{address[1:]}"
    feeds = (address, of_section, of_comments)

    def names():
        found = [machines.feed(client, feed) for feed in feeds]
        return [(each.feed.get("id"), [entry.id for entry in each.entries]) for each in found]

    before = names()
    assert before[0][1] == [f"tag:news.example,2025-05-04:article-{comment.article_id}"]
    settings.SITE_URL, settings.TIME_ZONE = "https://www.news.example", "Pacific/Auckland"
    factories.published(at=MAY)
    factories.comment(comment.article).approve(by=None)
    after = names()
    assert [name for name, _entries in after] == [name for name, _entries in before]
    assert all(set(old) < set(new) for (_n, old), (_m, new) in zip(before, after, strict=True))
    assert machines.feed(client, address).entries[0].link.startswith("https://www.news.example/")


@pytest.mark.any_database
@pytest.mark.parametrize("place", ["lead", "body"])
@pytest.mark.parametrize("address", SITE_FEEDS)
@pytest.mark.parametrize("how", ["another file", "another focal point"])
def test_a_feed_knows_that_a_picture_changed(client, clock, address, place, how):
    image = factories.image(content=factories.picture_bytes((90, 60)))
    in_body = f'<figure><img data-file="{image.pk}" alt="x"></figure>'
    shown = {"lead_image": image, "lead_alt": "x"} if place == "lead" else {"body": in_body}
    factories.published(at=clock.plus(days=-1), **shown)
    renditions.make_due_renditions(Image.objects.all())
    clock.forward(minutes=5)
    before, response = machines.feed(client, address), client.get(address)
    known = {"If-Modified-Since": response["Last-Modified"]}
    assert client.get(address, headers=known).status_code == 304
    clock.forward(minutes=5)
    image.refresh_from_db()
    if how == "another file":
        image.file = ContentFile(factories.picture_bytes((60, 90)), name="new.png")
    image.focal_x = 10
    image.save()
    renditions.make_due_renditions(Image.objects.all())
    at = clock.now
    clock.forward(minutes=5)
    assert client.get(address, headers=known).status_code == 200
    tag = {"If-None-Match": response["ETag"]}
    assert client.get(address, headers=tag).status_code == 200
    after = machines.feed(client, address)
    assert instant(before.feed.updated_parsed) < instant(after.feed.updated_parsed)
    assert instant(after.feed.updated_parsed) == at.replace(microsecond=0)
    [old], [new] = before.entries, after.entries
    assert (new.id, new.updated) == (old.id, old.updated)
    assert new.content[0].value != old.content[0].value or place == "lead"
    assert new.get("media_content") != old.get("media_content") or place == "body"


@pytest.mark.parametrize("address", SITE_FEEDS)
def test_a_feed_knows_that_the_credit_of_a_picture_changed(client, clock, address):
    image = factories.image(credit="A. L.")
    body = f'<figure><img data-file="{image.pk}" alt="x"></figure>'
    factories.published(at=clock.plus(days=-1), body=body)
    clock.forward(minutes=5)
    known = {"If-Modified-Since": client.get(address)["Last-Modified"]}
    clock.forward(minutes=5)
    image.title = "Another title"
    image.save()
    assert client.get(address, headers=known).status_code == 304
    image.credit = "Agence"
    image.save()
    assert "Agence" in client.get(address, headers=known).text


@pytest.mark.parametrize("standfirst", ["", " ", "\x08"])
def test_an_entry_without_a_standfirst_has_no_summary(client, standfirst):
    factories.published(standfirst=standfirst, at=MAY)
    assert "<summary" not in client.get("/atom.xml").text
    assert client.get("/rss.xml").text.count("<description") == 1
    assert entries(client)[0].content[0].value


@pytest.mark.parametrize("address", SITE_FEEDS)
def test_the_instants_in_a_feed_are_whole_seconds(client, address):
    moment = MAY.replace(microsecond=123456)
    factories.published(at=moment)
    article = factories.published(at=moment)
    factories.comment(article).approve(by=None)
    for feed in (address, f"/comments/article/{article.pk}{address}"):
        assert not re.search(r"\d\d:\d\d:\d\d\.", client.get(feed).text)


def test_a_correction_stands_in_the_entry_and_a_retraction_in_its_title(client, clock):
    article = factories.published("Le pont", language="fr", at=clock.plus(days=-1))
    article.press(by=None, correction=factories.correction("Il est fermé.", kind="retraction"))
    [entry] = entries(client)
    assert entry.title == "Rétracté\xa0: Le pont"
    assert "Il est fermé." in entry.content[0].value
    assert "Rétractation" in entry.content[0].value


@pytest.mark.any_database
@pytest.mark.parametrize("address", SITE_FEEDS)
def test_words_that_xml_cannot_hold_do_no_harm(client, address):
    factories.published("The\x0bbridge \x1b]]> &amp; ’œ\u2028", standfirst="\x08", at=MAY)
    [entry] = entries(client, address)
    assert entry.title.startswith("The bridge ]]> &amp; ’œ")


@pytest.mark.parametrize("address", SITE_FEEDS)
def test_an_empty_paper_has_a_feed_of_always_the_same_bytes(client, address):
    assert entries(client, address) == []
    assert client.get(address).content == client.get(address).content
    # A feed with the present time would have the same bytes within one second.
    updated = machines.feed(client, address).feed.updated_parsed
    assert instant(updated) == datetime(1970, 1, 1, tzinfo=UTC)


def test_addresses_name_the_site_and_not_the_host_that_was_asked(client, settings):
    settings.ALLOWED_HOSTS = ["*"]
    factories.published(at=MAY)
    for address in (*SITE_FEEDS, "/sitemap.xml", "/sitemap-2025-05.xml", "/robots.txt"):
        response = client.get(address, headers={"Host": "other.example"})
        assert "other.example" not in response.text
        assert f"{settings.SITE_URL}/" in response.text


def test_an_article_that_nobody_signs_has_the_papers_name_on_its_feed(client):
    factories.published(at=MAY)
    feed = machines.feed(client, "/atom.xml")
    assert feed.feed.author == settings.SITE_NAME


# --- Conditional requests and methods -------------------------------------------------------------


@pytest.mark.parametrize("address", [*SITE_FEEDS, "/sitemap.xml", "/sitemap-2025-05.xml"])
def test_what_has_not_changed_is_not_sent_again(client, clock, address):
    factories.published(at=MAY)
    assert "Last-Modified" not in client.get(address), "This second is not over yet."
    clock.forward(seconds=1)
    first = client.get(address)
    for header, value in (
        ("If-None-Match", first["ETag"]),
        ("If-Modified-Since", first["Last-Modified"]),
    ):
        again = client.get(address, headers={header: value})
        assert (again.status_code, again.content) == (304, b"")
    assert first["Cache-Control"] == "no-cache"


ACTS = ["withdrawal", "end", "beginning", "typo", "address", "former address", "name"]


@pytest.mark.parametrize("act", ACTS)
def test_whoever_only_knows_dates_is_told_of_every_change(client, clock, act):
    author = factories.author()
    newest = factories.published(
        "Newest", slug="newest", authors=[author], at=clock.plus(days=-1),
        until=clock.plus(hours=1) if act == "end" else None,
    )  # fmt: skip
    factories.published("Older", at=clock.plus(days=-3))
    if act == "former address":
        newest.change_slug("other", by=None)
    if act == "beginning":
        factories.published("Coming", at=clock.plus(hours=1))
    clock.forward(minutes=30)
    since = {"If-Modified-Since": client.get("/atom.xml")["Last-Modified"]}
    assert client.get("/atom.xml", headers=since).status_code == 304
    clock.forward(minutes=30)
    if act == "withdrawal":
        newest.withdraw(by=None)
    elif act == "typo":
        newest.press(by=None)
    elif act == "address":
        newest.change_slug("other", by=None)
    elif act == "former address":
        newest.change_slug("newest", by=None)
    elif act == "name":
        author.name = "Anne Leroy-Petit"
        author.save()
    clock.forward(seconds=1)
    assert client.get("/atom.xml", headers=since).status_code == 200


def test_a_mended_typo_moves_no_date_in_a_feed(client, clock):
    article = factories.published(at=clock.plus(days=-1))
    before = machines.feed(client, "/atom.xml")
    clock.forward(hours=1)
    article.press(by=None)
    after = machines.feed(client, "/atom.xml")
    assert after.feed.updated == before.feed.updated
    assert after.entries[0].updated == before.entries[0].updated
    clock.forward(hours=1)
    article.press(by=None, correction=factories.correction())
    moved = machines.feed(client, "/atom.xml")
    assert instant(moved.feed.updated_parsed) == clock.now.replace(microsecond=0)
    assert instant(moved.entries[0].updated_parsed) == clock.now.replace(microsecond=0)
    assert moved.entries[0].published == before.entries[0].published


@pytest.mark.parametrize(
    "address", [*SITE_FEEDS, "/sitemap.xml", "/robots.txt", "/sitemap-news.xml"]
)
def test_machines_may_ask_for_the_head_and_send_nothing(client, address):
    factories.published()
    head = client.head(address)
    assert (head.status_code, head.content) == (200, b"")
    assert head["Content-Type"] == client.get(address)["Content-Type"]
    assert client.post(address).status_code == 405


# --- Number of queries, and missing feeds ---------------------------------------------------------


def publish(start, end):
    author, topic = factories.author(photo=factories.image()), factories.topic()
    for number in range(start, end):
        own = factories.author(f"Author {number}")
        article = factories.published(
            f"Story {number}", at=MAY + timedelta(hours=number), lead_image=factories.image(),
            authors=[author, own], topics=[topic, factories.topic(f"Topic {number}")],
        )  # fmt: skip
        article.press(
            by=None, at=MAY + timedelta(days=9, hours=number), correction=factories.correction()
        )
    return [s.get_absolute_url() for s in (author, topic, factories.section())]


def counted(client, address):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


@pytest.mark.any_database
def test_feeds_make_as_many_queries_for_twenty_entries_as_for_two(client):
    addresses = [f"{where}atom.xml" for where in ["/", *publish(1, 3)]]
    few = [counted(client, address) for address in addresses]
    publish(3, 21)
    assert [counted(client, address) for address in addresses] == few
    assert len(entries(client)) == 20
    assert max(few) <= 18


@pytest.mark.parametrize("kind", ["section", "topic", "author"])
def test_what_does_not_exist_has_no_feed(client, kind):
    assert client.get(reverse(f"articles:{kind}_feed", args=["nothing", "atom"])).status_code == 404


def test_a_topic_and_an_author_of_drafts_have_no_feed(client):
    author, topic = factories.author(), factories.topic()
    factories.article(authors=[author], topics=[topic])
    for subject in (author, topic):
        assert client.get(subject.get_absolute_url() + "rss.xml").status_code == 404


@pytest.mark.parametrize("year", [1601, 1905, 1969])
def test_machines_are_told_the_instants_of_any_time(client, year):
    at = datetime(year, 3, 4, 5, 6, 7, tzinfo=UTC)
    article = factories.published(at=at)
    whole = rf"{year}-03-04T\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)"
    for address in ("/atom.xml", f"/sitemap-{year}-03.xml", article.path):
        page = client.get(address).text
        [told] = {*re.findall(rf"{year}-03-04T[^<\"]*", page)}
        assert re.fullmatch(whole, told), told
        assert datetime.fromisoformat(told) == at
    [told] = re.findall("<pubDate>([^<]*)</pubDate>", client.get("/rss.xml").text)
    assert parsedate_to_datetime(told) == at
