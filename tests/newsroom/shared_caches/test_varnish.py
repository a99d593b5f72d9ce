import re

import httpx
import pytest

from newsroom.shared_caches import varnish
from newsroom.shared_caches.cache import NotPurged
from newsroom.shared_caches.varnish import CONFIRMATION, Varnish
from tests.structure import ROOT

pytestmark = pytest.mark.any_database


@pytest.fixture
def asked(monkeypatch):
    """Return the requests that Varnish gets; `asked.answers` are those that it will give."""

    class Asked(list):
        answers = ()

        def __call__(self, request):
            self.append(request)
            return next(self.answers, httpx.Response(200, headers={CONFIRMATION: "2"}))

    asked = Asked()
    asked.answers = iter(())
    monkeypatch.setattr(
        varnish, "client", lambda: httpx.Client(transport=httpx.MockTransport(asked))
    )
    return asked


def test_a_purge_has_the_keys_in_a_header(asked):
    Varnish("http://127.0.0.1:6081").forget([("topic", 7)])
    (request,) = asked
    assert (request.method, str(request.url)) == ("PURGE", "http://127.0.0.1:6081")
    assert request.headers["xkey"] == "topic topic-7"


def test_everything_is_the_key_that_all_pages_have(asked):
    Varnish("http://127.0.0.1:6081").forget(None)
    assert [request.headers["xkey"] for request in asked] == ["site"]


def test_no_header_is_longer_than_varnish_takes(asked):
    largest = 2**63 - 1
    Varnish("http://127.0.0.1:6081").forget(("article", largest - n) for n in range(450))
    headers = [request.headers["xkey"] for request in asked]
    assert len(headers) == 3
    assert max(map(len, headers)) < 8000
    assert len({key for header in headers for key in header.split()}) == 451


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (httpx.Response(403), "HTTP 403"),
        (httpx.Response(405, json={"msg": "?"}), "HTTP 405"),
        (httpx.Response(200), "It answers, but not as deploy/varnish.vcl does."),
    ],
)
def test_what_is_not_confirmed_is_a_failure(asked, answer, words):
    asked.answers = iter([answer])
    with pytest.raises(NotPurged, match=f"^{words}$"):
        Varnish("http://127.0.0.1:6081").forget([("topic", 7)])


def test_varnishes_are_told_apart_by_their_addresses():
    assert Varnish("http://10.0.0.7:6081").label == "Varnish http://10.0.0.7:6081"


def test_the_documented_start_of_varnish_has_the_parameters_of_the_shipped_file():
    named = re.findall(r"-p \w+=\w+", (ROOT / "deploy" / "varnish.vcl").read_text())
    assert len(named) == 4
    documented = (ROOT / "docs" / "operations.md").read_text()
    assert [parameter for parameter in named if parameter not in documented] == []
