"""Our Akismet server answers as the `akismet` package expects, and fails as its modes say."""

import http.client
import json
import socket
import time

import akismet
import httpx
import pytest

from .akismet_server import ANSWERS, REQUIRED, SPAMMER, THANKS, AkismetServer

KEY = "0123456789ab"
SITE = "https://news.example"
FORM = "api_key=0123456789ab&blog=https%3A%2F%2Fnews.example&user_ip=192.0.2.1"


class Redirected(httpx.HTTPTransport):
    """Sends the requests of the `akismet` package, whose address is fixed, to our server."""

    def __init__(self, server):
        super().__init__(verify=False)  # plain HTTP needs no certificates, which are slow to load
        self.server = server

    def handle_request(self, request):
        assert request.url.host == "rest.akismet.com"
        request.url = request.url.copy_with(
            scheme="http", host="127.0.0.1", port=self.server.server_port
        )
        return super().handle_request(request)


@pytest.fixture
def server():
    with AkismetServer(key=KEY) as server:
        yield server


@pytest.fixture
def client_with(server):
    with httpx.Client(transport=Redirected(server), timeout=5) as http_client:
        yield lambda key: akismet.SyncClient(akismet.Config(key, SITE), http_client)


@pytest.fixture
def client(client_with):
    return client_with(KEY)


def raw(server, path="/1.1/comment-check", form=FORM, timeout=10):
    """Post `form` without a client library; return the status, the headers and the body."""
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=timeout)
    try:
        connection.request("POST", path, form)
        response = connection.getresponse()
        return response.status, response.headers, response.read().decode()
    finally:
        connection.close()


# --- Answers of the real service ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("mode", "verdict"),
    [
        ("ham", akismet.CheckResponse.HAM),
        ("spam", akismet.CheckResponse.SPAM),
        ("discard", akismet.CheckResponse.DISCARD),
        ("recheck_after", akismet.CheckResponse.HAM),
        ("alert", akismet.CheckResponse.HAM),
    ],
)
def test_the_package_reads_every_verdict(server, client, mode, verdict):
    server.set_mode(mode)
    assert client.comment_check(user_ip="192.0.2.1", comment_content="Bonjour") is verdict


def test_the_guaranteed_spammer_is_spam_in_every_mode_that_answers(client):
    checked = client.comment_check(user_ip="192.0.2.1", comment_author=SPAMMER)
    assert checked is akismet.CheckResponse.SPAM


def test_the_package_verifies_the_right_key_and_no_other(client_with):
    assert client_with(KEY).verify_key()
    assert not client_with("wrong").verify_key()


def test_a_wrong_key_is_refused_by_every_call(server, client_with):
    client = client_with("wrong")
    for call in (client.comment_check, client.submit_ham, client.submit_spam):
        with pytest.raises(akismet.APIKeyError):
            call(user_ip="192.0.2.1")
    status, headers, body = raw(server, form=FORM.replace(KEY, "wrong"))
    assert (status, body) == (200, "invalid")
    assert "key" in headers["X-akismet-debug-help"]


def test_the_mode_refuses_a_good_key_too(server, client):
    server.set_mode("invalid_key")
    assert not client.verify_key()
    with pytest.raises(akismet.APIKeyError):
        client.comment_check(user_ip="192.0.2.1")


def test_reports_are_thanked_for(server, client):
    assert client.submit_ham(user_ip="192.0.2.1")
    assert client.submit_spam(user_ip="192.0.2.1")
    assert [report.endpoint for report in server.reports] == ["submit-ham", "submit-spam"]
    assert raw(server, "/1.1/submit-spam")[2] == THANKS


def test_usage_is_told(client):
    client.comment_check(user_ip="192.0.2.1")
    assert client.usage_limit() == {
        "limit": "none",
        "usage": 1,
        "percentage": "0",
        "throttled": False,
    }


@pytest.mark.parametrize(("endpoint", "required"), REQUIRED.items())
def test_a_call_that_lacks_what_it_must_say_is_invalid(server, endpoint, required):
    for missing in required:
        form = "&".join(f"{name}={KEY}" for name in required if name != missing)
        status, headers, body = raw(server, f"/1.1/{endpoint}", form)
        assert (status, body) == (200, "invalid")
        assert missing in headers["X-akismet-debug-help"]


def test_no_call_of_another_name_is_answered(server):
    assert raw(server, "/1.1/comment-czech")[0] == 404


# --- Records for a test -------------------------------------------------------------------------


