"""`manage.py check_akismet` says on one screen what is wrong, and never shows the key."""

import pytest
from django.core.management import CommandError, call_command

from tests.comments.screening.test_failures import FAILURES

# Django asks the database what it can do, before it runs a command.
pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def run(capsys):
    """Run the command; return its output and its error message (empty if all is well)."""
    try:
        call_command("check_akismet", no_color=True, skip_checks=False)
        problem = ""
    except CommandError as error:
        problem = str(error)
    return capsys.readouterr().out, problem


def test_all_is_well(akismet, capsys, settings):
    out, problem = run(capsys)
    assert problem == ""
    assert out.endswith("\nAll is well.\n")
    for said in (settings.SITE_URL, akismet.url, "set, 12 characters", "valid", "spam, as it"):
        assert said in out
    assert len(out.splitlines()) < 24
    assert akismet.key not in out


def test_what_it_sends_teaches_akismet_nothing_and_is_spam_by_agreement(akismet, capsys):
    run(capsys)
    assert [request.endpoint for request in akismet.requests] == ["verify-key", "comment-check"]
    (check,) = akismet.checks
    assert check.fields["is_test"] == "1"
    assert check.fields["comment_author"] == "akismet-guaranteed-spam"


def test_without_a_key_it_says_where_to_get_one(akismet, capsys, settings):
    settings.AKISMET_API_KEY = ""
    out, problem = run(capsys)
    assert "not set" in out
    assert "Is there a space" not in out
    assert "Get a key" in problem
    assert akismet.requests == []


def test_a_wrong_key_is_refused_and_not_shown(akismet, capsys, settings):
    settings.AKISMET_API_KEY = "wrongkey77"
    out, problem = run(capsys)
    assert "refused" in out
    assert f"Akismet refuses this key for {settings.SITE_URL}" in problem
    assert "AKISMET_API_KEY" in problem
    assert "wrongkey77" not in out + problem


def test_a_key_copied_with_its_quotes_is_remarked_upon(akismet, capsys, settings):
    settings.AKISMET_API_KEY = "'0123456789ab'"
    assert "Is there a space or a quote in it?" in run(capsys)[0]


def test_a_host_that_nobody_is_at(capsys, settings):
    settings.AKISMET_API_KEY, settings.AKISMET_API_URL = "0123456789ab", "http://127.0.0.1:9"
    problem = run(capsys)[1]
    assert "127.0.0.1:9 cannot be reached" in problem
    assert "firewall" in problem


@pytest.mark.parametrize("url", ["rest.akismet.com", "nonsense://x", "http://"])
def test_an_address_that_is_none(capsys, settings, url):
    settings.AKISMET_API_KEY, settings.AKISMET_API_URL = "0123456789ab", url
    assert "That is no address of a server." in run(capsys)[1]


@pytest.mark.parametrize("mode", FAILURES)
def test_every_failure_of_the_service_is_named(akismet, capsys, settings, mode):
    settings.AKISMET_TIMEOUT = 1
    akismet.set_mode(mode, seconds=3)
    out, problem = run(capsys)
    assert FAILURES[mode].split(":")[0] in out
    assert "What to do:" in problem
    assert akismet.key not in out + problem


def test_the_services_own_words_are_shown(akismet, capsys):
    akismet.set_mode("alert")
    out, problem = run(capsys)
    assert "Over the usage limit" in out
    assert problem == ""


def test_a_service_that_finds_no_spam_is_none(akismet, capsys, monkeypatch):
    monkeypatch.setattr("tests.akismet_server.SPAMMER", "nobody")
    assert "takes for ham what is spam by agreement" in run(capsys)[1]
