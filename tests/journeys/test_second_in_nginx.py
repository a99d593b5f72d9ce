"""How nginx keeps readers' pages for a second, by the shipped files, before a server of our own.

What that server answers, and for how long it is kept, is up to each test; so no test depends on the
pace of the machine.
"""

import re
import socketserver
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler
from itertools import count

import httpx
import pytest
from django.urls import get_resolver, reverse

from newsroom.shared_caches import nginx
from newsroom.shared_caches.cache import NotPurged
from newsroom.shared_caches.nginx import CODINGS, Nginx
from newsroom.whole_pages.rules import QUERIES, is_kept

from .nginx import HOST, ShippedNginx
from .site import ROOT, wait_until

pytestmark = [pytest.mark.needs_nginx, pytest.mark.any_database]

#: An instant that comes after all tests, and one before them.
LONG, PAST = "@9999999999", "@1"
DAY = "/2026/01/01"
BROWSER = {"Accept-Encoding": "gzip, deflate, br, zstd"}
UNAVAILABLE = (ROOT / "static" / "errors" / "unavailable.html").read_text()


class Upstream(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    """A server on a socket: `answer` makes (status, headers, body) from each request."""

    daemon_threads = True
    request_queue_size = 200

    def __init__(self, path, answer):
        self.answer = answer
        path.unlink(missing_ok=True)
        super().__init__(str(path), _Handler)
        self.thread = threading.Thread(target=self.serve_forever, args=[0.01])
        self.thread.start()

    def stop(self):
        self.shutdown()
        self.thread.join()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # The whole answer at once: nginx hangs up as soon as it knows enough.
    wbufsize = -1

    def do_GET(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        status, headers, body = self.server.answer(self)
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_HEAD = do_POST = do_PURGE = do_GET

    def log_message(self, *arguments):
        """Say nothing: the requests are noted."""


class Front(ShippedNginx):
    """nginx before a server that counts its requests. The test sets what it answers."""

    def __init__(self, folder):
        super().__init__(folder)
        (folder / "static").symlink_to(ROOT / "static")
        self.seen, self.pages, self.upstream = [], {}, None
        self.up()

    def shipped(self):
        # A slow machine may need more time for a test.
        text = super().shipped()
        for short, long in (("inactive=10s", "inactive=10m"), ("timeout 500ms", "timeout 60s")):
            assert short in text
            text = text.replace(short, long)
        return text

    def up(self):
        self.upstream = Upstream(self.folder / "run" / "web.sock", self._answer)

    def down(self):
        self.upstream.stop()
        self.upstream = None

    def stop(self):
        self.stop_nginx()
        if self.upstream:
            self.down()
        for client in self.clients:
            client.close()

    def _answer(self, request):
        self.seen.append(request)
        status, headers, body = self.pages.get(request.path.partition("?")[0], PLAIN)
        return status, headers, body() if callable(body) else body

    def asked(self, path):
        """Return the requests for `path` that came through nginx."""
        return [request for request in list(self.seen) if request.path == path]

    def answers(self):
        try:
            return self.get("/health/").status_code == 200
        except httpx.TransportError:
            return False


PLAIN = (200, {"ETag": '"plain"'}, b"plain")


@pytest.fixture(scope="module")
def front(tmp_path_factory):
    front = Front(tmp_path_factory.mktemp("front"))
    try:
        front.start_nginx()
        wait_until(front.answers)
        yield front
    finally:
        front.stop()


_numbers = count(1)


@pytest.fixture
def path():
    """The address of a page that no other test asks for."""
    return f"{DAY}/page-{next(_numbers)}/"


def page(body=None, status=200, kept=LONG, **headers):
    """Return a page as Newsroom answers it; without `body` each request gets another text."""
    numbers = count(1)
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Cache-Control": "no-cache",
        "Vary": "Accept-Encoding",
        **({"X-Accel-Expires": kept} if kept else {}),
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    return status, headers, body or (lambda: f"text {next(numbers)}".encode())


def statuses_of(answers):
    return [answer.status_code for answer in answers]


# --- What is kept, and for how long ---------------------------------------------------------------


def test_a_page_that_ends_with_this_second_is_not_kept_for_a_longer_time(front, path):
    """The time is the one that the upstream knows: nginx counts whole seconds as well."""

    def now():
        return f"made in {int(time.time())}".encode()

    with front.client() as client:
        for _second in range(2):
            front.pages[path] = page(now, kept=f"@{int(time.time())}")
            made = client.get(path).text
            end = int(made.rpartition(" ")[2]) + 1
            wait_until(lambda end=end: time.time() > end)
            # Of that second nothing is left, however many ask.
            assert {client.get(path).text for _ in range(3)}.isdisjoint({made})


def test_a_page_is_asked_for_once_in_a_second(front, path):
    with front.client() as client:

        def in_one_second():
            front.seen.clear()
            second = int(time.time())
            front.pages[path] = page(kept=f"@{second}")
            texts = {client.get(path).text for _ in range(3)}
            return int(time.time()) == second and (texts, len(front.asked(path)))

        # A slow machine may need more than a second for three requests, but not each time.
        assert wait_until(in_one_second) == ({"text 1"}, 1)


@pytest.mark.parametrize("kept", [None, "0", PAST])
def test_a_page_that_may_not_be_kept_is_asked_for_each_time(front, path, kept):
    front.pages[path] = page(kept=kept)
    assert [front.get(path).text for _ in range(3)] == ["text 1", "text 2", "text 3"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Cache_Control": "public, max-age=600"},
        {"Expires": "Thu, 01 Jan 2099 00:00:00 GMT"},
        {"Surrogate_Control": "max-age=600"},
    ],
)
def test_no_other_header_makes_nginx_keep_an_answer(front, path, headers):
    front.pages[path] = page(kept=None, **headers)
    assert [front.get(path).text for _ in range(2)] == ["text 1", "text 2"]


def test_an_answer_with_a_cookie_is_never_kept(front, path):
    front.pages[path] = page(Set_Cookie="a=1")
    assert [front.get(path).text for _ in range(2)] == ["text 1", "text 2"]
    assert front.get(path).headers["Set-Cookie"] == "a=1"


def test_a_form_that_is_sent_always_reaches_newsroom(front, path):
    front.pages[path] = page()
    assert front.get(path).text == "text 1"
    with front.client() as client:
        assert [client.post(path, data={"a": "1"}).text for _ in range(2)] == ["text 2", "text 3"]
    assert front.get(path).text == "text 1"


@pytest.mark.parametrize("status", [301, 404, 410])
def test_the_answer_that_takes_the_place_of_a_page_is_kept_as_well(front, path, status):
    front.pages[path] = page(kept=PAST)
    assert front.get(path).status_code == 200
    front.pages[path] = page(status=status, Location="/")
    answers = [front.get(path) for _ in range(2)]
    assert statuses_of(answers) == [status] * 2
    assert {answer.text for answer in answers} == {"text 1"}


def test_pages_with_other_queries_are_others_and_so_are_those_of_other_addresses(front, path):
    front.pages[path] = page()
    texts = [front.get(f"{path}{query}").text for query in ("", "?before=1-2", "?before=1-3")]
    assert texts == ["text 1", "text 2", "text 3"]
    assert front.get(f"{path}?before=1-2").text == "text 2"


# --- What is asked of it --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        *(("gzip, deflate, br, zstd", "br, gzip"), ("br;q=1.0, gzip;q=0.8, *;q=0.1", "br, gzip")),
        *(("gzip", "gzip"), ("GZIP;q=0.5", "gzip"), ("gzip, br;q=0", "gzip"), ("br", "br")),
        *(("gzip;q=0, br ; q=0.001", "br"), ("x-gzip, brotli", None), ("gzip;q=0.000", None)),
        *(("identity", None), ("", None), ("*", None)),
    ],
)
def test_newsroom_hears_one_of_four_codings(front, path, accepted, coding):
    front.get(path, headers={"Accept-Encoding": accepted})
    (request,) = front.asked(path)
    assert request.headers["Accept-Encoding"] == coding
    assert (coding or "") in CODINGS


