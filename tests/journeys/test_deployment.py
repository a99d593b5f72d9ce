"""The files of deploy/, run as they are: what readers, attackers and operators get through them."""

import os
import re
import signal
import socket
import ssl
import threading
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import httpx
import pytest
from django.urls import get_resolver
from django.urls.converters import UUIDConverter

from ..private_addresses import PRIVATE, SECRETS
from .deployment import HOST, Deployment, unit
from .site import ROOT, database_locked, forms_of, running_site, wait_until

pytestmark = [pytest.mark.needs_nginx, pytest.mark.any_database]

TOKEN = "cq1x7f-" + "5a" * 16
ADDRESSES = (f"127.0.{number // 200}.{2 + number % 200}" for number in count())


@pytest.fixture(scope="module")
def deployed(template, akismet, tmp_path_factory):
    folder = tmp_path_factory.mktemp("deployed")
    with running_site(
        folder,
        template,
        akismet,
        kind=Deployment,
        COMMENTS_NETWORK_LIMIT="1000000",
        COMMENTS_RATE_LIMIT="1000000",
    ) as site:
        site.python(
            "s = Section.objects.create(name='City', slug='city');"
            "a = Article.objects.create(headline='The river', body='<p>High.</p>' * 50, section=s);"
            "a.press(by=None)"
        )
        site.path = site.python("print(Article.objects.get().path)")
        yield site


@pytest.fixture
def address():
    """An address of this machine from which no other test asks."""
    return next(ADDRESSES)


def comment(site, client, text, **headers):
    form = forms_of(client.get(site.path).text)["comment-form"]
    return client.post(
        form["action"].partition("#")[0],
        data={**form["values"], "name": "Jeanne", "comment": text},
        headers={"Origin": f"https://{HOST}", **headers},
    )


# --- Pages and files ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        *("/", "ARTICLE", "/atom.xml", "/rss.xml", "/sitemap-listings.xml", "/sitemap-news.xml"),
        *("/static/favicon.svg", "/static/css/base.css"),
    ],
)
def test_what_everybody_gets_is_compressed_and_revalidated(deployed, path):
    path = deployed.path if path == "ARTICLE" else path
    page = deployed.get(path, headers={"Accept-Encoding": "gzip"})
    assert page.status_code == 200
    # nginx leaves very short answers as they are.
    if len(page.content) > 1000:
        assert page.headers["Content-Encoding"] == "gzip"
        assert "Accept-Encoding" in page.headers["Vary"]
    headers = {"Accept-Encoding": "gzip", "If-None-Match": page.headers["ETag"]}
    assert deployed.get(path, headers=headers).status_code == 304


def test_long_feeds_and_sitemaps_are_among_the_compressed(deployed):
    for path in ("/atom.xml", "/rss.xml", "/sitemap-listings.xml", "/sitemap-news.xml"):
        page = deployed.get(path, headers={"Accept-Encoding": "gzip"})
        mime_type = page.headers["Content-Type"].partition(";")[0]
        (types,) = re.findall(r"gzip_types ([^;]+);", (ROOT / "deploy/nginx.conf").read_text())
        assert mime_type in types.split(), path


def test_pages_that_hold_the_data_of_a_person_are_not_compressed(deployed):
    reader = deployed.client(headers={"Accept-Encoding": "gzip"})
    answer = comment(deployed, reader, "Which pages are compressed?")
    receipt = reader.get(answer.headers["Location"])
    assert len(receipt.content) > 1000
    assert "Content-Encoding" not in receipt.headers
    login = reader.get("/admin/login/")
    assert len(login.content) > 1000
    assert "Content-Encoding" not in login.headers


def test_static_files_are_kept_for_ever_if_their_name_says_so(deployed):
    (hashed,) = set(re.findall(r"/static/css/base\.[0-9a-f]{12}\.css", deployed.get("/").text))
    assert "immutable" in deployed.get(hashed).headers["Cache-Control"]
    assert deployed.get("/static/css/base.css").headers["Cache-Control"] == "no-cache"


def test_pictures_come_from_the_media_folder_and_run_nothing(deployed):
    (deployed.folder / "media" / "a.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    picture = deployed.get("/media/a.svg")
    assert picture.status_code == 200
    assert picture.headers["Content-Security-Policy"] == "default-src 'none'"
    assert picture.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["/static/none.css", "/media/none.jpg", "/media/", "/none/"])
def test_what_is_not_there_is_answered_by_a_page_of_ours(deployed, path):
    page = deployed.get(path)
    assert page.status_code == 404
    assert "This page is not in the paper" in page.text


