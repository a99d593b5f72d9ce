"""Pages of results at any size: their order, their walk from the newest on, and their limits."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from articles.models import Edition
from articles.search import turns
from articles.search.newest import ResultsPage
from articles.search.queries import Query
from common.search import databases
from tests import factories

pytestmark = pytest.mark.django_db

START = datetime(1899, 12, 31, 23, tzinfo=UTC)


@pytest.fixture
def many(clock):
    """Publish articles of three centuries in a random order, some in one second, with editions."""
    chance = random.Random(13)
    moments = [START + timedelta(days=chance.randrange(40_000), seconds=n) for n in range(24)]
    moments += moments[:4]
    chance.shuffle(moments)
    for number, at in enumerate(moments):
        word = chance.choice(["Pont", "Gare"])
        body = f"<p>{chance.choice(['Le pont.', 'La gare.', 'Rien.'])}</p>"
        article = factories.published(f"{word} {number}", body=body, at=at)
        if number % 5 == 0:
            clock.forward(minutes=1)
            article.press(by=None)
        if number % 7 == 0:
            article.withdraw(by=None)


def in_order(query, **conditions):
    rows = Edition.objects.live().matching(query).filter(**conditions)
    seconds = lambda e: e.first_published_at.replace(microsecond=0)  # noqa: E731
    rows = sorted(rows, key=lambda e: (e.in_headline, seconds(e), e.pk), reverse=True)
    return [edition.pk for edition in rows]


def walked(query, size, **days):
    found, before = [], ""
    while True:
        page = ResultsPage(query, Edition.objects.live(), before=before, size=size, **days)
        found += [each.pk for each in page]
        if not (before := page.next):
            return found


@pytest.mark.parametrize("most_sorted", [3000, 2])
def test_pages_hold_all_results_once_with_the_headlines_first_then_the_newest(
    many, most_sorted, monkeypatch
):
    monkeypatch.setattr(databases, "MOST_SORTED", most_sorted)
    for typed in ("pont", "gare pont", '"le pont"', "nulle"):
        query = Query.parse(typed)
        for size in (1, 3, 20):
            assert walked(query, size) == in_order(query)
    since, until = START + timedelta(days=10_000), START + timedelta(days=30_000)
    query = Query.parse("pont")
    between = {"first_published_at__gte": since, "first_published_at__lt": until}
    assert in_order(query, **between)
    assert walked(query, 2, since=since, until=until) == in_order(query, **between)


@pytest.mark.parametrize(
    "before", ["1", "1-2", "x-y-z", "1--3", "9-9-9", f"1-{'9' * 18}-{'9' * 18}", "0-0-0", "1-²-3"]
)
def test_a_place_that_does_not_exist_does_no_harm(many, client, before):
    assert client.get("/search/", {"q": "pont", "before": before}).status_code == 200


def test_days_that_no_number_holds_do_no_harm(many, client):
    days = {"since": "1600-01-01", "until": "2999-12-31"}
    assert client.get("/search/", {"q": "pont", **days}).context["page"].items
    days = {"since": "2999-12-30", "until": "2999-12-31"}
    assert client.get("/search/", {"q": "pont", **days}).context["page"].items == []


def test_a_reschedule_moves_the_entry(clock):
    article = factories.published("Pont", at=clock.plus(days=2))
    later = factories.published("Pont", at=clock.plus(days=3))
    article.reschedule(article.editions.get(), clock.plus(days=4), by=None)
    clock.forward(days=5)
    page = ResultsPage(Query.parse("pont"), Edition.objects.live())
    assert [found.path for found in page] == [article.path, later.path]
    article.withdraw(by=None)
    page = ResultsPage(Query.parse("pont"), Edition.objects.live())
    assert [found.path for found in page] == [later.path]


def test_articles_of_a_time_that_no_number_holds_have_entries_of_their_own(clock):
    first, _second = (
        factories.published(f"Pont {year}", at=datetime(year, 1, 1, tzinfo=UTC))
        for year in (2705, 2706)
    )
    first.reschedule(first.editions.get(), clock.plus(days=1), by=None)
    clock.forward(days=2)
    for words, expected in (("2705", [first.path]), ("2706", [])):
        page = ResultsPage(Query.parse(words), Edition.objects.live())
        assert [found.path for found in page] == expected


# --- Limits ---------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("no_statement_limit_afterwards")
def test_a_search_that_takes_too_long_says_so_and_keeps_the_words(client, monkeypatch, settings):
    settings.READERS_STATEMENT_SECONDS = 0.05

    def endless(page, limit):
        with connection.cursor() as cursor:
            cursor.execute(
                "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1e9) "
                "SELECT count(*) FROM n"
            )

    monkeypatch.setattr(ResultsPage, "_found", endless)
    response = client.get("/search/", {"q": "pont"})
    assert response.status_code == 503
    assert response.headers["Cache-Control"] == "no-store"
    assert "This search takes too long." in response.text
    assert 'value="pont"' in response.text


def test_too_many_searches_at_once_are_asked_to_come_again(client, many, monkeypatch, caplog):
    monkeypatch.setattr(turns, "LONGEST_WAIT", 0.01)
    with turns.turn(), turns.turn():
        response = client.get("/search/", {"q": "pont"})
        assert client.get("/").status_code == client.get("/search/").status_code == 200
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "5"
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "Many people are searching just now." in response.text
    assert client.get("/search/", {"q": "pont"}).status_code == 200
