"""Which errors are kept, and what their reports say: nothing of the reader."""

import logging
import re
import subprocess
import sys

import pytest
from django.conf import settings as site
from django.db import DatabaseError
from django.http import HttpResponse
from django.utils.log import log_response

from newsroom.errors import log_lines, mail, reader_data, reports, tracebacks
from tests import factories
from tests.comments.reader import SAME_ORIGIN, Reader

from .faults import fail, kept

# --- What is kept -----------------------------------------------------------------------------


@pytest.mark.django_db
def test_an_error_of_a_page_is_kept_once_with_a_count(article, broken, visitor):
    for number in range(3):
        broken.error = RuntimeError(f"Broken {number}.")
        assert Reader(visitor, article, f"192.0.2.{number}").comment().status_code == 500
    (error,) = kept()
    assert (error.total, error.unmailed) == (3, 3)
    assert error.summary == "builtins.RuntimeError: Broken 0."
    assert "RuntimeError: Broken 2." in error.report
    assert f"POST /comments/article/{article.pk}/" in error.report
    assert "route: comments/article/<int:article_id>/" in error.report
    assert "in post" in error.report


@pytest.mark.parametrize("logger", ["newsroom.worker", "django_tasks_db", "comments.screening"])
def test_errors_of_the_worker_are_kept_too(logger):
    fail(logger)
    (error,) = kept()
    assert f"{logger}: It failed." in error.report


def test_errors_at_different_places_are_different():
    fail()
    fail(error=ValueError("Broken."))
    try:
        raise RuntimeError("Broken.")
    except RuntimeError:
        logging.getLogger("newsroom").exception("Here.")
    assert len(kept()) == 3


def test_a_recursion_is_one_error_at_any_depth():
    def deeper(levels):
        return deeper(levels - 1) if levels else 1 / 0

    for levels in (100, 200, 300):
        try:
            deeper(levels)
        except ZeroDivisionError:
            logging.getLogger("newsroom").exception("Too deep.")
    (error,) = kept()
    assert error.total == 3
    assert len(error.report.encode()) <= reports.LONGEST_REPORT


@pytest.mark.parametrize("name", ["django.security.DisallowedHost", "django.security.csrf"])
def test_what_concerns_security_is_no_error_of_ours(name):
    fail(name)
    assert kept() == []


def test_an_answer_of_503_is_given_on_purpose(rf):
    for status in (500, 503):
        answer = HttpResponse(status=status)
        log_response("%s: %s", "Failed", "/", response=answer, request=rf.get("/"))
    assert [error.total for error in kept()] == [1]


def test_debug_pages_are_not_kept(settings):
    settings.DEBUG = True
    fail()
    assert kept() == []


def test_the_errors_of_a_command_are_kept(folder, tmp_path):
    """In a process of its own, since manage.py catches them."""
    code = "raise RuntimeError('A command fails.')"
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "--command", code],
        cwd=site.BASE_DIR,
        env={"PATH": "", "VAR_DIR": str(folder), "ENV_FILE": "/dev/null", "LOCAL": "true"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.count("RuntimeError: A command fails.") == 1
    (error,) = kept()
    assert error.summary == "builtins.RuntimeError: A command fails."
    assert "newsroom.commands: The command shell failed." in error.report


# --- Nothing of the reader --------------------------------------------------------------------

CANARIES = (
    "Canaryname",
    "Canarytext",
    "192.0.2.77",
    "Canaryagent",
    "canary.example",
    "sessioncanary",
)


def leaky_error():
    row = "null value in column “name”\nDETAIL: Failing row contains (7, Canaryname, Canarytext)."
    return DatabaseError(row)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "error",
    [
        leaky_error(),
        ValueError("invalid literal: 'Canaryname'"),
        ValueError("canaryname wrote CANARYTEXT"),
        ValueError("xCanarytextx"),
        KeyError("Canarytext"),
        RuntimeError("192.0.2.77 with Canaryagent/1.0 from https://canary.example/page"),
    ],
    ids=lambda error: str(error)[:20],
)
def test_a_report_holds_nothing_of_the_reader(
    article, broken, visitor, capsys, error, admins, mailoutbox
):
    broken.error = error
    visitor.cookies["sessionid"] = "sessioncanary"
    reader = Reader(visitor, article, "192.0.2.77")
    reader.open()
    headers = {
        **SAME_ORIGIN,
        "User-Agent": "Canaryagent/1.0",
        "Referer": "https://canary.example/page",
    }
    answer = reader.send(headers, name="Canaryname", comment="Canarytext")
    assert answer.status_code in (500, 503)
    assert mail.send_due() == 1
    (message,) = mailoutbox
    (error,) = kept()
    said = (message.subject + message.body + error.report + error.summary).lower()
    assert [canary for canary in CANARIES if canary.lower() in said] == []


