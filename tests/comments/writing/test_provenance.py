"""The origin of a form: refused if another site sent it; confirmed by the reader if unknown."""

import pytest

from comments.models import Comment
from comments.writing import provenance
from tests import factories
from tests.comments.reader import Reader
from tests.pages import form_values, words

NO_EVIDENCE = [{}, {"Origin": "null"}, {"Sec-Fetch-Site": "same-site", "Origin": "null"}]


@pytest.fixture
def reader(client, article):
    reader = Reader(client, article)
    reader.open()
    return reader


def send(reader, headers, **fields):
    return reader.send(headers=headers, **{"name": "Paul", "comment": "Hello", **fields})


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://testserver"},
        {"Origin": "https://news.example"},
        {"Origin": "https://partner.example"},
        {"Sec-Fetch-Site": "same-site", "Origin": "https://partner.example"},
    ],
)
def test_our_own_page_and_those_we_trust_are_taken(reader, settings, headers):
    settings.SITE_URL = "https://news.example/"
    settings.CSRF_TRUSTED_ORIGINS = ["https://partner.example"]
    assert send(reader, headers).status_code == 303


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://evil.testserver"},
        {"Origin": "https://evil.example"},
        {"Origin": "https://testserver"},
        {"Origin": "http://testserver:8080"},
        {"Origin": "http://testserver.evil.example"},
        {"Origin": "garbage"},
    ],
)
def test_another_sites_page_is_refused(reader, headers):
    answer = send(reader, headers)
    assert answer.status_code == 422
    assert "This comment came from another site" in words(answer)
    assert form_values(answer)["comment"] == "Hello"
    assert "confirmed" not in form_values(answer)
    assert not Comment.objects.exists()


@pytest.mark.parametrize("headers", NO_EVIDENCE)
def test_who_sends_no_evidence_is_asked_and_then_taken(reader, headers):
    answer = send(reader, headers, name=" Zoé ", comment="One\r\n\r\n\r\nTwo ")
    assert answer.status_code == 422
    assert "Please send it once more" in words(answer)
    values = form_values(answer)
    assert (values["name"], values["comment"]) == (" Zoé ", "One\r\n\r\n\r\nTwo ")
    assert not Comment.objects.exists()
    assert reader.send(headers=headers).status_code == 303
    assert Comment.objects.get().text == "One\n\nTwo"


def test_a_text_changed_while_confirming_is_taken(reader):
    send(reader, {})
    assert reader.send(headers={}, comment="Hello again").status_code == 303


def test_a_confirmation_does_not_help_another_site(reader):
    send(reader, {})
    assert reader.send(headers={"Origin": "https://evil.example"}).status_code == 422
    assert not Comment.objects.exists()


@pytest.mark.parametrize("forged", ["x", "1", "é", "\x00", "x" * 9999])
def test_a_forged_confirmation_is_none(reader, forged):
    answer = send(reader, {}, confirmed=forged)
    assert answer.status_code == 422
    assert form_values(answer)["confirmed"] != forged


def test_a_confirmation_asked_for_elsewhere_is_none(reader, article):
    strangers = provenance.confirmation(article, "192.0.2.200")
    anothers = provenance.confirmation(factories.published("Another"), "192.0.2.1")
    for confirmed in (strangers, anothers, provenance.stamp(article)):
        assert send(reader, {}, confirmed=confirmed).status_code == 422
    assert not Comment.objects.exists()


def test_an_untouched_page_asks_nothing_to_be_confirmed(reader):
    assert "confirmed" not in reader.open()