def test_each_coding_has_a_copy_of_its_own(front, path):
    plain = {"Accept-Encoding": "identity"}
    with front.client() as client:
        for coding, headers in (("br", BROWSER), ("gzip", {"Accept-Encoding": "gzip"})):
            front.pages[path] = (200, {**page()[1], "Content-Encoding": coding}, coding.encode())
            for _ in range(2):
                with client.stream("GET", path, headers=headers) as answer:
                    assert answer.headers["Content-Encoding"] == coding
                    assert b"".join(answer.iter_raw()) == coding.encode()
        front.pages[path] = page(b"a" * 2000, ETag='"strong"')
        for _ in range(2):
            answer = client.get(path, headers=plain)
            assert "Content-Encoding" not in answer.headers
            assert answer.headers["ETag"] == '"strong"'
            assert answer.text == "a" * 2000
    assert len(front.asked(path)) == 3


def test_what_newsroom_has_not_compressed_nginx_does(front, path):
    front.pages[path] = page(b"a" * 2000, kept=None, ETag='"strong"')
    answer = front.get(path, headers=BROWSER)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["ETag"] == 'W/"strong"'
    assert answer.text == "a" * 2000


@pytest.mark.parametrize("kept", [LONG, PAST, None])
@pytest.mark.parametrize(
    ("condition", "status"),
    [
        ({"If-None-Match": '"tag-br"'}, 304),
        ({"If-None-Match": 'W/"tag-br"'}, 304),
        ({"If-None-Match": '"other", W/"tag-br"'}, 304),
        ({"If-None-Match": "*"}, 304),
        ({"If-None-Match": '"tag"'}, 200),
        ({"If-None-Match": '"tag-gzip"'}, 200),
        ({"If-Modified-Since": "Thu, 01 Jan 2026 10:00:00 GMT"}, 304),
        ({"If-Modified-Since": "Thu, 01 Jan 2026 10:00:01 GMT"}, 304),
        ({"If-Modified-Since": "Thu, 01 Jan 2026 09:59:59 GMT"}, 200),
        ({"If-Modified-Since": "yesterday"}, 200),
        ({"Range": "bytes=0-3"}, 200),
        ({"Range": "bytes=0-3", "If-Range": '"tag-br"'}, 200),
    ],
)
def test_conditions_and_ranges_are_answered_as_newsroom_answers_them(
    front, path, condition, status, kept
):
    front.pages[path] = page(
        b"a" * 2000,
        kept=kept,
        Content_Encoding="br",
        ETag='"tag-br"',
        Last_Modified="Thu, 01 Jan 2026 10:00:00 GMT",
    )
    with front.client(headers=BROWSER) as client:
        for _ in range(2):
            with client.stream("GET", path, headers=condition) as answer:
                assert answer.status_code == status
                assert answer.headers["ETag"] == '"tag-br"'
                assert answer.headers["Cache-Control"] == "no-cache"
                assert answer.headers["Vary"] == "Accept-Encoding"
                body = b"".join(answer.iter_raw())
            assert body == (b"" if status == 304 else b"a" * 2000)
    # A condition never comes to Newsroom, whose answer to it would be kept for all.
    assert {
        name for seen in front.asked(path) for name in condition if name in seen.headers
    } == set()
    assert len(front.asked(path)) == (1 if kept == LONG else 2)


