"""How long a shared cache is told to keep an answer: a second, or until a confirmed purge."""

import pytest

from articles.models import FrontSlot
from common.shared_mark import SharedMark
from newsroom.middleware import LONG_AGO
from newsroom.models import TRUSTED_FOR, Purge
from newsroom.shared_caches import lifetimes, purging
from newsroom.whole_pages import front
from newsroom.whole_pages.rules import LAG
from tests import factories
from tests.newsroom.whole_pages.conftest import Process

from .conftest import Cache

pytestmark = pytest.mark.django_db

MAX_AGE = "surrogate-control", "cdn-cache-control"


def max_age(told):
    """Return the seconds that caches by key are told, which are the same for both headers."""
    seconds = told["surrogate-control"].removeprefix("max-age=").partition(",")[0]
    assert told["cdn-cache-control"] == f"max-age={seconds}, must-revalidate"
    return int(seconds)


def in_nginx(moment, plus=0):
    return f"@{int(moment.timestamp()) + plus}"


def test_without_a_purge_a_page_is_kept_for_a_second_and_browsers_ask_each_time(process, clock):
    article = factories.published()
    clock.forward(minutes=1)
    for address in ("/", article.path, "/atom.xml"):
        for more in ({}, {"method": "HEAD"}, {"HTTP_IF_NONE_MATCH": "*"}):
            told = process.for_caches(address, **more)
            assert max_age(told) == 1
            assert told["x-accel-expires"] == in_nginx(clock.now)
            assert told.keys() == {*MAX_AGE, "x-accel-expires"}
            assert process.get(address, **more).header["cache-control"] == "no-cache"
            assert process.get(address, **more).header["expires"] == LONG_AGO


def test_a_kept_page_tells_of_the_second_in_which_it_is_sent(process, clock):
    factories.published()
    process.get("/")
    clock.forward(minutes=10)
    assert process.for_caches("/")["x-accel-expires"] == in_nginx(clock.now)
    assert process.made == 1


def test_the_headers_of_a_second_are_made_once(process, clock):
    page, of_page = process.page("/"), process.pages.lifetimes.of_page
    second = int(clock.now.timestamp())
    made = of_page(page, second + 0.1)
    assert of_page(page, second + 0.9) is made
    assert of_page(page, second + 1.1) != made
    # A page that ends within the hour is told of exactly, at each moment.
    page.ends_at = second + 11.5
    assert dict(of_page(page, second + 10.2))["Surrogate-Control"] == "max-age=1"
    assert dict(of_page(page, second + 10.8))["Surrogate-Control"] == "max-age=0"


@pytest.mark.parametrize(("left", "second"), [(0.3, False), (0.99, False), (1, True), (7, True)])
def test_no_cache_keeps_a_page_past_its_own_end(process, clock, left, second):
    clock.now = clock.now.replace(microsecond=0)
    FrontSlot.objects.create(article=factories.published(), until=clock.plus(seconds=left))
    told = process.for_caches("/")
    assert max_age(told) == second
    assert told["x-accel-expires"] == in_nginx(clock.now, 0 if second else -1)


def test_a_page_that_changed_while_it_was_made_is_for_one_reader_only(process, clock):
    process.get("/")
    factories.section("Music")
    with process.changes_while_made(lambda: factories.section("Science")):
        told = process.for_caches("/")
    assert (max_age(told), told["x-accel-expires"]) == (0, in_nginx(clock.now, -1))


def test_nginx_keeps_a_page_until_the_second_ends_in_which_it_was_begun(
    process, clock, monkeypatch
):
    real, began = process.django, clock.now

    def slowly(environ, start_response):
        clock.forward(seconds=2)
        return real(environ, start_response)

    monkeypatch.setattr(process, "django", slowly)
    assert process.for_caches("/")["x-accel-expires"] == in_nginx(began)


def test_a_change_on_this_machine_while_a_page_is_made_is_found_at_once(
    clock, monkeypatch, tmp_path
):
    mark = SharedMark(lambda: tmp_path / "mark")
    process = Process(mark=mark)
    process.get("/robots.txt")
    real = process.django

    def slowly(environ, start_response):
        answer = real(environ, start_response)
        factories.section("Science")
        mark.move()
        return answer

    monkeypatch.setattr(process, "django", slowly)
    assert max_age(process.for_caches("/")) == 0


def test_a_cache_that_was_told_of_a_change_gets_no_page_that_was_begun_long_before(
    process, clock, monkeypatch
):
    """Nothing else asks this process meanwhile, so nothing else has it read the changes."""
    monkeypatch.setattr(front, "POLL_EVERY", 0)
    process.get("/robots.txt")
    with process.changes_while_made(lambda: factories.section("Science"), is_noticed=False):
        assert max_age(process.for_caches("/")) == 0


@pytest.fixture
def on_another_machine(caches, clock, tmp_path):
    """A process that does not learn by the mark what others change, with a trusted cache."""
    purging.tell_caches()
    process = Process(mark=SharedMark(lambda: tmp_path / "mark"))
    assert max_age(process.for_caches("/")) > 1
    return process


def test_what_may_be_kept_for_long_knows_what_another_machine_has_just_changed(on_another_machine):
    """The cache has been told already, and would keep the page of before."""
    process, topic = on_another_machine, factories.topic("Floods")
    factories.published(topics=[topic])
    address = topic.get_absolute_url()
    assert b"Floods" in process.get(address).body
    topic.name = "Floods of the river"
    topic.save()
    answer = process.get(address)
    assert b"Floods of the river" in answer.body
    assert process.get(address) == answer