@pytest.mark.parametrize(
    "path", ["/static/../newsroom.env", "/media/..%2fnewsroom.env", "/errors/"]
)
def test_no_other_file_is_served(deployed, path):
    answer = deployed.raw([f"GET {path} HTTP/1.1", f"Host: {HOST}", "Connection: close"])
    assert answer.split()[1] in ("400", "404")
    assert "SECRET_KEY" not in answer


def test_plain_http_leads_to_https_and_browsers_are_offered_http_2(deployed):
    plain = httpx.get(f"http://127.0.0.1:{deployed.http_port}/archive/?a=1", headers={"Host": HOST})
    assert plain.status_code == 301
    assert plain.headers["Location"] == f"https://{HOST}/archive/?a=1"
    context = ssl.create_default_context(cafile=str(deployed.certificate))
    context.set_alpn_protocols(["h2", "http/1.1"])
    with (
        socket.create_connection(("127.0.0.1", deployed.https_port)) as connection,
        context.wrap_socket(connection, server_hostname=HOST) as tls,
    ):
        assert tls.selected_alpn_protocol() == "h2"


# --- Who asks, and for which host -----------------------------------------------------------------


@pytest.mark.parametrize(
    "lines",
    [
        ["X-Forwarded-For: 203.0.113.9"],
        ["X-Forwarded-For: 203.0.113.9", "X-Forwarded-For: 203.0.113.8"],
        ["X_Forwarded_For: 203.0.113.9"],
        ["X_FORWARDED-FOR: 203.0.113.9", "x-forwarded_for: 203.0.113.8"],
        ["X.Forwarded.For: 203.0.113.9"],
        ["Forwarded: for=203.0.113.9;host=evil.example", "X-Real-IP: 203.0.113.9"],
        ["X-Forwarded-Proto: http", "X_Forwarded_Proto: http"],
        ["X-Forwarded-Host: evil.example", "X_Forwarded_Host: evil.example"],
        ["Remote-Addr: 203.0.113.9", "Remote_Addr: 203.0.113.9"],
    ],
)
def test_no_header_of_a_reader_changes_the_address_that_newsroom_sees(deployed, address, lines):
    text = f"From {address}"
    form = forms_of(deployed.get(deployed.path).text)["comment-form"]
    body = httpx.Request(
        "POST", "https://x/", data={**form["values"], "name": "A", "comment": text}
    )
    body = body.read()
    answer = deployed.raw(
        [
            f"POST {form['action'].partition('#')[0]} HTTP/1.1",
            *(f"Host: {HOST}", f"Origin: https://{HOST}", "Connection: close"),
            "Content-Type: application/x-www-form-urlencoded",
            f"Content-Length: {len(body)}",
            *lines,
        ],
        body=body,
        address=address,
    )
    assert answer.split()[1] == "303", answer
    assert "evil.example" not in answer
    (seen,) = deployed.python(
        f"print(*Trace.objects.filter(comment__text={text!r}).values_list('ip_address', flat=True))"
    ).split()
    assert seen == address


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "news.example.evil.example"])
def test_a_request_for_another_host_is_closed_without_a_word(deployed, host):
    with socket.create_connection(("127.0.0.1", deployed.http_port)) as plain:
        plain.sendall(f"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        assert plain.recv(1000) == b""
    with pytest.raises(ssl.SSLError, match=r"(?i)unrecognized.name"):
        deployed.raw(["GET / HTTP/1.1", f"Host: {host}"], host=host)
    assert deployed.raw(["GET / HTTP/1.1", f"Host: {host}"]) == ""


def test_each_server_of_the_file_listens_to_ipv6_as_to_ipv4():
    text = (ROOT / "deploy" / "nginx.conf").read_text()
    ipv4 = re.findall(r"listen (\d.*);", text)
    assert ipv4
    assert re.findall(r"listen \[::\]:(.*);", text) == ipv4


# --- Bounds ---------------------------------------------------------------------------------------


def is_ours(answer, name):
    """Return whether nginx answered with our error page `name`, under its strict policy."""
    assert answer.headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    return answer.text == (ROOT / "static" / "errors" / f"{name}.html").read_text()


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        *(("/admin/login/", 20), ("/admin/login/?next=/admin/", 20), ("/admin/%6cogin/", 20)),
        *(("/admin/password_reset/", 5), ("/admin/reset/MQ/set-password/", 20)),
    ],
)
def test_a_flood_of_logins_and_resets_is_asked_to_wait(deployed, address, path, allowed):
    client = deployed.client(address)
    # Nobody sends eighty more in the seconds that the brake adds.
    answers = [client.post(path, data={"username": "editor"}) for _ in range(allowed + 80)]
    page = (ROOT / "static" / "errors" / "too-many-requests.html").read_text()
    assert page not in [answer.text for answer in answers[:allowed]]
    refused = [answer for answer in answers if answer.text == page]
    assert refused
    assert is_ours(refused[0], "too-many-requests")
    assert refused[0].status_code == 429
    assert refused[0].headers["Retry-After"] == "60"
    assert client.get("/admin/login/").status_code == 200
    assert deployed.client(next(ADDRESSES)).post(path).text != page


