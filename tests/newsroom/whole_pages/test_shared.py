"""Pages in Redis save work, and never tell what was true before."""

import pytest
import redis

from articles.models import Change
from newsroom.whole_pages import shared
from newsroom.whole_pages.shared import SharedPages
from tests import factories

from .conftest import Process

pytestmark = pytest.mark.django_db


class Client(dict):
    """As much of Redis as is used."""

    def set(self, name, value, ex):
        self[name] = value


@pytest.fixture
def client():
    return Client()


@pytest.fixture
def processes(client):
    return [Process(shared=SharedPages(client, "1")) for _ in range(2)]


def test_what_one_process_has_made_another_takes(processes, clock):
    article = factories.published()
    factories.comment(article).approve(by=None)
    for address in ("/", article.path, "/atom.xml"):
        one, other = (process.get(address) for process in processes)
        assert one == other == processes[1].get(address)
    assert (processes[0].made, processes[1].made) == (3, 0)


def test_what_changed_since_is_made_anew(processes, clock):
    processes[0].get("/")
    factories.section("Science")
    assert b"Science" in processes[1].get("/").body
    assert b"Science" in processes[0].get("/").body
    assert processes[0].made + processes[1].made == 2


def test_what_changes_while_it_is_taken_is_for_one_reader_only(processes, clock, monkeypatch):
    one, other = processes
    one.get("/")
    clock.forward(seconds=2)
    take = other.pages._shared_page

    def taken(*args):
        page = take(*args)
        # Another thread of the process reads this change.
        factories.section("Science")
        assert other.pages._knows_all_changes()
        return page

    monkeypatch.setattr(other.pages, "_shared_page", taken)
    assert other.for_caches("/")["cdn-cache-control"].startswith("max-age=0")
    assert other.made == 0


def test_lists_lag_behind_for_less_than_a_minute_there_too(processes, clock):
    article = factories.published()
    before = processes[0].get("/").body
    clock.forward(seconds=1)
    factories.comment(article).approve(by=None)
    assert processes[1].get("/").body == before
    clock.forward(seconds=60)
    assert all(b"1 comment" in process.get("/").body for process in processes)


def test_a_page_of_another_release_or_another_database_is_left_aside(processes, client, clock):
    factories.section("Science")
    processes[0].get("/")
    assert SharedPages(client, "1").find(("/", ""))[0]
    assert SharedPages(client, "2").find(("/", "")) == (None, None)
    Change.objects.update(at="2020-01-01T00:00Z")
    processes[1].get("/")
    assert processes[1].made == 1


@pytest.mark.parametrize("stored", [b"", b"odd", shared.zlib.compress(b'{"a": 1}\n<p>')])
def test_what_cannot_be_read_there_is_left_aside(processes, client, stored):
    processes[0].get("/")
    for name in client:
        client[name] = stored
    assert processes[1].get("/").status == "200 OK"


def test_without_redis_pages_are_made_here(caplog):
    address = redis.Redis(port=1, socket_connect_timeout=0.2)
    process = Process(shared=SharedPages(address, "1"))
    assert process.get("/").status == process.get("/comments/privacy/").status == "200 OK"
    # After one failure nobody asks for a while, so nobody waits.
    assert len(caplog.records) == 1


def test_the_release_tells_code_and_settings(settings):
    first = shared.release()
    assert shared.release() == first
    settings.SITE_NAME = "Another"
    assert shared.release() != first


@pytest.mark.needs_redis
def test_pages_in_redis_itself(clock, settings):
    article = factories.published()
    processes = [Process(shared=SharedPages.of_settings()) for _ in range(2)]
    assert processes[0].get(article.path) == processes[1].get(article.path)
    assert processes[1].made == 0
    client = redis.Redis.from_url(settings.CACHES["default"]["LOCATION"])
    [name] = client.scan_iter(f"newsroom:page:*:{article.path}")
    assert 0 < client.ttl(name) <= 3600
