"""deploy/varnish.vcl in the real Varnish: what is kept, for how long, and what is forgotten."""

import gzip
import re
import socket
import subprocess
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count

import httpx
import pytest

from newsroom.middleware import LONG_AGO
from newsroom.shared_caches import cache
from newsroom.shared_caches.cache import NotPurged
from newsroom.shared_caches.varnish import Varnish

from ..parts import VARNISHD
from .nginx import HOST, free_ports
from .site import ROOT, wait_until

pytestmark = [pytest.mark.needs_varnish, pytest.mark.any_database]

PAGE = {"Cache-Control": "no-cache", "Vary": "Accept-Encoding", "Content-Type": "text/html"}
KEPT = PAGE | {"Surrogate-Control": "max-age=600", "Surrogate-Key": "site topic topic-7"}
NUMBERS = count(1)


class Upstream(ThreadingHTTPServer):
    """In Newsroom's place: each answer of an address has the next number in its body.

    `pages` has the status and the headers of each address, `seen` the requests, and `lost` how many
    more of an address are lost with a process that ends.
    """

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.pages, self.seen, self.is_away, self.meeting = {}, [], False, None
        self.lost = Counter()
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    def page(self, headers=KEPT, status=200, under="/"):
        """Return a new address, which is answered with `headers`."""
        path = f"{under}{next(NUMBERS)}/"
        self.pages[path] = status, headers
        return path

    def of(self, path):
        return [request for request in self.seen if request.path == path]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        server = self.server
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        is_lost = server.lost[self.path] > 0
        server.lost[self.path] -= is_lost
        if server.is_away or is_lost:
            self.close_connection = True
            return
        server.seen.append(self)
        status, headers = server.pages.get(self.path, (200, {}))
        if server.meeting and self.path in server.pages:
            server.meeting.wait(300)
        codings = self.headers.get("Accept-Encoding", "").split(", ")
        coding = next((coding for coding in ("br", "gzip") if coding in codings), "")
        body = f"{coding} {len(server.of(self.path))}".encode()
        if coding == "gzip":
            # Varnish looks whether it is whole.
            body = gzip.compress(body)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if coding:
            self.send_header("Content-Encoding", coding)
        self.send_header("ETag", f'"1-{coding}"' if coding else '"1"')
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_HEAD = do_POST = do_PURGE = do_GET

    def log_message(self, format, *args):
        pass


class Front:
    """A Varnish in front of `upstream`, asked as nginx asks it, or by anybody else."""

    def __init__(self, folder, upstream):
        self.upstream, self.clients = upstream, {}
        self.port, self.proxy_port = free_ports(2)
        self.url = f"http://127.0.0.1:{self.port}"
        command = [VARNISHD, "-F", "-j", "none", "-n", f"{folder}/varnish", "-s", "malloc,16m"]
        command += self.rules(folder)
        command += ["-a", f"127.0.0.1:{self.port}", "-a", f"127.0.0.1:{self.proxy_port},PROXY"]
        # Never in the middle of a test, however slow this machine is.
        command += ["-p", "timeout_idle=3600"]
        self.log = folder / "log.txt"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        wait_until(self.is_up)

    def rules(self, folder):
        text = (ROOT / "deploy" / "varnish.vcl").read_text()
        parameters = re.findall(r"^# +(-p .*?)(?:   .*)?$", text, re.MULTILINE)
        for shipped, ours in {
            '.path = "/run/newsroom/web.sock";': (
                f'.host = "127.0.0.1"; .port = "{self.upstream.server_port}";'
            ),
            ".interval = 2s;": ".interval = 0.1s;",
            "/var/lib/newsroom/static/": f"{ROOT}/static/",
        }.items():
            assert shipped in text
            text = text.replace(shipped, ours)
        (folder / "newsroom.vcl").write_text(text)
        return ["-f", f"{folder}/newsroom.vcl", *" ".join(parameters).split()]

    def is_up(self):
        assert self.process.poll() is None, self.log.read_text()
        try:
            return self.get("/health/").status_code == 200
        except httpx.TransportError:
            return False

    def ask(self, method, path, headers, address="127.0.0.1"):
        if address not in self.clients:
            transport = httpx.HTTPTransport(local_address=address)
            self.clients[address] = httpx.Client(transport=transport, timeout=300)
        # A request of our own: a client's would have headers that we did not name.
        request = httpx.Request(method, f"{self.url}{path}", headers={"Host": HOST, **headers})
        response = self.clients[address].send(request, stream=True)
        body = b"".join(response.iter_raw())
        response.close()
        if body and response.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        response.raw = body.decode()
        return response

    def stop(self):
        for client in self.clients.values():
            client.close()
        self.process.terminate()
        self.process.wait(timeout=300)

    def get(self, path, method="GET", **headers):
        """Ask as nginx does for a reader at 192.0.2.7."""
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        forwarded = {"X-Forwarded-For": "192.0.2.7", "X-Forwarded-Proto": "https"}
        return self.ask(method, path, forwarded | headers)

    def text(self, path, coding=""):
        return self.get(path, **({"Accept_Encoding": coding} if coding else {})).raw

    def raw(self, lines, port=None):
        with socket.create_connection(("127.0.0.1", port or self.port), timeout=300) as connection:
            connection.sendall("\r\n".join([*lines, "Connection: close", "", ""]).encode())
            answer = b""
            while part := connection.recv(65536):
                answer += part
        return answer.decode()


