"""The worker mails the same error once an hour with a count."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.utils import translation

from newsroom.errors import kept_errors, mail
from tests.conftest import smtp
from tests.mail_server import running_mail_server

from .faults import fail, kept

HOUR = 3600


def test_the_same_error_is_mailed_once_an_hour_with_a_count(admins, mailoutbox, clock):
    fail()
    assert mail.send_due() == 1
    assert mail.send_due() == 0
    for _minute in range(59):
        clock.now += 60
        fail()
        assert mail.send_due() == 0
    clock.now += 60
    assert mail.send_due() == 1
    first, second = (message.body for message in mailoutbox)
    assert "1 time, last on" in first
    assert "59 times, last on" in second
    assert "60 in all since" in second
    clock.now += HOUR
    assert mail.send_due() == 0


def test_several_errors_are_one_mail(admins, mailoutbox):
    fail()
    fail(error=ValueError("Other."))
    assert mail.send_due() == 2
    (message,) = mailoutbox
    assert "2 errors on Newsroom" in message.subject
    assert "RuntimeError: Broken." in message.body
    assert "ValueError: Other." in message.body


def test_a_new_error_need_not_wait_for_another(admins, mailoutbox, clock):
    fail()
    mail.send_due()
    clock.now += 30
    fail(error=ValueError("Other."))
    assert mail.send_due() == 1


def test_of_two_workers_at_once_one_mails(admins, mailoutbox):
    fail()
    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(lambda _number: mail.send_due(), range(8))) == 1


def test_without_admins_errors_stay_in_the_file(settings, mailoutbox):
    fail()
    assert mail.send_due() == 0
    settings.ADMINS = ["chief@news.example"]
    assert mail.send_due() == 1


def test_a_mail_that_cannot_be_sent_is_tried_again_and_is_no_new_error(settings, admins, clock):
    settings.MAILERS = smtp(9)
    fail()
    assert mail.send_due() == 0
    assert mail.send_due() == 0
    with running_mail_server() as server:
        settings.MAILERS = smtp(server.port)
        assert mail.send_due() == 0
        clock.now += kept_errors.RETRY_AFTER
        assert mail.send_due() == 1
        assert "1 time, last on" in server.messages[0]
    assert len(kept()) == 1


def test_a_clock_that_was_ahead_silences_no_error(admins, mailoutbox, clock):
    clock.now += 120 * 24 * HOUR
    fail()
    mail.send_due()
    clock.now -= 120 * 24 * HOUR
    fail()
    assert mail.send_due() == 1


def test_a_worker_without_a_file_of_errors_mails_nothing(admins, folder, mailoutbox):
    assert mail.send_due() == 0
    folder.rmdir()
    assert mail.send_due() == 0
    assert not folder.exists()


def test_a_file_that_cannot_be_written_stops_no_worker(admins, monkeypatch):
    fail()
    connect = sqlite3.connect

    def readonly(path, **options):
        return connect(f"file:{path}?mode=ro", uri=True, **options)

    monkeypatch.setattr(kept_errors.sqlite3, "connect", readonly)
    assert mail.send_due() == 0


def test_a_report_in_french_words(admins, mailoutbox, settings):
    fail()
    with translation.override("fr"):
        mail.send_due()
    assert "1 fois" in mailoutbox[0].body


@pytest.mark.parametrize(
    ("language", "date"), [("en", "May 4, 2025, 2:30 p.m."), ("fr", "4\xa0mai 2025 à 14:30")]
)
def test_the_month_of_a_date_is_a_word_since_a_mail_has_no_browser_to_ask(
    admins, mailoutbox, clock, language, date
):
    clock.now = datetime(2025, 5, 4, 12, 30, tzinfo=UTC).timestamp()
    fail()
    with translation.override(language):
        mail.send_due()
    assert date in mailoutbox[0].body
