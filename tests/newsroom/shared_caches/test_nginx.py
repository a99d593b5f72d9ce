import httpx
import pytest

from articles.models import Change
from newsroom.shared_caches import nginx
from newsroom.shared_caches.cache import NotPurged
from newsroom.shared_caches.nginx import CODINGS, Nginx
from newsroom.shared_caches.purging import NOTHING
from tests import factories

ADDRESSES = ["/", "/section/city/", "/2026/01/01/a/versions/?edition=2"]
CHANGES = [(Change.Kind.FRONT, 1)]


@pytest.fixture(autouse=True)
def addresses(monkeypatch, settings):
    settings.SITE_URL = "https://news.example"
    monkeypatch.setattr(nginx, "addresses_of", lambda changes: ADDRESSES)


def cache(answer, seen=None):
    def transport(request):
        if seen is not None:
            seen.append(request)
        return answer if isinstance(answer, httpx.Response) else answer(request)

    return Nginx("http://127.0.0.1:8081/", httpx.MockTransport(transport))


@pytest.mark.parametrize("status", [200, 404, 412])
def test_it_is_asked_for_each_coding_of_each_address_of_our_host(status):
    seen = []
    cache(httpx.Response(status), seen).forget(CHANGES)
    assert {(request.method, request.url.netloc) for request in seen} == {
        ("PURGE", b"127.0.0.1:8081")
    }
    assert {request.headers["Host"] for request in seen} == {"news.example"}
    assert [
        (request.url.raw_path.decode(), request.headers["Accept-Encoding"]) for request in seen
    ] == [(address, coding) for address in ADDRESSES for coding in CODINGS]


@pytest.mark.parametrize("status", [301, 403, 405, 500, 503])
def test_any_other_answer_is_a_failure(status):
    with pytest.raises(NotPurged, match=str(status)):
        cache(httpx.Response(status)).forget(CHANGES)


@pytest.mark.parametrize("error", [httpx.ConnectError, httpx.ReadTimeout, httpx.ReadError])
def test_no_answer_is_a_failure(error):
    def fail(request):
        raise error("http://user:secret@127.0.0.1:8081")

    with pytest.raises(NotPurged, match=rf"^{error.__name__}$"):
        cache(fail).forget(CHANGES)


def test_an_nginx_that_takes_too_long_for_all_of_it_is_left(monkeypatch):
    seen = []
    moments = iter([0, 1, nginx.SECONDS_IN_ALL + 1])
    monkeypatch.setattr(nginx.time, "monotonic", lambda: next(moments))
    with pytest.raises(NotPurged, match="too long"):
        cache(httpx.Response(200), seen).forget(CHANGES)
    assert {request.url.path for request in seen} == {"/"}


@pytest.mark.django_db
def test_it_confirms_that_it_would_forget(monkeypatch):
    monkeypatch.undo()
    seen = []
    cache(httpx.Response(404), seen).forget([NOTHING])
    assert {request.url.path for request in seen} == {"/"}


def test_a_broken_address_in_the_settings_is_a_failure():
    with pytest.raises(NotPurged):
        Nginx("http://[").forget(CHANGES)


def test_it_is_told_apart_by_its_address_without_a_password():
    assert Nginx("http://10.0.0.2:8081").label == "nginx http://10.0.0.2:8081"
    assert Nginx("http://user:secret@10.0.0.2:8081").label == "nginx 10.0.0.2:8081"


@pytest.mark.django_db
def test_the_addresses_are_those_of_the_changes(monkeypatch):
    monkeypatch.undo()
    seen, page = [], factories.page(slug="about")
    cache(httpx.Response(200), seen).forget([(Change.Kind.PAGE, page.pk)])
    assert [request.url.path for request in seen] == ["/about/"] * len(CODINGS)