class AsItComes(Front):
    """A Varnish with the rules that it has by itself."""

    def rules(self, folder):
        return ["-b", f"127.0.0.1:{self.upstream.server_port}"]


@pytest.fixture(scope="module")
def varnish(tmp_path_factory):
    with ExitStack() as stack:
        upstream = stack.enter_context(Upstream())
        stack.callback(upstream.shutdown)
        front = Front(tmp_path_factory.mktemp("varnish"), upstream)
        stack.callback(front.stop)
        yield front


@pytest.fixture
def upstream(varnish):
    return varnish.upstream


@pytest.fixture
def purger(varnish, monkeypatch):
    # However slow this machine is.
    monkeypatch.setattr(cache, "SECONDS", 300)
    return Varnish(varnish.url)


# --- What is kept, and for how long ---------------------------------------------------------------


def test_a_varnish_without_our_rules_keeps_nothing(upstream, tmp_path):
    """By itself it passes over `no-cache` where there is a `Surrogate-Control`, and keeps."""
    headers = PAGE | {"Surrogate-Control": "max-age=1"}
    kept, not_kept = upstream.page(headers), upstream.page(headers | {"Expires": LONG_AGO})
    front = AsItComes(tmp_path, upstream)
    try:
        assert len({front.text(kept) for _time in range(3)}) == 1
        assert len({front.text(not_kept) for _time in range(3)}) == 3
    finally:
        front.stop()


def test_a_page_is_kept_for_as_long_as_surrogate_control_says(varnish, upstream):
    long = upstream.page()
    short = upstream.page(KEPT | {"Surrogate-Control": "max-age=1"})
    assert (varnish.text(long), varnish.text(short)) == (" 1", " 1")
    wait_until(lambda: varnish.text(short) != " 1")
    assert varnish.text(long) == " 1"
    assert len(upstream.of(long)) == 1


def test_everybody_gets_the_same_copy_whatever_cookies_they_send(varnish, upstream):
    path = upstream.page()
    assert varnish.get(path, Cookie="sessionid=1").raw == " 1"
    assert varnish.get(path, Cookie="other=2", User_Agent="x").raw == " 1"
    assert varnish.get(path, Host=HOST.upper()).raw == " 1"


def test_what_is_for_shared_caches_is_for_them_only(varnish, upstream):
    hidden = {"CDN-Cache-Control": "max-age=9", "Cache-Tag": "site", "X-Accel-Expires": "@1"}
    for headers in (KEPT, PAGE | {"Surrogate-Control": "max-age=0"}):
        path = upstream.page(headers | hidden)
        for _time in range(2):
            page = varnish.get(path)
            assert page.headers["Cache-Control"] == "no-cache"
            assert page.headers["ETag"] == '"1"'
            assert not page.headers.keys() & {
                *("surrogate-control", "surrogate-key", "xkey", "cdn-cache-control"),
                *("cache-tag", "x-accel-expires", "x-varnish", "via"),
            }
    assert int(page.headers["Age"]) == 0


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (200, PAGE | {"Cache-Control": "public, max-age=600"}),
        (200, KEPT | {"Surrogate-Control": "max-age=0"}),
        (200, KEPT | {"Surrogate-Control": "no-store"}),
        (200, KEPT | {"Set-Cookie": "a=b"}),
        (503, KEPT),
    ],
)
def test_nothing_else_is_kept(varnish, upstream, status, headers):
    path = upstream.page(headers, status)
    assert [varnish.text(path) for _time in range(3)] == [" 1", " 2", " 3"]


def test_pages_that_are_not_kept_do_not_wait_for_each_other(varnish, upstream):
    path = upstream.page(PAGE)
    varnish.get(path)
    # Each of two requests is answered only when both have come.
    upstream.meeting = threading.Barrier(2)
    try:
        with ThreadPoolExecutor(2) as pool:
            pages = list(pool.map(varnish.get, [path, path]))
    finally:
        upstream.meeting = None
    assert [page.status_code for page in pages] == [200, 200]


