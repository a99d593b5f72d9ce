"""A key that Akismet refuses pauses screening for all comments; the key is never shown."""

import logging

import pytest
from django.core import mail

from comments.models import AkismetStatus, Comment, CommentEvent
from comments.models.akismet_status import PROBE_INTERVAL
from comments.screening import api, attempts
from tests import factories
from tests.comments.screening.test_failures import FAILURES
from tests.conftest import AKISMET_KEY, smtp

WRONG = "wrong-key-77"


@pytest.fixture(autouse=True)
def wrong_key(akismet, settings):
    settings.AKISMET_API_KEY = WRONG
    settings.ADMINS = ["chief@news.example", "operator@news.example"]


@pytest.fixture
def comments(article, wrong_key):
    return [factories.comment(article) for _number in range(3)]


def probes(akismet):
    return [r for r in akismet.requests if r.endpoint == "verify-key"]


def states():
    return set(Comment.objects.values_list("screening", "attempts", "leased_until"))


def test_a_refused_key_pauses_everything_and_uses_up_no_try(akismet, comments):
    assert attempts.screen_due() == 0
    assert len(akismet.checks) == 1
    assert AkismetStatus.current().paused_since
    assert states() == {("waiting", 0, None)}
    assert not CommentEvent.objects.exclude(kind=CommentEvent.Kind.SUBMITTED).exists()


def test_a_refused_key_is_reported_to_those_in_charge_by_one_mail(akismet, comments, clock):
    for _hour in range(20):
        attempts.screen_due()
        clock.forward(hours=1)
    (alert,) = mail.outbox
    assert alert.to == ["chief@news.example", "operator@news.example"]
    assert "Akismet refuses the key" in alert.subject


def test_a_mail_server_that_is_down_stops_no_worker(akismet, comments, settings, caplog):
    settings.MAILERS = smtp(9)
    assert attempts.screen_due() == 0
    assert AkismetStatus.current().paused_since
    assert "could not be mailed" in caplog.text


def test_a_paused_key_is_tried_once_an_interval(akismet, comments, clock):
    for _minute in range(11):
        attempts.screen_due()
        attempts.update_usage()
        clock.forward(seconds=PROBE_INTERVAL.total_seconds() / 5)
    assert len(akismet.checks) == 1
    assert "usage-limit" not in {received.endpoint for received in akismet.requests}
    assert len(probes(akismet)) == 2


def test_a_probe_sends_no_comment(akismet, comments, clock):
    attempts.screen_due()
    clock.forward(seconds=PROBE_INTERVAL.total_seconds())
    attempts.screen_due()
    (probe,) = probes(akismet)
    assert set(probe.fields) == {"key", "blog"}


def test_what_waited_is_screened_once_the_key_works(akismet, comments, clock):
    attempts.screen_due()
    akismet.key = WRONG
    clock.forward(seconds=PROBE_INTERVAL.total_seconds())
    assert attempts.screen_due() == 3
    assert states() == {("ham", 0, None)}
    assert AkismetStatus.current().paused_since is None


def test_a_changed_key_is_tried_at_once(akismet, comments, settings):
    attempts.screen_due()
    settings.AKISMET_API_KEY = AKISMET_KEY
    assert attempts.screen_due() == 3
    assert len(probes(akismet)) == 1


def test_a_key_that_was_changed_and_is_wrong_too_is_tried_once_an_interval(
    akismet, comments, settings, clock
):
    attempts.screen_due()
    settings.AKISMET_API_KEY = "another-wrong-key"
    for _sweep in range(3):
        attempts.screen_due()
    assert len(probes(akismet)) == 1
    # Those in charge are told of each of the two keys once.
    assert len(mail.outbox) == 2


def test_a_key_refused_again_after_it_worked_is_reported_again(akismet, article, clock):
    for key in (AKISMET_KEY, WRONG, AKISMET_KEY):
        akismet.key = key
        clock.forward(seconds=PROBE_INTERVAL.total_seconds())
        factories.comment(article)
        attempts.screen_due()
    assert len(mail.outbox) == 2


@pytest.mark.parametrize("mode", ["unavailable", "html", "empty", "reset"])
def test_a_probe_without_a_clean_answer_says_nothing_of_the_key(akismet, comments, clock, mode):
    attempts.screen_due()
    akismet.set_mode(mode)
    clock.forward(seconds=PROBE_INTERVAL.total_seconds())
    assert attempts.screen_due() == 0
    assert AkismetStatus.current().paused_since
    assert states() == {("waiting", 0, None)}


def test_a_clock_set_back_does_not_silence_the_probe(akismet, comments, clock):
    attempts.screen_due()
    clock.forward(days=-30)
    attempts.screen_due()
    assert len(probes(akismet)) == 1


def test_removing_the_key_ends_all_calls(akismet, comments, settings, clock):
    attempts.screen_due()
    settings.AKISMET_API_KEY = ""
    clock.forward(days=1)
    attempts.screen_due()
    AkismetStatus.current().resume()
    attempts.update_usage()
    assert len(akismet.requests) == 1


@pytest.mark.any_database
@pytest.mark.parametrize("mode", [*FAILURES, "ham", "invalid_key"])
def test_the_key_is_told_to_nobody_but_akismet(
    akismet, comments, settings, clock, caplog, capsys, mode
):
    caplog.set_level(logging.DEBUG)
    settings.AKISMET_TIMEOUT = 0.2
    akismet.key = WRONG
    akismet.set_mode(mode, seconds=1)
    for _hour in range(2):
        attempts.screen_due()
        clock.forward(hours=1)
    assert akismet.requests[0].fields["api_key"] == WRONG
    printed = capsys.readouterr()
    told = [
        *(caplog.text, printed.out, printed.err),
        *(message.message().as_string() for message in mail.outbox),
        *map(str, CommentEvent.objects.values()),
        *map(str, Comment.objects.values()),
        *map(str, AkismetStatus.objects.values()),
    ]
    assert WRONG not in "".join(told)


@pytest.mark.any_database
@pytest.mark.parametrize("mode", [*FAILURES, "invalid_key"])
def test_an_exception_names_no_key_not_even_in_its_causes(akismet, settings, mode):
    settings.AKISMET_TIMEOUT = 0.2
    akismet.set_mode(mode, seconds=1)
    with pytest.raises((api.KeyRefused, api.AkismetUnavailable)) as caught:
        api.ask("comment_check", user_ip="192.0.2.1", comment_content="Hello")
    error = caught.value
    assert WRONG not in f"{error!r}{error.__cause__!r}"
    assert error.__suppress_context__
