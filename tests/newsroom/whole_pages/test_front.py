"""A kept page is what Django answers, byte by byte; only what everybody may get is kept."""

import gzip
import re
from datetime import UTC, datetime, timedelta
from threading import Event, Thread

import pytest
from django.db import OperationalError
from django.utils import timezone

from common.shared_mark import SharedMark
from newsroom.whole_pages import front, news, rules
from tests import factories

from .conftest import Process

pytestmark = pytest.mark.django_db


@pytest.fixture
def addresses(settings, clock, db):
    """One address of each kind of page that is kept, by name."""
    settings.PUBLIC_VERSIONS = True
    clock.now = timezone.now() - timedelta(hours=3)
    topic, author, series = factories.topic(), factories.author(), factories.series()
    filed = {"topics": [topic], "authors": [author], "series": series, "series_part": 1}
    article = factories.published(**filed, lead_image=factories.image(), lead_alt="A bridge")
    clock.forward(minutes=1)
    article.press(by=None, correction=factories.correction())
    factories.comment(article).approve(by=None)
    page, section, day = factories.page(), article.section, timezone.localtime(clock.now)
    clock.forward(hours=1)
    return {
        "articles:front": "/",
        "articles:article": article.path,
        "articles:versions": f"{article.path}versions/?edition=2",
        "articles:section": f"{section.get_absolute_url()}?before=9000000000000000-5",
        "articles:topic": topic.get_absolute_url(),
        "articles:series": series.get_absolute_url(),
        "articles:author": author.get_absolute_url(),
        "articles:archive": "/archive/",
        "articles:year": f"/{day:%Y}/",
        "articles:month": f"/{day:%Y/%m}/",
        "articles:day": f"/{day:%Y/%m/%d}/",
        "articles:corrections": "/corrections/",
        "articles:page": page.get_absolute_url(),
        "articles:feed": "/atom.xml",
        "articles:section_feed": f"{section.get_absolute_url()}rss.xml",
        "articles:topic_feed": f"{topic.get_absolute_url()}atom.xml",
        "articles:series_feed": f"{series.get_absolute_url()}atom.xml",
        "articles:author_feed": f"{author.get_absolute_url()}atom.xml",
        "articles:sitemap": "/sitemap.xml",
        "articles:sitemap_listings": "/sitemap-listings.xml",
        "articles:sitemap_month": f"/sitemap-{day:%Y-%m}.xml",
        "articles:sitemap_news": "/sitemap-news.xml",
        "comments:thread": f"/comments/article/{article.pk}/thread/?order=newest",
        "comments:privacy": "/comments/privacy/",
        "robots": "/robots.txt",
    }


def test_each_kind_of_page_is_kept_and_is_what_django_answers(process, addresses):
    assert addresses.keys() == rules.QUERIES.keys()
    vary = [("Vary", "Accept-Encoding")]
    for address in addresses.values():
        fresh = process.fresh(address)
        assert fresh.status == "200 OK", address
        made = process.made
        # A session of the staff, the reader's languages and the like change nothing.
        more = {"HTTP_COOKIE": "sessionid=abc", "HTTP_ACCEPT_LANGUAGE": "fr", "HTTP_X_A": "b"}
        missed, hit = process.get(address, **more), process.get(address)
        assert process.made == made + 1, address
        assert missed == hit == (fresh.status, fresh.headers + vary, fresh.body), address
        head = process.get(address, "HEAD")
        assert head == (hit.status, hit.headers, b"")
        assert process.fresh(address, "HEAD").headers + vary == head.headers
        etag = hit.header["etag"]
        for known in (etag, f'W/{etag}, "x"', "*"):
            same = process.get(address, HTTP_IF_NONE_MATCH=known)
            assert (same.status, same.body) == ("304 Not Modified", b"")
            assert set(same.headers) < set(hit.headers)
        if date := hit.header.get("last-modified"):
            assert process.get(address, HTTP_IF_MODIFIED_SINCE=date).status.startswith("304")
            old = "Sat, 01 Jan 2000 00:00:00 GMT"
            assert process.get(address, HTTP_IF_MODIFIED_SINCE=old) == hit
    for name in ("articles:article", "articles:feed", "articles:versions"):
        known = {"HTTP_IF_NONE_MATCH": process.get(addresses[name]).header["etag"]}
        of_django = process.fresh(addresses[name], **known).headers
        assert sorted(process.get(addresses[name], **known).headers) == sorted(of_django + vary)
    assert process.get("/", HTTP_IF_NONE_MATCH='"other"').status == "200 OK"
    zipped = process.get("/", HTTP_ACCEPT_ENCODING="gzip, deflate")
    assert gzip.decompress(zipped.body) == process.get("/").body
    assert zipped.header["content-length"] == str(len(zipped.body))


def test_the_pages_of_a_list_are_kept_also_of_articles_from_before_1970(process):
    for number in range(50):
        factories.published(f"Old {number}", at=datetime(1925, 3, 1, 12, number, tzinfo=UTC))
    address, seen = "/1925/03/", []
    for size in (20, 20, 10):
        page = process.get(address)
        assert page == process.get(address)
        found = re.findall(r">Old (\d+)<", page.body.decode())
        assert len(found) == size
        seen += found
        following = re.search(r'rel="next" href="([^"]+)"', page.body.decode())
        address = following[1] if following else ""
    assert seen == [str(number) for number in reversed(range(50))]
    assert process.made == 3


