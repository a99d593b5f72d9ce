"""Requests are refused before any work is spent on their text, and without a write for each."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from comments.models import Comment, Counter
from comments.models.counter import memory
from common.folding import MOST_MARKS
from tests import factories
from tests.comments.reader import Reader
from tests.marks import longest_run, normalised
from tests.pages import form_values, words

__all__ = ["normalised"]

#: Sorting these accents takes a second or more.
COSTLY = "a" + "\u0345" * 7400 + "\u0301" * 7400


@pytest.fixture
def reader(client, article):
    reader = Reader(client, article)
    reader.open()
    return reader


def writes(captured):
    return [q["sql"] for q in captured if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]


def use_up(reader, settings):
    settings.COMMENTS_RATE_LIMIT = 1
    reader.send(name="Paul", comment="First")
    reader.open()
    reader.send(name="Paul", comment="Second")


@pytest.mark.parametrize("refusal", ["stamp", "origin", "unsure", "rate"])
@pytest.mark.parametrize("path", ["article", "reply", "report"])
def test_no_text_is_looked_at_before_the_cheap_checks(
    reader, article, settings, clock, normalised, refusal, path
):
    parent = factories.comment_in("approved", article)
    reader.url = {
        "article": reader.url,
        "reply": f"/comments/{parent.pk}/reply/",
        "report": f"/comments/{parent.pk}/report/",
    }[path]
    sent = {"name": COSTLY[:240], "comment": COSTLY, "words": COSTLY[:6000], "grounds": "abuse"}
    if refusal == "rate":
        settings.COMMENTS_RATE_LIMIT = 0
    headers = {
        "origin": {"Sec-Fetch-Site": "cross-site"},
        "unsure": {},
    }.get(refusal, {"Sec-Fetch-Site": "same-origin"})
    normalised.clear()
    answer = reader.send(headers, **sent, **({"stamp": ""} if refusal == "stamp" else {}))
    assert answer.status_code == 422
    assert Counter.objects.get(name=f"refused:{refusal}")
    assert [text for text in normalised if "\u0345" in text] == []
    assert COSTLY[:6000] in answer.text


def test_a_refused_form_is_shown_alone_and_can_be_sent_again(reader, article):
    factories.comment_in("approved", article, text="Somebody else said so.")
    answer = reader.send(name=" Zoé ", comment="One\r\nTwo", stamp="")
    assert "Somebody else said so." not in answer.text
    assert "It was closed for a year." not in answer.text
    assert article.headline in words(answer)
    assert form_values(answer)["comment"] == "One\r\nTwo"
    assert reader.send().status_code == 303


def test_the_text_of_an_accepted_form_is_cut_before_it_is_normalised(reader, normalised):
    assert reader.send(name="Zoé", comment=COSTLY).status_code == 303
    assert max(map(longest_run, normalised)) <= MOST_MARKS
    assert len(Comment.objects.get().text) <= MOST_MARKS + 1


@pytest.mark.parametrize("path", ["article", "reply", "report"])
def test_beyond_the_limit_no_request_is_a_write(reader, article, settings, clock, path):
    parent = factories.comment_in("approved", article)
    reader.url = {
        "article": reader.url,
        "reply": f"/comments/{parent.pk}/reply/",
        "report": f"/comments/{parent.pk}/report/",
    }[path]
    settings.COMMENTS_RATE_LIMIT = 0
    sent, page = {"name": "Paul", "comment": "Hello", "grounds": "abuse"}, reader.page
    reader.send(**sent)
    with CaptureQueriesContext(connection) as captured:
        for _time in range(20):
            reader.page = page
            assert reader.send(**sent).status_code == 422
    assert writes(captured) == []
    assert len(captured) <= 20 * 8
    memory.write()
    assert Counter.objects.get(name="refused:rate").count == 21


def test_a_request_without_a_stamp_is_no_write_either(reader):
    reader.send(name="Paul", comment="Hello", stamp="")
    with CaptureQueriesContext(connection) as captured:
        for _time in range(20):
            reader.send(name="Paul", comment="Hello", stamp="")
    assert writes(captured) == []


def test_a_full_network_is_remembered_and_its_neighbours_are_not(reader, settings, clock):
    settings.COMMENTS_NETWORK_LIMIT = 0
    reader.send(name="Paul", comment="Hello")
    with CaptureQueriesContext(connection) as captured:
        reader.send(name="Paul", comment="Hello")
    assert writes(captured) == []
    settings.COMMENTS_NETWORK_LIMIT = 100
    assert reader.send(name="Paul", comment="Hello").status_code == 303


def test_the_next_period_begins_anew(reader, settings, clock):
    use_up(reader, settings)
    assert reader.send().status_code == 422
    clock.now += settings.COMMENTS_RATE_PERIOD
    assert reader.send().status_code == 303


def test_a_form_with_errors_counts_for_the_rate(reader, settings, clock):
    """Its text was looked at, so an attack with such forms must meet the limit."""
    settings.COMMENTS_RATE_LIMIT = 2
    codes = []
    for _time in range(3):
        reader.send(name="", comment="Hello")
        codes.append("Many comments came from your connection" in words(reader.page))
    assert codes == [False, False, True]