def test_a_page_that_was_not_kept_is_kept_as_soon_as_it_may_be(varnish, upstream):
    path = upstream.page(PAGE, 503)
    varnish.get(path)
    upstream.pages[path] = 200, KEPT
    assert [varnish.text(path) for _time in range(2)] == [" 2", " 2"]


@pytest.mark.parametrize("under", ["/admin/", "/comments/receipt/", "/preview/"])
def test_what_belongs_to_somebody_is_passed_with_its_cookies(varnish, upstream, under):
    path = upstream.page(under=under)
    for number in (1, 2):
        page = varnish.get(path, Cookie="sessionid=1", If_None_Match='"7"', Accept_Encoding="x")
        assert page.raw == f" {number}"
        assert upstream.of(path)[-1].headers["Cookie"] == "sessionid=1"
        assert upstream.of(path)[-1].headers["If-None-Match"] == '"7"'
        assert upstream.of(path)[-1].headers["Accept-Encoding"] == "x"


@pytest.mark.parametrize("headers", [{"method": "POST"}, {"Authorization": "Basic YTpi"}])
def test_forms_and_logins_are_passed(varnish, upstream, headers):
    path = upstream.page()
    varnish.get(path)
    assert [varnish.get(path, **headers).raw for _time in range(2)] == [" 2", " 3"]
    assert varnish.text(path) == " 1"


def test_head_is_answered_by_the_kept_page(varnish, upstream):
    path = upstream.page()
    head = varnish.get(path, "HEAD")
    assert (head.raw, head.headers["Content-Length"]) == ("", "2")
    assert varnish.text(path) == " 1"
    assert [request.command for request in upstream.of(path)] == ["GET"]


# --- Codings and ETags ----------------------------------------------------------------------------


def test_each_coding_is_kept_as_it_came_with_its_own_etag(varnish, upstream):
    path = upstream.page()
    for accepted, coding in {
        "gzip, deflate, br, zstd": "br",
        "GZIP;q=1.0": "gzip",
        "br;q=0, gzip;q=0.5": "gzip",
        "identity": "",
        "gzip;q=0, br;q=0.000": "",
        "brotli": "",
    }.items():
        for _time in range(2):
            page = varnish.get(path, Accept_Encoding=accepted)
            assert page.raw.split(" ")[0] == coding
            assert page.headers.get("Content-Encoding", "") == coding
            assert page.headers["ETag"] == (f'"1-{coding}"' if coding else '"1"')
        known = varnish.get(path, Accept_Encoding=accepted, If_None_Match=page.headers["ETag"])
        assert (known.status_code, known.raw) == (304, "")
        assert known.headers["ETag"] == page.headers["ETag"]
    assert len(upstream.of(path)) == 3


# --- Who asks -------------------------------------------------------------------------------------


def test_newsroom_hears_of_one_address_which_no_reader_can_choose(varnish, upstream):
    path = upstream.page(PAGE)
    forged = {"X_Forwarded_For": "1.1.1.1", "X-Forwarded_Proto": "https", "Forwarded": "for=1"}
    behind = {"X-Forwarded-For": "1.1.1.1, 192.0.2.7", "X-Forwarded-Proto": "https"}
    varnish.ask("GET", path, forged | behind)
    varnish.ask("GET", path, forged | behind, address="127.0.0.2")
    proxy = f"PROXY TCP4 198.51.100.7 192.0.2.1 5555 443\r\nGET {path} HTTP/1.1"
    lines = [proxy, f"Host: {HOST}", "X-Forwarded-For: 1.1.1.1", "X-Forwarded-Proto: http"]
    varnish.raw(lines, varnish.proxy_port)
    found = [
        (request.headers.get_all("X-Forwarded-For"), request.headers.get_all("X-Forwarded-Proto"))
        for request in upstream.of(path)
    ]
    assert found == [
        (["192.0.2.7"], ["https"]),
        (["127.0.0.2"], ["http"]),
        (["198.51.100.7"], ["https"]),
    ]
    names = {name.lower() for request in upstream.of(path) for name in request.headers}
    assert not names & {"x_forwarded_for", "x-forwarded_proto", "forwarded"}


def test_the_way_to_https_is_not_shown_to_those_who_are_there(varnish, upstream):
    path = upstream.page(KEPT | {"Location": f"https://{HOST}/"}, 301)
    assert varnish.get(path, X_Forwarded_Proto="http").status_code == 301
    upstream.pages[path] = 200, KEPT
    assert varnish.get(path).status_code == 200


# --- What is forgotten ----------------------------------------------------------------------------