def test_what_is_not_for_everybody_is_left_to_django(process, addresses, settings):
    article = addresses["articles:article"]
    settings.PUBLIC_VERSIONS = False
    for address in [
        *("/search/", "/search/?q=bridge", "/nowhere/", "/admin/", "/admin/login/", "/health/"),
        *("/?utm_source=x", f"{article}?before=1-1", article[:-1], f"{article}versions/"),
        *("/comments/1/reply/", "/comments/1/report/", "/comments/1/", "/preview/abc/"),
        *("/comments/receipt/00000000-0000-0000-0000-000000000000/", "/media/x.png"),
        *(addresses["articles:section"].replace("=", "=0-"), "/comments/article/1/atom.xml"),
        # Another form of the same place.
        *(addresses["articles:section"].replace("=", "=0"), f"{addresses['articles:section']}&"),
        *(addresses["articles:section"].replace("=", sign) for sign in ("=--", "=-0-")),
    ]:
        process.get(address)
        assert len(process.pages.memory) == 0, address
    others = [
        {"HTTP_HOST": "127.0.0.1:1"},
        {"wsgi.url_scheme": "https"},
        {"method": "POST"},
        {"CONTENT_LENGTH": "3"},
        {"HTTP_IF_MATCH": '"x"'},
    ]
    for other in others:
        process.get("/", **other)
        assert len(process.pages.memory) == 0, other
    # An article that is withdrawn, and a page that a failure has changed.
    assert process.get(article).status == "200 OK"
    assert len(process.pages.memory) == 1


def test_behind_a_proxy_only_its_own_word_for_https_counts(settings):
    settings.SITE_URL = "https://news.example"
    settings.ALLOWED_HOSTS = ["news.example"]
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.SECURE_SSL_REDIRECT = True
    process, header = Process(), "HTTP_X_FORWARDED_PROTO"
    for said in ({}, {header: "http"}, {header: "https, http"}):
        process.get("/", **{"wsgi.url_scheme": "http", **said})
        assert len(process.pages.memory) == 0
    assert process.get("/", **{"wsgi.url_scheme": "http", header: "https"}).status == "200 OK"
    assert len(process.pages.memory) == 1


# --- Changes and failures -------------------------------------------------------------------------


def test_a_page_that_changes_while_it_is_made_is_not_kept(process):
    process.get("/")
    with process.changes_while_made(lambda: factories.section("Science")):
        factories.section("World")
        assert b"Science" not in process.get("/").body
    assert b"Science" in process.get("/").body


def test_where_the_database_does_not_answer_nothing_is_served(process, monkeypatch):
    def broken(position):
        raise OperationalError

    assert process.get("/").status == "200 OK"
    monkeypatch.setattr(news, "read_since", broken)
    made = process.made
    process.get("/")
    assert process.made == made + 1


def test_changes_are_read_when_the_mark_moves_and_after_a_while(tmp_path, monkeypatch, clock):
    own, theirs = (SharedMark(lambda: tmp_path / "mark") for _ in range(2))
    process, moment = Process(mark=own), [100.0]
    monkeypatch.setattr(front.time, "monotonic", lambda: moment[0])
    first = process.get("/").body
    factories.section("Science")
    # Nobody has said so, and it is not yet time to ask.
    assert process.get("/").body == first
    theirs.move()
    second = process.get("/").body
    assert second != first
    factories.section("Music")
    moment[0] += front.POLL_EVERY
    assert process.get("/").body not in (first, second)
    assert front.POLL_EVERY < 1


def test_changes_are_read_in_each_second_for_the_nginx_that_keeps_a_page_until_it_ends(
    tmp_path, clock
):
    clock.now = clock.now.replace(microsecond=900_000)
    process = Process(mark=SharedMark(lambda: tmp_path / "mark"))
    first = process.get("/").body
    factories.section("Science")
    assert process.get("/").body == first
    clock.forward(seconds=0.2)
    assert process.get("/").body != first


def test_a_mark_that_cannot_be_made_leaves_the_question_to_each_request(tmp_path):
    process = Process(mark=SharedMark(lambda: tmp_path / "no" / "mark"))
    first = process.get("/").body
    factories.section("Science")
    assert process.get("/").body != first


def test_a_stampede_makes_one_page(process, monkeypatch):
    """Threads, without their own connections to the database: the page is a stand-in."""
    monkeypatch.setattr(news, "read_since", lambda position: ([], news.Position()))
    monkeypatch.setattr(process.pages._turns, "next", lambda now: None)
    going, answers = Event(), []

    def slow(environ, start_response):
        going.wait(5)
        start_response("200 OK", [("Cache-Control", "no-cache"), ("ETag", '"a"')])
        return [b"page"]

    process.django = slow
    threads = [Thread(target=lambda: answers.append(process.get("/"))) for _ in range(6)]
    for thread in threads:
        thread.start()
    while not process.made:
        pass
    going.set()
    for thread in threads:
        thread.join()
    assert {answer.body for answer in answers} == {b"page"}
    assert process.made == 1