def test_a_line_of_the_log_holds_nothing_of_the_reader_either(rf):
    request = rf.post("/", {"name": "Canaryname"}, REMOTE_ADDR="192.0.2.77")
    assert request.POST
    formatter = log_lines.LogFormatter()
    record = logging.makeLogRecord(
        {"msg": "Canaryname from 192.0.2.77: %s", "args": ("x",), "request": request}
    )
    assert formatter.format(record) == "[private] from [private]: x"


@pytest.mark.django_db
def test_the_local_variables_of_frames_are_in_no_report(article, broken, visitor):
    Reader(visitor, article).comment(name="Zoé")
    (error,) = kept()
    assert "Zoé" not in error.report
    assert "'name':" not in error.report


@pytest.mark.django_db
def test_a_private_path_is_masked_in_a_report(article, visitor, monkeypatch):
    monkeypatch.setattr("comments.views.receipt.Receipt", None)
    comment = factories.comment(article)
    assert visitor.get(f"{comment.get_receipt_url()}?page=2").status_code == 500
    (error,) = kept()
    assert "GET /comments/receipt/[private]" in error.report
    assert "parameters: page" in error.report
    assert str(comment.receipt) not in error.report


def test_the_values_of_parameters_are_in_no_report(rf):
    request = rf.get("/search/?q=Canary+192.0.2.77&Canary=1&page=2")
    report = reports.Report.of(
        logging.makeLogRecord({"name": "django.request", "msg": "Failed", "request": request})
    )
    assert "parameters: q, page" in report.text
    assert "Canary" not in report.text


def test_a_report_shows_settings_by_a_list(settings):
    settings.CACHES = {"default": {"LOCATION": "redis://:redispassword@127.0.0.1/0"}}
    settings.SECRET_KEY = "secretcanary"
    fail()
    (error,) = kept()
    for name in reports.SHOWN_SETTINGS:
        assert f"{name} {getattr(settings, name)}" in error.report
    hidden = ("redispassword", "secretcanary", "CACHES", "DATABASES", "MAILERS")
    assert [word for word in hidden if word in error.report] == []
    assert not {"SECRET_KEY", "DATABASES", "CACHES", "MAILERS"} & set(reports.SHOWN_SETTINGS)


def test_a_broken_exception_hides_no_error():
    class Odd(Exception):
        def __str__(self):
            raise RuntimeError

    fail(error=Odd())
    (error,) = kept()
    assert "Odd" in error.summary


def test_many_typed_values_cost_no_pattern_each(rf, monkeypatch):
    request = rf.post("/", {f"f{n}": f"typed value {n}" for n in range(900)})
    assert request.POST
    patterns, substitute = [], re.sub

    def counted(pattern, *args, **options):
        patterns.append(pattern)
        return substitute(pattern, *args, **options)

    monkeypatch.setattr(reader_data.re, "sub", counted)
    values = reader_data.values_of(request)
    assert reader_data.without(values, "typed value 899 and more") == "[private] and more"
    assert len(patterns) < 5


def test_a_request_that_is_a_socket_is_looked_into_by_nobody(rf):
    record = logging.makeLogRecord({"name": "django.server", "msg": "GET", "request": object()})
    assert log_lines.LogFormatter().format(record) == "GET"
    assert "GET" in reports.Report.of(record).text


def test_causes_are_described_first_and_bounded():
    def chained(levels):
        try:
            if levels:
                chained(levels - 1)
            raise ValueError(f"level {levels}")
        except (ValueError, RuntimeError) as error:
            raise RuntimeError(f"wrapped {levels}") from error

    with pytest.raises(RuntimeError) as raised:
        chained(20)
    text = tracebacks.describe(raised.value)
    assert text.count("Traceback (most recent call last):") == tracebacks.MOST_CAUSES
    assert text.splitlines()[-1] == "builtins.RuntimeError: wrapped 20"
