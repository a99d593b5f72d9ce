import pytest

from newsroom.shared_caches.cloudflare import Cloudflare
from tests.purge_server import CLOUDFLARE, TOKEN, ZONE

from .conftest import failure_of

pytestmark = pytest.mark.any_database


@pytest.fixture
def cloudflare(purge_server):
    return Cloudflare(ZONE, TOKEN, f"{purge_server.url}/client/v4")


def test_the_pages_that_show_what_changed_are_named_by_their_tags(purge_server, cloudflare):
    cloudflare.forget([("topic", 7), ("article", 5)])
    assert purge_server.calls == [["article", "article-5", "topic", "topic-7"]]


def test_everything_is_the_tag_that_all_pages_have_and_not_the_whole_zone(purge_server, cloudflare):
    cloudflare.forget(None)
    assert (purge_server.paths, purge_server.calls) == ([CLOUDFLARE], [["site"]])


def test_many_tags_go_in_calls_of_the_size_that_is_allowed(purge_server, cloudflare):
    cloudflare.forget([("thread", number) for number in range(250)])
    assert [len(keys) for keys in purge_server.calls] == [100, 100, 51]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("forbidden", "HTTP 403: Authentication error (10000)"),
        ("refused_with_200", "Exceeded the rate limit (1135)"),
        ("odd_errors", "HTTP 400: None (1)"),
        ("portal", "The answer does not say that it succeeded."),
        ("null", "The answer does not say that it succeeded."),
        ("redirect", "HTTP 307"),
        ("too_many", "HTTP 429"),
    ],
)
def test_a_failure_is_told_in_the_words_of_the_service(purge_server, cloudflare, name, words):
    purge_server.fail(name)
    assert failure_of(cloudflare) == words
    assert len(purge_server.paths) == 1


def test_another_token_is_refused(purge_server):
    cloudflare = Cloudflare(ZONE, f"{TOKEN}x", f"{purge_server.url}/client/v4")
    assert failure_of(cloudflare) == "HTTP 403: Authentication error (10000)"