def test_so_does_a_page_that_was_being_made_meanwhile(on_another_machine):
    process = on_another_machine
    with process.changes_while_made(lambda: factories.section("Science"), is_noticed=False):
        assert max_age(process.for_caches("/corrections/")) == 0


@pytest.mark.parametrize("end", ["withdrawn", "moved", "unknown"])
def test_what_takes_the_place_of_a_page_takes_it_in_nginx_too(process, clock, end):
    article = factories.published()
    address = article.path
    if end == "withdrawn":
        article.withdraw(by=None)
    elif end == "moved":
        article.change_slug("other", by=None)
    else:
        address = address[:-1] + "-no/"
    assert process.for_caches(address) == {"x-accel-expires": in_nginx(clock.now)}


@pytest.mark.parametrize(
    "address",
    ["/search/?q=bridge", "/admin/login/", "/nowhere/at/all/", "/?page=2", "/media/x.png"],
)
def test_nothing_else_is_for_shared_caches(process, address):
    assert process.for_caches(address) == {}


# --- With a cache that finds pages by key ---------------------------------------------------------


@pytest.fixture
def confirmed(cache, process):
    """The cache has just confirmed that it forgets."""
    purging.tell_caches()
    return cache


def test_a_cache_that_forgets_keeps_pages_for_long(clock, confirmed, caches):
    article = factories.published()
    process = Process()
    assert max_age(process.for_caches(article.path)) == lifetimes.LONGEST
    # nginx finds no page by key.
    assert process.for_caches(article.path)["x-accel-expires"] == in_nginx(clock.now)
    # The numbers of comments in teasers may lag behind for a minute, or while Newsroom is away.
    of_list, lag = process.for_caches("/"), int(LAG.total_seconds())
    assert max_age(of_list) == lag
    in_outage = lifetimes.LONGEST - lag
    assert of_list["surrogate-control"] == f"max-age={lag}, stale-if-error={in_outage}"


def test_never_past_the_end_of_the_page(clock, confirmed):
    article = factories.published(until=clock.plus(minutes=20))
    left, lag = 20 * 60 - lifetimes.MARGIN, int(LAG.total_seconds())
    assert max_age(Process().for_caches(article.path)) == left
    of_list = Process().for_caches("/")
    assert of_list["surrogate-control"] == f"max-age={lag}, stale-if-error={left - lag}"


def test_the_time_that_a_page_takes_counts_too(clock, confirmed, monkeypatch):
    article, process = factories.published(until=clock.plus(minutes=20)), Process()
    real = process.django

    def slowly(environ, start_response):
        clock.forward(minutes=1)
        return real(environ, start_response)

    monkeypatch.setattr(process, "django", slowly)
    assert max_age(process.for_caches(article.path)) == 19 * 60 - lifetimes.MARGIN


def test_a_cache_is_trusted_from_its_last_confirmation_on_for_a_while(clock, confirmed):
    article, process = factories.published(), Process()
    process.get(article.path)
    clock.forward(seconds=TRUSTED_FOR.total_seconds() - 1)
    assert max_age(process.for_caches(article.path)) == lifetimes.LONGEST
    clock.forward(seconds=1)
    assert max_age(process.for_caches(article.path)) == 1


def test_a_cache_that_fails_keeps_pages_for_a_second(clock, confirmed, caches):
    article, process = factories.published(), Process()
    assert max_age(process.for_caches(article.path)) == lifetimes.LONGEST
    confirmed.failure = "HTTP 503"
    purging.tell_caches()
    assert max_age(process.for_caches(article.path)) == 1
    # So do all, if one of several fails.
    caches.append(Cache("Fastly"))
    process = Process()
    clock.forward(minutes=1)
    purging.tell_caches()
    assert Purge.objects.get(cache="Fastly").confirmed_at
    assert max_age(process.for_caches(article.path)) == 1


def test_pages_name_what_they_are_made_of(clock, confirmed):
    topic = factories.topic()
    article = factories.published(topics=[topic], lead_image=factories.image(), lead_alt="A bridge")
    told = Process().for_caches(article.path)
    keys = told["surrogate-key"].split(" ")
    assert told["cache-tag"].split(",") == keys
    of_article = {f"topic-{topic.pk}", f"thread-{article.pk}", f"image-{article.lead_image.pk}"}
    assert {"article", "section", "page", "site"} | of_article <= set(keys)
    # A feed shows whatever topic: none is named twice.
    of_feed = Process().for_caches("/atom.xml")["surrogate-key"].split(" ")
    assert "topic" in of_feed
    assert not [key for key in of_feed if key.startswith("topic-")]


def test_a_page_that_is_made_of_very_much_has_the_keys_of_whole_kinds(confirmed, monkeypatch):
    monkeypatch.setattr(lifetimes, "MOST_KEYS", 6)
    article = factories.published(topics=[factories.topic(str(n)) for n in range(5)])
    keys = Process().for_caches(article.path)["surrogate-key"].split(" ")
    assert keys == ["article", "page", "section", "site", "thread", "topic"]


@pytest.mark.parametrize("address", ["/search/?q=bridge", "/admin/login/", "/nowhere/", "/-a/b/"])
def test_a_cache_by_key_is_told_not_to_keep_what_is_no_page(confirmed, address):
    told = Process().for_caches(address)
    told.pop("x-accel-expires", None)
    assert told == {"surrogate-control": "max-age=0", "cdn-cache-control": "no-store"}


def test_a_file_that_never_changes_may_be_kept(confirmed):
    def application(environ, start_response):
        start_response("200 OK", [("Cache-Control", "public, max-age=31536000, immutable")])
        return [b"picture"]

    process = Process()
    process.django = application
    assert process.for_caches("/media/picture.webp") == {}