def test_a_request_for_the_headers_gets_those_of_the_page_and_brings_it_in(front, path):
    front.pages[path] = page(b"a" * 2000, Content_Encoding="br", ETag='"tag-br"')
    with front.client(headers=BROWSER) as client:
        heads = [client.head(path) for _ in range(2)]
        with client.stream("GET", path) as answer:
            assert b"".join(answer.iter_raw()) == b"a" * 2000
    assert [request.command for request in front.asked(path)] == ["GET"]
    for head in heads:
        assert head.content == b""
        assert _but_date(head.headers) == _but_date(answer.headers)


def _but_date(headers):
    return {name: value for name, value in headers.items() if name != "date"}


def test_what_is_for_other_caches_is_not_passed_on(front, path):
    front.pages[path] = page(
        Surrogate_Control="max-age=1",
        CDN_Cache_Control="max-age=1",
        Surrogate_Key="article site",
        Cache_Tag="article,site",
    )
    for _ in range(2):
        sent = front.get(path).headers
        assert sent["Cache-Control"] == "no-cache"
        hidden = {"x-accel-expires", "surrogate-control", "surrogate-key", "cache-tag"}
        assert not sent.keys() & {*hidden, "cdn-cache-control"}


class BehindCdn(Front):
    """The shipped file without the lines that docs/operations.md says to take out."""

    def shipped(self):
        lines = r"        proxy_cache .*?proxy_hide_header Cache-Tag;\n"
        text, count = re.subn(lines, "", super().shipped(), flags=re.DOTALL)
        assert count == 1
        return text