def test_requests_are_kept_as_they_came(server, client):
    client.comment_check(user_ip="192.0.2.1", comment_content="Élections & œuvres", referrer="")
    client.submit_ham(user_ip="192.0.2.1")
    server.wait_for(2)
    (check,) = server.checks
    assert check.endpoint == "comment-check"
    assert check.fields == {
        "api_key": KEY,
        "blog": SITE,
        "user_ip": "192.0.2.1",
        "comment_content": "Élections & œuvres",
        "referrer": "",
    }
    assert check.headers["Host"] == "rest.akismet.com"
    assert server.requests == [check, *server.reports]


def test_each_answer_has_an_id_of_its_own(server):
    assert raw(server)[1]["X-akismet-guid"] != raw(server)[1]["X-akismet-guid"]


def test_waiting_in_vain_is_a_failed_test(server):
    with pytest.raises(AssertionError, match="0 of 1"):
        server.wait_for(1, seconds=0.05)


def test_a_mode_that_does_not_exist_is_a_failed_test(server):
    with pytest.raises(AssertionError, match="spicy"):
        server.set_mode("spicy")


# --- Failures of a service ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("redirect", (302, "")),
        ("too_many", (429, "Too many requests")),
        ("server_error", (500, "Internal server error")),
        ("unavailable", (503, "Service unavailable")),
        ("empty", (200, "")),
        ("newline", (200, "false\n")),
    ],
)
def test_modes_with_an_answer_of_their_own(server, mode, expected):
    server.set_mode(mode)
    status, _headers, body = raw(server)
    assert (status, body) == expected


@pytest.mark.parametrize("mode", ["too_many", "server_error", "unavailable", "redirect", "reset"])
def test_the_package_calls_it_a_failed_request(server, client, mode):
    server.set_mode(mode)
    with pytest.raises(akismet.RequestError):
        client.comment_check(user_ip="192.0.2.1")


@pytest.mark.parametrize("mode", ["empty", "newline", "html", "huge"])
def test_the_package_calls_it_no_answer(server, client, mode):
    server.set_mode(mode)
    with pytest.raises(akismet.ProtocolError):
        client.comment_check(user_ip="192.0.2.1")


@pytest.mark.parametrize(
    ("mode", "name", "value"),
    [
        ("discard", "X-akismet-pro-tip", "discard"),
        ("recheck_after", "X-akismet-recheck-after", "60"),
        ("alert", "X-akismet-alert-code", "10502"),
        ("alert", "X-akismet-alert-msg", "Over the usage limit"),
        ("error_header", "X-akismet-error", "internal-error"),
        ("redirect", "Location", "https://elsewhere.example/"),
    ],
)
def test_modes_with_a_header_of_their_own(server, mode, name, value):
    server.set_mode(mode)
    assert raw(server)[1][name] == value


@pytest.mark.parametrize("mode", ["slow", "dripping", "dripping_headers"])
def test_slow_modes_take_their_time_and_then_are_right(server, mode):
    server.set_mode(mode, seconds=0.5)
    started = time.monotonic()
    assert raw(server)[2] == "false"
    assert time.monotonic() - started > 0.4


@pytest.mark.parametrize("mode", ["dripping", "dripping_headers"])
def test_a_dripping_server_passes_each_single_time_limit(server, mode):
    server.set_mode(mode, seconds=1)
    assert raw(server, timeout=0.4)[2] == "false"


def test_a_slow_server_passes_no_time_limit_and_ends_with_its_test(server):
    server.set_mode("slow", seconds=60)
    with pytest.raises(TimeoutError):
        raw(server, timeout=0.1)
    server.wait_for(1)


def test_a_reset_is_a_reset_and_no_end_of_file(server):
    server.set_mode("reset")
    with socket.create_connection(("127.0.0.1", server.server_port), timeout=5) as client:
        head = f"POST /1.1/comment-check HTTP/1.1\r\nContent-Length: {len(FORM)}\r\n\r\n"
        client.sendall((head + FORM).encode())
        with pytest.raises(ConnectionResetError):
            client.recv(1)


def test_a_huge_answer_is_many_megabytes(server):
    server.set_mode("huge")
    _status, headers, body = raw(server)
    assert len(body) == int(headers["Content-Length"]) == 10_000_000


def test_a_client_that_leaves_in_the_middle_disturbs_nobody(server):
    server.set_mode("huge")
    with socket.create_connection(("127.0.0.1", server.server_port), timeout=5) as client:
        client.sendall(b"GET /1.2/usage-limit?api_key=0123456789ab HTTP/1.1\r\n\r\n")
        client.recv(10)
    server.set_mode("ham")
    assert json.loads(raw(server, "/1.2/usage-limit")[2])["throttled"] is False


@pytest.mark.parametrize("mode", ANSWERS)
def test_the_mode_may_change_between_two_requests(server, mode):
    server.set_mode(mode, seconds=0.01)
    server.set_mode("ham")
    assert raw(server)[2] == "false"
