import pytest

from newsroom.shared_caches import cache
from newsroom.shared_caches.fastly import Fastly
from tests.purge_server import FASTLY, SERVICE, TOKEN

from .conftest import failure_of

pytestmark = pytest.mark.any_database


@pytest.fixture
def fastly(purge_server):
    return Fastly(SERVICE, TOKEN, f"{purge_server.url}/")


def test_the_pages_that_show_what_changed_are_named_by_their_keys(purge_server, fastly):
    fastly.forget([("topic", 7), ("topic", 7), ("thread", 12)])
    assert purge_server.calls == [["thread", "thread-12", "topic", "topic-7"]]


def test_everything_is_the_key_that_all_pages_have_and_not_the_whole_service(purge_server, fastly):
    fastly.forget(None)
    assert (purge_server.paths, purge_server.calls) == ([FASTLY], [["site"]])


def test_many_keys_go_in_calls_of_the_size_that_is_allowed(purge_server, fastly):
    fastly.forget([("thread", number) for number in range(300)])
    assert [len(keys) for keys in purge_server.calls] == [256, 45]


def test_where_nothing_changed_nothing_is_asked(purge_server, fastly):
    fastly.forget([])
    assert not purge_server.paths


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("unknown_token", "HTTP 401: Provided credentials are missing or invalid"),
        ("odd_errors", "HTTP 400: 7"),
        ("portal", "The answer does not name each key that was to be purged."),
        ("null", "The answer does not name each key that was to be purged."),
        ("redirect", "HTTP 307"),
        ("too_many", "HTTP 429"),
        ("unavailable", "HTTP 503"),
        ("huge", "DecodingError"),
    ],
)
def test_a_failure_is_told_in_the_words_of_the_service(purge_server, fastly, name, words):
    purge_server.fail(name)
    assert failure_of(fastly) == words
    assert len(purge_server.paths) == 1


def test_a_service_that_sends_the_token_back_does_not_bring_it_into_our_words(purge_server, fastly):
    purge_server.fail("echo")
    words = failure_of(fastly)
    assert words.startswith("HTTP 400: Bad request: … [31mé")
    assert len(words) == 200
    assert words.isprintable()


def test_an_answer_that_comes_drop_by_drop_ends_by_a_deadline(purge_server, fastly, monkeypatch):
    monkeypatch.setattr(cache, "SECONDS", 0.3)
    purge_server.fail("dripping")
    assert "Timeout: " in failure_of(fastly)


def test_another_token_and_another_service_are_refused(purge_server):
    words = failure_of(Fastly(SERVICE, f"{TOKEN}x", purge_server.url))
    assert words == "HTTP 401: Provided credentials are missing or invalid"
    assert failure_of(Fastly("other", TOKEN, purge_server.url)) == "HTTP 404: Record not found"


def test_a_service_that_is_away_and_a_token_that_no_header_can_hold_are_failures(purge_server):
    assert failure_of(Fastly(SERVICE, TOKEN, "http://127.0.0.1:1")).startswith("ConnectError: ")
    assert failure_of(Fastly(SERVICE, f"{TOKEN}\n", purge_server.url)) == "LocalProtocolError"