def test_a_form_of_a_reader_is_a_megabyte_at_most_and_a_picture_25(deployed):
    client = deployed.client()
    path = "/comments/article/1/"
    for too_large in (
        client.post(path, content=b"a" * (1024 * 1024 + 1)),
        client.post("/admin/login/", content=b"a" * (1024 * 1024 + 1)),
        client.post("/admin/articles/image/add/", content=b"a" * (25 * 1024 * 1024 + 1)),
        client.post(path, content=(b"a" * 100_000 for _ in range(12))),
    ):
        assert too_large.status_code == 413
        assert is_ours(too_large, "too-large")
        assert "Retry-After" not in too_large.headers
    picture = client.post("/admin/articles/image/add/", content=b"a" * 20 * 1024 * 1024)
    # nginx lets it pass; Newsroom takes it from staff who are logged in, and refuses it here.
    assert picture.status_code == 413
    assert picture.text != (ROOT / "static" / "errors" / "too-large.html").read_text()
    assert client.post(path, content=b"a" * 1_000_000).status_code != 413


def test_an_error_that_newsroom_answers_is_passed_on(deployed):
    deployed.kill_worker()
    deployed.python("WorkerStatus.objects.all().delete()")
    worker = deployed.get("/health/worker/")
    assert worker.status_code == 503
    assert "<html" not in worker.text


# --- Logs -----------------------------------------------------------------------------------------


def private_paths():
    """Return the paths of all pages whose address holds a UUID or a token, and those secrets."""
    for pattern in _patterns(get_resolver(), ""):
        route, converters = pattern
        names = [name for name in converters if name in ("token", "uidb64")]
        names += [name for name, kind in converters.items() if isinstance(kind, UUIDConverter)]
        if not names:
            continue
        secrets = {
            name: TOKEN if name in ("token", "uidb64") else str(uuid.uuid4()) for name in names
        }
        yield re.sub(r"<(?:\w+:)?(\w+)>", lambda m, s=secrets: s.get(m[1], "1"), route), secrets


def _patterns(resolver, prefix):
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from _patterns(pattern, route)
        else:
            yield route, pattern.pattern.converters


def logged(site):
    return "".join(file.read_text(errors="replace") for file in site.logs.iterdir())


@pytest.mark.parametrize("is_up", [True, False])
def test_no_log_of_nginx_holds_a_private_address_or_a_search(deployed, is_up):
    pages = list(private_paths())
    assert len(pages) >= 7
    encoded = str(uuid.uuid4())
    if not is_up:
        deployed.stop_granian()
    client = deployed.client()
    try:
        for path, _secrets in pages:
            client.get(f"/{path}")
            client.post(f"/{path}", content=b"a" * 2_000_000)
            client.get("/none/", headers={"Referer": f"https://{HOST}/{path}?next=1"})
            client.get("/media/none.jpg", headers={"Referer": f"https://{HOST}/{path}"})
            httpx.get(
                f"http://127.0.0.1:{deployed.http_port}/{path}",
                headers={"Host": HOST, "Referer": f"https://{HOST}/{path}"},
            )
            with pytest.raises(httpx.RemoteProtocolError):
                httpx.get(f"http://127.0.0.1:{deployed.http_port}/{path}")
        client.get(f"/comments/%72eceipt/{encoded}/")
        client.get(f"/comments//receipt//{encoded}/")
        client.get(f"/comments/%2e/receipt/{encoded.upper()}/")
        client.get(f"/comments/receipt/{encoded}")
        client.get("/search/?q=clandestine")
    finally:
        if not is_up:
            deployed.start_granian()
            wait_until(deployed.is_up)
    # nginx logs a request after it was answered; the last one is the search.
    wait_until(lambda: f'"GET /search/ HTTP/1.1" {200 if is_up else 503} ' in logged(deployed))
    log = logged(deployed)
    for path, secrets in pages:
        for secret in secrets.values():
            assert secret not in log, path
    assert encoded not in log.lower()
    assert "clandestine" not in log
    assert '"GET /comments/receipt/(private) HTTP/1.1"' in log
    assert f'"https://{HOST}/"' in log