def test_behind_a_cdn_nginx_keeps_nothing_and_passes_on_what_is_for_the_cdn(tmp_path):
    front, path = BehindCdn(tmp_path), f"{DAY}/a/"
    front.pages[path] = page(Surrogate_Control="max-age=60", Cache_Tag="article,site")
    try:
        front.start_nginx()
        wait_until(front.answers)
        answers = [front.get(path) for _ in range(2)]
    finally:
        front.stop()
    assert [answer.text for answer in answers] == ["text 1", "text 2"]
    for answer in answers:
        assert answer.headers["Surrogate-Control"] == "max-age=60"
        assert answer.headers["Cache-Tag"] == "article,site"
        assert "X-Accel-Expires" not in answer.headers


# --- Many at once ---------------------------------------------------------------------------------


def test_many_who_want_a_page_that_nginx_has_not_ask_newsroom_once(front, path):
    goes_on = threading.Event()

    def slow():
        goes_on.wait(60)
        return b"slow"

    front.pages[path] = page(slow)
    with ThreadPoolExecutor(20) as pool:
        answers = [pool.submit(front.get, path) for _ in range(20)]
        wait_until(lambda: front.asked(path))
        # Enough for the others to come, and less than they wait for the first.
        time.sleep(0.3)
        goes_on.set()
        assert {answer.result().text for answer in answers} == {"slow"}
    assert len(front.asked(path)) == 1


def test_nobody_gets_the_page_of_before_while_another_fetches_the_new_one(front, path):
    front.pages[path] = page(b"old", kept=PAST)
    assert front.get(path).text == "old"
    # Both have to be with Newsroom at once.
    together = threading.Barrier(2)

    def body():
        together.wait(60)
        return b"new"

    front.pages[path] = page(body)
    with ThreadPoolExecutor(2) as pool:
        assert {answer.text for answer in pool.map(front.get, [path] * 2)} == {"new"}


@pytest.mark.parametrize("query", ["?utm_source=letter", "?before=1-2&x=1", "?q=rivers"])
def test_nobody_waits_for_another_where_newsroom_keeps_nothing(front, path, query):
    """Twenty come into the server together; each would wait in vain for the one before."""
    together = threading.Barrier(20)

    def body():
        together.wait(60)
        return b"own"

    front.pages[path] = page(body, kept=None)
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(front.get, [f"{path}{query}"] * 20))
    assert {answer.text for answer in answers} == {"own"}


ARGUMENTS = {
    "path": DAY[1:] + "/a",
    "slug": "a",
    "feed_format": "atom",
    "article_id": "1",
    "year": "2026",
    "month": "01",
    "day": "01",
}


def kept_addresses():
    """Return an address of each pattern that Newsroom may keep."""
    top = get_resolver()
    namespaces = {"": top} | {name: found for name, (_, found) in top.namespace_dict.items()}
    return {
        reverse(name, kwargs={argument: ARGUMENTS[argument] for argument in arguments})
        for name in QUERIES
        for patterns in namespaces[name.rpartition(":")[0]].reverse_dict.getlist(
            name.rpartition(":")[2]
        )
        for _template, arguments in patterns[0]
    }


def test_all_that_newsroom_may_keep_is_kept_and_nothing_else(front):
    queries = ["", "before=1-2", "after=12-3", "edition=2", "order=newest"]
    queries += ["order=featured&after=1-2", "order=newest&before=1-2"]
    addresses = sorted(kept_addresses())
    assert len(addresses) >= len(QUERIES)
    kept = [
        f"{path}?{query}".rstrip("?")
        for path in addresses
        for query in queries
        if is_kept(path, query)
    ]
    for path in addresses:
        front.pages[path] = page(b"kept")
    with front.client() as client:
        for address in kept:
            client.get(address)
            client.get(address)
            assert len(front.asked(address)) == 1, address
        for address in [
            *("/search/", "/search/?q=rivers", "/comments/article/1/atom.xml", "/comments/1/"),
            *("/comments/1/reply/", "/preview/abc/", "/health/", "/accent.css", "/?utm_source=a"),
            *("/comments/receipt/7/", "/admin/", "/static/none.css", "/media/none.jpg"),
        ]:
            assert not is_kept(*address.partition("?")[::2])
            front.seen.clear()
            front.pages[address.partition("?")[0]] = page(b"kept")
            client.get(address)
            client.get(address)
            assert len(front.asked(address)) == 2, address


# --- While Newsroom is down -----------------------------------------------------------------------


@pytest.fixture
def outage(front):
    """A function that ends the server behind nginx, until the end of the test."""
    yield front.down
    if front.upstream is None:
        front.up()


