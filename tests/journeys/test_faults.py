"""A running site with faults: broken requests, a full disk, a missing table, a missing database."""

import os
import resource
import socket
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import httpx
import pytest

from .site import mails_in, running_site, wait_until

FORM = "Content-Type: application/x-www-form-urlencoded"
MULTIPART = "Content-Type: multipart/form-data; boundary=x"


@pytest.fixture
def own_site(template, akismet, tmp_path):
    """A site of this test alone, which may break it."""
    with running_site(tmp_path, template, akismet, LANGUAGE_CODE="fr") as site:
        yield site


def raw(site, request: bytes) -> bytes:
    """Send bytes as they are; return the beginning of the answer."""
    with socket.create_connection(("127.0.0.1", site.port), timeout=300) as connection:
        # The server may answer, and close the connection, before it got the whole body.
        with suppress(OSError):
            connection.sendall(request)
        return connection.recv(65536)


def request(site, line, *headers, body=b"", host=None) -> bytes:
    lines = [f"{line} HTTP/1.1", f"Host: {host or f'127.0.0.1:{site.port}'}", "Connection: close"]
    lines += headers
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def kept(site) -> list:
    file = Path(site.folder) / "errors.sqlite3"
    if not file.exists():
        return []
    with closing(sqlite3.connect(file)) as rows:
        return rows.execute("SELECT summary, total FROM errors").fetchall()


#: Lines of broken requests, their bodies, and the statuses of the answers.
POST = "POST /comments/article/1/"
BROKEN = [
    (["GET /search/?q=%20", "Content-Type: text/plain; charset=hex"], b"", {200}),
    (["GET /search/?q=%20", "Content-Type: text/plain; charset=undefined"], b"", {200}),
    (["GET /", "Content-Type: text/plain; charset*=bogus''x"], b"", {200}),
    (["GET /search/?" + "a=1&" * 1100, "Content-Type: a/b; charset=utf-8"], b"", {400}),
    ([POST, FORM], b"a=1&" * 1100, {400, 404}),
    ([POST, FORM], b"a" * 6_000_000, {413}),
    (["POST /admin/login/", "Content-Type: multipart/form-data"], b"a", {400, 403}),
    (["GET /%ff%fe/"], b"", {404}),
    (["GET /media/%00"], b"", {404}),
    (["GET /media/%2e%2e/%2e%2e/etc/passwd"], b"", {400}),
    (["FOO /"], b"", {403, 405}),
    (["GET /admin/", "Cookie: sessionid=\xff; =;"], b"", {302}),
    (["GET /admin/login/", "Accept-Language: \xff;q=9"], b"", {200}),
    (["GET /", "If-Modified-Since: Thu, 99 Foo 99999 99:99:99 GMT"], b"", {200}),
]


def test_broken_requests_are_answered_and_neither_kept_nor_mailed(site):
    for lines, body, expected in BROKEN:
        answer = raw(site, request(site, *lines, body=body))
        assert int(answer.split()[1]) in expected, lines
    for host in ("evil.example", "\xff\xfe", "a,b"):
        assert int(raw(site, request(site, "GET /", host=host)).split()[1]) == 400
    # A connection that ends inside the body.
    with socket.create_connection(("127.0.0.1", site.port)) as connection:
        connection.sendall(request(site, POST, FORM, "Content-Length: 1000") + b"comment=a")
    assert kept(site) == []
    assert "Traceback" not in site.log
    assert "Application callable raised" not in site.log


def test_a_body_without_a_length_is_read_by_nobody(site):
    chunk = b"ff\r\n" + b"a" * 255 + b"\r\n"
    head = request(site, "POST /comments/article/1/", MULTIPART, "Transfer-Encoding: chunked")
    answer = raw(site, head + chunk * 4000 + b"0\r\n\r\n")
    assert int(answer.split()[1]) in (404, 422)


def test_an_error_is_mailed_by_the_worker_once_and_masked(own_site):
    own_site.python(
        "from django.db import connection\n"
        "with connection.cursor() as cursor:\n"
        "    cursor.execute('ALTER TABLE articles_frontslot RENAME TO away')"
    )
    for _time in range(3):
        assert httpx.get(own_site.url).status_code == 500
    ((summary, total),) = kept(own_site)
    assert total == 3
    said = "".join(wait_until(lambda: mails_in(own_site.folder / "mail")))
    assert "To: admin@news.example" in said
    assert summary[:40] in said
    assert "GET /" in said


@pytest.mark.needs_sqlite
def test_a_full_disk_is_told_apart_from_a_site_that_cannot_be_read(own_site):
    """A limit for the size of files stands for the full disk: the server cannot write any more."""
    assert httpx.get(f"{own_site.url}/health/write/").text == "ok\n"
    own_site.kill_server()
    own_site.start_server()
    for pid in processes_of(own_site.server.pid):
        hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)[1]
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, hard))
    headers = {"Host": "10.0.0.7"}
    answer = httpx.get(f"{own_site.url}/health/write/", headers=headers)
    assert (answer.status_code, answer.text) == (503, "cannot write: OperationalError\n")
    assert httpx.get(f"{own_site.url}/health/", headers=headers).text == "ok\n"


def test_a_site_without_its_database_says_so(own_site):
    own_site.kill_server()
    own_site.env["DATABASE_URL"] = (
        "sqlite:////nowhere/at/all.sqlite3"
        if own_site.database.startswith("sqlite")
        else "postgres://newsroom@127.0.0.1:9/nothing"
    )
    own_site.launch_server()
    words = [("", "cannot read"), ("write/", "cannot write"), ("worker/", "unknown")]
    for path, word in words:
        answer = wait_until(lambda path=path: answer_of(f"{own_site.url}/health/{path}"))
        assert answer.status_code == 503
        assert answer.text.startswith(f"{word}: ")
    assert kept(own_site) == []


def answer_of(url):
    try:
        return httpx.get(url, headers={"Host": "10.0.0.7"})
    except httpx.TransportError:
        return None


def processes_of(pid) -> list[int]:
    """Return the process `pid` and all that descend from it."""
    found = [pid]
    for parent in found:
        children = Path(f"/proc/{parent}/task/{parent}/children")
        found += [int(child) for child in children.read_text().split()]
    assert os.getpid() not in found
    return found