def test_nginx_masks_each_address_that_the_log_of_newsroom_masks(deployed):
    before = len(logged(deployed))
    for address in PRIVATE:
        path = address if address.startswith("/") else "/"
        lines = [f"GET {path} HTTP/1.1", f"Host: {HOST}", "Connection: close"]
        deployed.raw([*lines, f"Referer: https://{HOST}{address}"])
    last = '"GET /archive/ HTTP/1.1" 200 '
    deployed.get("/archive/")
    wait_until(lambda: last in logged(deployed)[before:])
    # Sizes and times, which may have any digits, come after these.
    requests = re.findall(r'"GET (.*?)" \d+ \d+ "(.*?)"', logged(deployed)[before:])
    assert len(requests) == len(PRIVATE) + 1
    for secret in SECRETS:
        assert secret not in str(requests).lower()


# --- Whatever ends --------------------------------------------------------------------------------


def test_while_newsroom_is_down_nginx_shows_a_page_of_ours(deployed):
    client = deployed.client()
    form = forms_of(client.get(deployed.path).text)["comment-form"]
    deployed.stop_granian()
    try:
        for answer in (
            # A page that nginx never has a copy of.
            client.get("/search/"),
            client.get("/admin/"),
            client.get("/media/none.jpg"),
            client.post(form["action"].partition("#")[0], data={"comment": "Lost?"}),
        ):
            assert answer.status_code == 503
            assert answer.headers["Retry-After"] == "30"
            assert is_ours(answer, "unavailable")
        for sheet in re.findall(r'href="(/static/[^"]+)"', answer.text):
            assert client.get(sheet).status_code == 200
    finally:
        deployed.start_granian()
        wait_until(deployed.is_up)
    assert client.get("/").status_code == 200


@pytest.mark.needs_nginx_purge
def test_nginx_forgets_an_article_at_each_of_its_addresses(deployed):
    front = {"Accept-Encoding": "gzip"}
    deployed.get("/", headers=front)
    # It fails unless nginx confirms each of some hundred requests.
    deployed.python(
        "from newsroom.shared_caches.nginx import Nginx;"
        "Nginx(settings.PURGE_NGINX_URLS[0]).forget([('article', 1)])"
    )
    asked = httpx.request("PURGE", deployed.purge_url, headers={"Host": HOST, **front})
    assert asked.status_code == 404


@pytest.mark.needs_nginx_purge
def test_while_newsroom_restarts_readers_read_on_but_nothing_that_was_withdrawn(deployed):
    withdrawn = deployed.python(
        "a = Article.objects.create(headline='Wrong', body='<p>It was.</p>',"
        " section=Section.objects.get());"
        "a.press(by=None);"
        "print(a.path)"
    )
    client, reader, seen = deployed.client(), deployed.client(), Counter()
    over = threading.Event()

    def read_on():
        while not over.is_set():
            seen[reader.get(deployed.path).status_code] += 1

    reading = threading.Thread(target=read_on)
    reading.start()
    try:
        assert client.get(withdrawn).status_code == 200
        deployed.python(
            "from newsroom.shared_caches.nginx import Nginx;"
            "a = Article.objects.get(headline='Wrong');"
            "a.withdraw(by=None);"
            "Nginx(settings.PURGE_NGINX_URLS[0]).forget([('article', a.pk)])"
        )
        deployed.stop_granian()
        before = seen[200]
        wait_until(lambda: seen.total() > before + 10)
        assert is_ours(client.get(withdrawn), "unavailable")
        deployed.start_granian()
        wait_until(deployed.is_up)
        assert client.get(withdrawn).status_code == 410
    finally:
        over.set()
        reading.join()
    assert set(seen) == {200}