def test_in_an_outage_readers_get_what_nginx_has_and_a_page_about_it_otherwise(front, path, outage):
    other, gone, queried = (f"{DAY}/{name}/" for name in ("unknown", "gone", "queried"))
    front.pages[path] = page(kept=PAST, ETag='"tag"')
    front.pages[gone] = page(kept=PAST)
    front.pages[queried] = page(kept=None)
    for address in (path, gone, queried):
        assert front.get(address).status_code == 200
    front.pages[gone] = page(b"gone", status=410, kept=PAST)
    assert front.get(gone).status_code == 410
    outage()
    with front.client() as client:
        shown = client.get(path)
        assert (shown.status_code, shown.text) == (200, "text 1")
        assert client.get(path, headers={"If-None-Match": '"tag"'}).status_code == 304
        assert client.head(path).status_code == 200
        # What was withdrawn and asked for again is not shown once more.
        assert client.get(gone).status_code == 410
        for answer in (client.get(other), client.get(queried), client.post(path, data={"a": "1"})):
            assert answer.status_code == 503
            assert answer.text == UNAVAILABLE
            assert answer.headers["Retry-After"] == "30"


def test_after_an_outage_readers_get_the_new_page_at_once(front, path):
    front.pages[path] = page(kept=PAST)
    front.get(path)
    front.down()
    try:
        assert front.get(path).text == "text 1"
    finally:
        front.up()
    assert front.get(path).text == "text 2"


def test_a_failure_that_newsroom_answers_is_passed_on(front, path):
    front.pages[path] = page(kept=PAST)
    front.get(path)
    front.pages[path] = page(b"failed", status=500, kept=None)
    assert (front.get(path).status_code, front.get(path).text) == (500, "failed")


# --- Purging --------------------------------------------------------------------------------------


@pytest.fixture
def cache(front, monkeypatch, settings):
    """The nginx as Newsroom knows it; what it shall forget is a list of addresses."""
    settings.SITE_URL = f"https://{HOST}"
    monkeypatch.setattr(nginx, "addresses_of", lambda addresses: addresses)
    return Nginx(front.purge_url)


@pytest.mark.needs_nginx_purge
def test_a_purged_page_is_gone_in_all_codings_and_not_shown_in_an_outage(
    front, path, cache, outage
):
    other = f"{path}?before=1-2"
    front.pages[path] = page(kept=PAST)
    everybody = [{"Accept-Encoding": coding or "identity"} for coding in CODINGS]
    for address in (path, other):
        assert statuses_of(front.get(address, headers=who) for who in everybody) == [200] * 4
    # A second time nothing is there to be forgotten, which is as good.
    cache.forget([path])
    cache.forget([path])
    outage()
    assert statuses_of(front.get(path, headers=who) for who in everybody) == [503] * 4
    assert statuses_of(front.get(other, headers=who) for who in everybody) == [200] * 4


@pytest.mark.needs_nginx_purge
def test_a_purged_page_is_asked_for_again_at_once(front, path, cache):
    front.pages[path] = page()
    assert [front.get(path).text for _ in range(2)] == ["text 1"] * 2
    cache.forget([path])
    assert [front.get(path).text for _ in range(2)] == ["text 2"] * 2


@pytest.mark.needs_nginx_purge
def test_only_the_purge_server_purges_and_it_does_nothing_else(front, path, cache):
    front.pages[path] = page()
    front.get(path, headers={"Accept-Encoding": "gzip"})
    with front.client() as client:
        assert client.request("PURGE", path).text == "text 2"
    address = f"{front.purge_url}{path}"
    assert httpx.get(address, headers={"Host": HOST}).status_code == 405
    other_host = {"Host": "other.example", "Accept-Encoding": "gzip"}
    assert httpx.request("PURGE", address, headers=other_host).status_code == 404
    assert front.get(path, headers={"Accept-Encoding": "gzip"}).text == "text 1"
    front.stop_nginx()
    try:
        with pytest.raises(NotPurged):
            cache.forget([path])
    finally:
        front.start_nginx()
        wait_until(front.answers)


def test_without_the_module_nginx_needs_nothing_but_the_other_file(tmp_path):
    bare = ShippedNginx(tmp_path, has_purge=False)
    bare.start_nginx()
    bare.stop_nginx()
    assert "cache_purge" not in (tmp_path / "nginx.conf").read_text()


@pytest.mark.needs_nginx_purge
def test_the_purge_server_listens_to_this_machine_only(front):
    text = (ROOT / "deploy" / "nginx-purge.conf").read_text()
    assert "listen 127.0.0.1:8081;" in text
    assert "allow 127.0.0.1;\n    deny all;" in text