def test_a_purge_drops_the_pages_with_the_key_in_all_codings_and_no_other(
    varnish, upstream, purger
):
    shown = upstream.page()
    other = upstream.page(KEPT | {"Surrogate-Key": "site topic-70 topics"})
    for path in (shown, other):
        assert [varnish.text(path, coding) for coding in ("br", "gzip")] == ["br 1", "gzip 2"]
        assert varnish.text(path) == " 3"
    purger.forget([("topic", 7)])
    assert [varnish.text(shown, coding) for coding in ("br", "gzip")] == ["br 4", "gzip 5"]
    assert varnish.text(shown) == " 6"
    assert [varnish.text(other, coding) for coding in ("br", "gzip")] == ["br 1", "gzip 2"]
    purger.forget(None)
    assert varnish.text(other) == " 4"


def test_a_page_of_very_many_things_is_kept_and_found(varnish, upstream, purger):
    keys = " ".join(f"image-{number}" for number in range(1200))
    path = upstream.page(KEPT | {"Surrogate-Key": f"{keys} author-9"})
    assert [varnish.text(path) for _time in range(2)] == [" 1", " 1"]
    purger.forget([("author", 9)])
    assert varnish.text(path) == " 2"


@pytest.mark.parametrize(
    ("headers", "address"),
    [
        ({"X-Forwarded-For": "127.0.0.1"}, "127.0.0.1"),
        ({"X-Forwarded-Proto": "https"}, "127.0.0.1"),
        ({}, "127.0.0.2"),
    ],
)
def test_nobody_else_can_have_a_page_forgotten(varnish, upstream, headers, address):
    path = upstream.page()
    varnish.get(path)
    refused = varnish.ask("PURGE", "/", {"xkey": "site", **headers}, address=address)
    assert refused.status_code == 403
    assert varnish.text(path) == " 1"


def test_nor_can_those_who_come_by_the_proxy_protocol(varnish, upstream):
    path = upstream.page()
    varnish.get(path)
    proxy = "PROXY TCP4 198.51.100.7 192.0.2.1 5555 443\r\nPURGE / HTTP/1.1"
    answer = varnish.raw([proxy, f"Host: {HOST}", "xkey: site"], varnish.proxy_port)
    assert answer.startswith("HTTP/1.1 403 ")
    assert varnish.text(path) == " 1"


def test_a_purge_without_a_key_is_none(varnish, upstream, purger):
    path = upstream.page()
    varnish.get(path)
    assert varnish.ask("PURGE", path, {}).status_code == 400
    assert varnish.text(path) == " 1"
    with pytest.raises(NotPurged):
        Varnish(f"http://127.0.0.1:{upstream.server_port}").forget(None)


@pytest.mark.parametrize("headers", [KEPT, PAGE], ids=["kept", "not kept"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_request_that_is_lost_with_its_process_is_asked_again(varnish, upstream, headers, method):
    path = upstream.page(headers)
    upstream.lost[path] = 1
    assert varnish.get(path, method).status_code == 200
    # Once: where it is lost again, something is wrong with it.
    other = upstream.page(PAGE)
    upstream.lost[other] = 2
    assert varnish.get(other, method).status_code == 503


def test_a_form_that_is_lost_is_not_sent_again(varnish, upstream):
    path = upstream.page(PAGE)
    upstream.lost[path] = 1
    assert varnish.get(path, "POST").status_code == 503
    assert upstream.of(path) == []


# --- While Newsroom is away -----------------------------------------------------------------------


def test_an_outage_shows_what_newsroom_allowed_and_never_what_was_forgotten(
    varnish, upstream, purger
):
    stale = KEPT | {"Surrogate-Control": "max-age=1, stale-if-error=3600"}
    allowed, forgotten = upstream.page(stale), upstream.page(stale | {"Surrogate-Key": "topic-8"})
    ended = upstream.page(KEPT | {"Surrogate-Control": "max-age=1"})
    current = upstream.page()
    # While Newsroom is there, nothing is shown past its time: the last of these ends last.
    assert [varnish.text(path) for path in (allowed, forgotten, ended)] == [" 1"] * 3
    wait_until(lambda: varnish.text(ended) != " 1")
    assert [varnish.text(path) for path in (allowed, forgotten)] == [" 2"] * 2
    varnish.text(current)
    upstream.is_away = True
    try:
        wait_until(lambda: varnish.get(ended).status_code == 503)
        wait_until(lambda: varnish.get(allowed).status_code == 200)
        assert varnish.get(forgotten).status_code == 200
        assert varnish.text(current) == " 1"
        purger.forget([("topic", 8)])
        assert varnish.get(forgotten).status_code == 503
        failure = varnish.get(ended)
        assert "Le journal n’est pas lisible pour l’instant" in failure.raw
        assert failure.headers["Retry-After"] == "30"
        assert failure.headers["Cache-Control"] == "no-store"
        assert varnish.get(upstream.page(), "POST").status_code == 503
    finally:
        upstream.is_away = False
    wait_until(lambda: varnish.get(forgotten).status_code == 200)