class Crowd:
    """Readers who go on reading and posting, each from an address of its own."""

    def __init__(self, site):
        self.site, self.answers, self.enough = site, Counter(), threading.Event()
        self.failed = []
        self.threads = [threading.Thread(target=self._go_on, args=[n]) for n in range(4)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        wait_until(lambda: self.answers["POST", 303] > 4)
        return self

    def __exit__(self, *exception):
        more = self.answers["POST", 303] + 10
        wait_until(lambda: self.answers["POST", 303] > more)
        self.enough.set()
        for thread in self.threads:
            thread.join()

    def _go_on(self, number):
        client = self.site.client(f"127.1.0.{number + 2}")
        form = forms_of(client.get(self.site.path).text)["comment-form"]
        path = form["action"].partition("#")[0]
        for turn in count():
            if self.enough.is_set():
                return
            words = {"name": f"Crowd {number}", "comment": f"{uuid.uuid4()} {turn}"}
            try:
                page = client.get("/")
                sent = client.post(
                    path,
                    data={**form["values"], **words},
                    headers={"Origin": f"https://{HOST}"},
                )
            except httpx.TransportError as error:
                self.failed.append(repr(error))
                continue
            self.answers["GET", page.status_code] += 1
            self.answers["POST", sent.status_code] += 1


def stored(site):
    return int(site.python("print(Comment.objects.filter(name__startswith='Crowd').count())"))


def test_a_reload_loses_no_request_and_reads_the_settings_again(deployed):
    before, old = stored(deployed), set(deployed.children())
    assert len(old) == 1
    deployed.write_settings(SITE_NAME="The Reloaded Post")
    with Crowd(deployed) as crowd:
        assert deployed.reload()
        wait_until(lambda: len(new := set(deployed.children())) == 1 and not new & old)
    assert crowd.failed == []
    assert set(crowd.answers) == {("GET", 200), ("POST", 303)}
    assert stored(deployed) - before == crowd.answers["POST", 303]
    # nginx may have a copy of this second.
    wait_until(lambda: "The Reloaded Post" in deployed.get("/").text)


def test_a_reload_waits_for_requests_that_the_old_processes_are_busy_with(deployed):
    old, said = set(deployed.children()), len(deployed.log)
    readers = [deployed.client(next(ADDRESSES)) for _ in range(8)]
    form = forms_of(deployed.get(deployed.path).text)["comment-form"]

    def send(reader):
        data = {**form["values"], "name": "Patient", "comment": str(uuid.uuid4())}
        path = form["action"].partition("#")[0]
        return reader.post(path, data=data, headers={"Origin": f"https://{HOST}"}).status_code

    with ThreadPoolExecutor(len(readers)) as pool:
        with database_locked(deployed):
            sent = [pool.submit(send, reader) for reader in readers]
            wait_until(lambda: deployed.connections() == len(readers))
            deployed.hang_up()
            wait_until(lambda: "Stopping old worker-1" in deployed.log[said:])
        assert [future.result() for future in sent] == [303] * len(readers)
    wait_until(lambda: len(new := set(deployed.children())) == 1 and not new & old)


def test_a_reload_that_would_end_the_site_is_refused(deployed):
    old = deployed.children()
    for name, value in {"SITE_URL": "http://news.example", "ALLOWED_HOSTS": "*"}.items():
        deployed.write_settings(**{name: value})
        assert not deployed.reload()
    deployed.write_settings()
    deployed.manage("migrate", "comments", "zero", "--fake", "--verbosity=0")
    try:
        assert not deployed.reload()
    finally:
        deployed.manage("migrate", "comments", "--fake", "--verbosity=0")
    assert deployed.children() == old
    assert deployed.get("/").status_code == 200


def test_a_killed_process_is_replaced_and_readers_go_on(deployed):
    old = set(deployed.children())
    with Crowd(deployed) as crowd:
        os.kill(min(old), signal.SIGKILL)
        wait_until(lambda: len(new := set(deployed.children())) == 1 and min(old) not in new)
    assert deployed.server.poll() is None
    assert crowd.failed == []
    # A GET is asked again, of the process that takes the place of the old one. A POST may have been
    # stored, so it isn't, and its reader is told so.
    assert {key for key in crowd.answers if key[0] == "GET"} == {("GET", 200)}
    assert {status for method, status in crowd.answers if method == "POST"} <= {303, 503}


def test_after_all_its_processes_were_killed_it_starts_again(deployed):
    deployed.kill_server()
    assert deployed.get("/search/").status_code == 503
    deployed.start_granian()
    wait_until(deployed.is_up)


# --- The files agree ------------------------------------------------------------------------------


def test_services_and_commands_by_hand_read_the_same_settings_as_the_same_user():
    wrapper = (ROOT / "deploy" / "newsroom").read_text()
    for name in ("newsroom-web.service", "newsroom-worker.service"):
        service = unit(name)
        assert service["Environment"] == "ENV_FILE=/etc/newsroom.env"
        assert service["Environment"] in wrapper
        assert f"--reuid {service['User']} " in wrapper
        assert f"cd {service['WorkingDirectory']}\n" in wrapper
        assert "EnvironmentFile" not in service
        assert (
            f"root /var/lib/{service['StateDirectory']};"
            in (ROOT / "deploy" / "nginx.conf").read_text()
        )


def test_nginx_warns_of_nothing_in_the_file_but_what_its_older_versions_need(deployed):
    warnings = (deployed.logs / "start.log").read_text().splitlines()
    assert [
        line for line in warnings if '"listen ... http2" directive is deprecated' not in line
    ] == []
