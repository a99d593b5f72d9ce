"""The guard of requests to addresses that a person typed, tried on a server of this machine."""

import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from common import outbound
from common.outbound import CannotFetch, fetch, is_public

pytestmark = pytest.mark.any_database


class Site(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append((self.path, dict(self.headers)))
        status, headers, body = self.server.pages.get(self.path, (404, {}, b""))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def server():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def site(server):
    server.asked, server.pages = [], {}
    return server


def ask(site, path="/", **options):
    """Fetch a page of `site`, as if it were a public one."""

    def may_connect(address, port):
        return (address, port) == site.server_address or outbound.is_public_server(address, port)

    options = {"media_types": ("text/html",), "most_bytes": 100, **options}
    return fetch(f"http://127.0.0.1:{site.server_port}{path}", may_connect=may_connect, **options)


def code_of(call, *args, **options):
    with pytest.raises(CannotFetch) as refusal:
        call(*args, **options)
    return refusal.value.code


HTML = {"Content-Type": "text/html; charset=ISO-8859-1"}


def test_a_page_is_fetched_with_its_character_set_and_without_cookies(site):
    site.pages["/"] = 302, {"Location": "/there#part", "Set-Cookie": "a=b"}, b""
    site.pages["/there"] = 200, HTML, b"\xe9t\xe9"
    answer = ask(site)
    assert (answer.body, answer.charset.lower()) == (b"\xe9t\xe9", "iso-8859-1")
    assert answer.address == f"http://127.0.0.1:{site.server_port}/there"
    sent = site.asked[-1][1]
    assert sent["User-Agent"].startswith("Newsroom/")
    assert "Cookie" not in sent


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254"),
        *("100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255"),
        *("::", "::1", "fe80::1%eth0", "fc00::1", "fec0::1", "ff02::1", "::ffff:93.184.216.34"),
        *("64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::", "2001::1", "::7f00:1"),
        *("192.88.99.1", "2001:db8::1"),
    ],
)
def test_an_address_that_is_not_of_the_public_internet_is_none(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1"])
def test_an_address_of_the_public_internet_is_one(address):
    assert is_public(address)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]"])
def test_a_server_of_this_machine_is_refused_under_every_name(site, host):
    for port in (80, site.server_port):
        address = f"http://{host}:{port}/"
        assert code_of(fetch, address, media_types=("text/html",), most_bytes=9) == "refused"
    assert site.asked == []


@pytest.mark.parametrize(
    "address",
    [
        *("file:///etc/passwd", "ftp://a.example/", "http://me:secret@a.example/", "http://", "x"),
        *("", "http://a.example/" + "a" * 3000, "http://[::1", "http://a.example:99999/"),
        "http://\0/",
    ],
)
def test_what_is_no_plain_address_of_the_web_is_refused(address):
    assert code_of(fetch, address, media_types=("text/html",), most_bytes=9) == "refused"


@pytest.mark.parametrize("to", ["http://10.0.0.1/", "file:///etc/passwd", "http://a:b@127.0.0.1/"])
def test_a_redirect_is_checked_as_the_first_address_is(site, to):
    site.pages["/"] = 302, {"Location": to}, b""
    assert code_of(ask, site) == "refused"


def test_redirects_that_never_end_are_refused(site):
    site.pages["/"] = 301, {"Location": "/"}, b""
    assert code_of(ask, site) == "refused"
    assert len(site.asked) == 6


def test_the_connection_goes_to_the_address_that_was_checked(site, monkeypatch):
    asked = []

    def getaddrinfo(host, port, **options):
        asked.append(host)
        public = len(asked) == 1
        return [(2, 1, 6, "", ("93.184.216.34" if public else "127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    connected = []

    def connect(self, host, *args):
        connected.append(host)
        raise outbound.httpcore.ConnectError

    monkeypatch.setattr(outbound.httpcore.SyncBackend, "connect_tcp", connect)
    address = "http://rebinding.example/"
    assert code_of(fetch, address, media_types=("text/html",), most_bytes=9) == "unreachable"
    assert (asked, connected) == (["rebinding.example"], ["93.184.216.34"])


def test_a_name_with_one_internal_address_is_refused(monkeypatch):
    rows = [(2, 1, 6, "", (ip, 80)) for ip in ("93.184.216.34", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **options: rows)
    address = "http://both.example/"
    assert code_of(fetch, address, media_types=("text/html",), most_bytes=9) == "refused"


@pytest.mark.parametrize(
    ("page", "code"),
    [
        ((200, {"Content-Type": "application/pdf"}, b""), "media_type"),
        ((200, HTML | {"Content-Encoding": "gzip"}, b""), "media_type"),
        ((200, HTML, b"a" * 101), "too_big"),
        ((404, HTML, b""), "status"),
        ((503, HTML, b""), "unreachable"),
    ],
)
def test_an_answer_of_no_use_is_told_by_its_code(site, page, code):
    site.pages["/"] = page
    assert code_of(ask, site) == code


def test_a_long_page_may_be_cut(site):
    site.pages["/"] = 200, HTML, b"a" * 101
    assert len(ask(site, cut=True).body) == 100


def test_a_server_that_answers_too_slowly_is_given_up(site, monkeypatch):
    monkeypatch.setattr(outbound, "SECONDS", 0)
    assert code_of(ask, site) == "unreachable"
