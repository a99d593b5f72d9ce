"""Broken requests are answered, and neither kept nor mailed; no request ever sends mail."""

import ast
import logging

import pytest
from django.conf import settings as site
from django.test import Client

from newsroom.errors import log_lines, mail
from tests.comments.reader import Reader
from tests.conftest import smtp
from tests.mail_server import running_mail_server

from .faults import kept

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=x"
FILE = b'--x\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\nx\r\n'
BASE64 = b"\r\nContent-Transfer-Encoding: base64\r\n\r\n!"
BROKEN = {
    "wrong host": ("get", ("/",), {"headers": {"Host": "evil.example"}}, 400),
    "no host": ("get", ("/",), {"headers": {"Host": "\x00"}}, 400),
    "1,100 fields": ("post", ("{post}", "a=1&" * 1100, FORM), {}, 400),
    "1,100 parameters": ("get", ("/search/?" + "a=1&" * 1100,), {}, 400),
    "6 MB": ("post", ("{post}", "a" * 6_000_000, FORM), {}, 413),
    "6 MB to the admin": ("post", ("/admin/login/", "a" * 6_000_000, FORM), {}, 413),
    "200 files": ("post", ("{post}", FILE * 200 + b"--x--", MULTIPART), {}, 400),
    "no boundary": ("post", ("{post}", b"abc", "multipart/form-data"), {}, 400),
    "base64": (
        "post",
        (
            "{post}",
            FILE.replace(b"\r\n\r\n", b"\r\nContent-Transfer-Encoding: base64\r\n\r\n!"),
            MULTIPART,
        ),
        {},
        400,
    ),
    "not UTF-8": ("post", ("{post}", b"a", f"{FORM}; charset=utf-16"), {}, 400),
    "a path out of the media": ("get", ("/media/../../etc/passwd",), {}, 400),
    "no token": ("post", ("/admin/login/",), {}, 403),
    "not found": ("get", ("/nothing/",), {}, 404),
    "no such method": ("generic", ("FOO", "/"), {}, 403),
}


@pytest.mark.django_db
@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_request_is_answered_and_neither_kept_nor_mailed(
    article, admins, mailoutbox, capsys, case
):
    method, (path, *body), options, status = BROKEN[case]
    client = Client(raise_request_exception=False, enforce_csrf_checks=True)
    answer = getattr(client, method)(
        path.format(post=f"/comments/article/{article.pk}/"), *body, **options
    )
    assert answer.status_code == status
    assert "text/html" in answer["Content-Type"]
    assert "Traceback" not in answer.text
    assert kept() == []
    assert mail.send_due() == 0
    assert mailoutbox == []


@pytest.mark.parametrize("case", ["wrong host", "1,100 fields", "no boundary", "6 MB"])
@pytest.mark.django_db
def test_a_broken_request_writes_one_short_line_at_most(article, case, visitor):
    lines = []

    class Recorder(logging.StreamHandler):
        def emit(self, record):
            lines.append(self.format(record))

    recorder = Recorder()
    recorder.setFormatter(log_lines.LogFormatter("%(levelname)s %(name)s: %(message)s"))
    logging.getLogger().addHandler(recorder)
    try:
        method, (path, *body), options, _status = BROKEN[case]
        path = path.format(post=f"/comments/article/{article.pk}/")
        getattr(visitor, method)(path, *body, **options)
    finally:
        logging.getLogger().removeHandler(recorder)
    assert len("\n".join(lines).splitlines()) <= 1
    assert all(len(line) < 300 for line in lines)


@pytest.mark.django_db
def test_no_mail_leaves_from_a_request_however_it_ends(article, settings, admins, broken, visitor):
    """With a mail server that is slow, twelve such requests would make a reader wait."""
    with running_mail_server(delay=30) as server:
        settings.MAILERS = smtp(server.port)
        for case in ("wrong host", "1,100 fields", "6 MB"):
            method, (path, *body), options, _status = BROKEN[case]
            for _time in range(4):
                path = path.format(post=f"/comments/article/{article.pk}/")
                getattr(visitor, method)(path, *body, **options)
        reader = Reader(visitor, article)
        assert reader.comment().status_code == 500
        assert server.connections == 0
    assert len(kept()) == 1


def test_only_modules_for_the_worker_send_mail():
    """The one for forgotten passwords is Django's own; the brakes on it are tested elsewhere."""
    senders = set()
    for app in ("common", "articles", "comments", "newsroom"):
        for path in (site.BASE_DIR / app).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
                    "django.core.mail"
                ):
                    senders.add(str(path.relative_to(site.BASE_DIR)))
    assert senders >= {"newsroom/errors/mail.py"}
    assert not any("/views" in path or "/admin/" in path for path in senders)


def test_no_log_handler_sends_mail():
    named = [logging.getLogger(name) for name in list(logging.root.manager.loggerDict)]
    handlers = {
        type(handler).__name__ for logger in [logging.root, *named] for handler in logger.handlers
    }
    assert "ErrorHandler" in handlers
    assert "AdminEmailHandler" not in handlers
