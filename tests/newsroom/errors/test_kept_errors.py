"""The file of errors is bounded, and no answer breaks because it cannot be written."""

import logging
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import call_command

from newsroom.errors import kept_errors, reports
from newsroom.errors.handler import ErrorHandler
from tests.comments.reader import Reader

from .faults import fail, kept


def test_the_file_never_grows_beyond_its_limit():
    for number in range(3 * kept_errors.MOST_ERRORS):
        text = chr(0x1F600) * reports.LONGEST_REPORT
        text = text.encode()[: reports.LONGEST_REPORT].decode(errors="ignore")
        kept_errors.add(reports.Report(f"{number}", "x" * 500, text))
    assert len(kept()) == kept_errors.MOST_ERRORS
    assert kept()[0].fingerprint == f"{3 * kept_errors.MOST_ERRORS - 1}"
    assert kept_errors.path().stat().st_size <= kept_errors.LARGEST_FILE


def test_the_same_error_many_times_adds_nothing_to_the_file():
    fail()
    size = kept_errors.path().stat().st_size
    for _time in range(200):
        fail()
    assert kept_errors.path().stat().st_size == size
    assert kept()[0].total == 201


def test_threads_at_once_lose_no_count():
    report = reports.Report("same", "Broken.", "Broken.")
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _number: kept_errors.add(report), range(80)))
    assert kept()[0].total == 80


def test_the_file_is_for_its_owner_alone():
    fail()
    assert kept_errors.path().stat().st_mode & 0o077 == 0


@pytest.mark.django_db
@pytest.mark.parametrize("fault", ["no folder", "a folder in its place", "full"])
def test_a_report_that_cannot_be_kept_breaks_no_answer(
    article, broken, visitor, folder, capsys, fault, monkeypatch
):
    if fault == "no folder":
        folder.rmdir()
    elif fault == "a folder in its place":
        kept_errors.path().mkdir()
    else:
        fail()
        monkeypatch.setattr(kept_errors, "LARGEST_FILE", 4096)
        kept_errors.path().unlink()
    answer = Reader(visitor, article).comment()
    assert answer.status_code == 500
    assert "This error is not kept in" in capsys.readouterr().err


def test_a_report_that_cannot_be_made_breaks_no_answer(monkeypatch, capsys):
    monkeypatch.setattr(reports.Report, "of", lambda record: 1 / 0)
    handler = ErrorHandler()
    error = (ValueError, ValueError("secret"), None)
    handler.handle(logging.makeLogRecord({"name": "newsroom", "exc_info": error}))
    said = capsys.readouterr().err
    assert "ZeroDivisionError" in said
    assert "secret" not in said


def test_a_damaged_file_is_begun_anew(capsys):
    kept_errors.path().write_bytes(b"not a database at all" * 500)
    fail()
    fail()
    assert kept()[0].total == 1


# --- The command ------------------------------------------------------------------------------


def test_the_command_prints_the_errors(capsys):
    call_command("errors")
    assert capsys.readouterr().out == "No errors are kept.\n"
    fail()
    call_command("errors")
    assert "RuntimeError: Broken." in capsys.readouterr().out
