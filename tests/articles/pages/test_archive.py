"""The archive by year, month and day, in the site's time zone (Paris)."""

from datetime import UTC, datetime

import pytest

from articles.models import Page
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def articles():
    """Publish articles; one falls on another day, and in another year, in Paris than in UTC."""
    for headline, at in {
        "New Year": datetime(2024, 12, 31, 23, 30, tzinfo=UTC),
        "Old Year": datetime(2024, 12, 31, 22, 30, tzinfo=UTC),
        "Spring": datetime(2025, 3, 30, 10, tzinfo=UTC),
        "May": datetime(2025, 5, 4, 12, tzinfo=UTC),
    }.items():
        factories.published(headline, at=at)


def headlines(response):
    return [edition.headline for edition in response.context["page"]]


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/2024/", ["Old Year"]),
        ("/2025/", ["May", "Spring", "New Year"]),
        ("/2025/01/", ["New Year"]),
        ("/2025/01/01/", ["New Year"]),
        ("/2024/12/31/", ["Old Year"]),
        ("/2025/03/30/", ["Spring"]),
    ],
)
def test_a_period_holds_what_was_published_in_it_by_our_clocks(client, articles, address, expected):
    assert headlines(client.get(address)) == expected


@pytest.mark.parametrize(
    "address",
    [
        *("/2023/", "/2025/02/", "/2025/05/05/", "/2025/13/", "/2025/02/30/", "/2025/00/"),
        *("/0000/", "/0001/", "/9999/", "/9999/12/31/", "/1599/", "/3000/"),
    ],
)
def test_a_period_without_articles_or_of_no_calendar_is_not_found(client, articles, address):
    assert client.get(address).status_code == 404


def test_a_period_leads_to_its_neighbours_and_its_parts(client, articles):
    page = client.get("/2025/03/").text
    for address in ("/2025/01/", "/2025/05/", "/2025/03/30/", "/2025/", "/archive/"):
        assert f'href="{address}"' in page
    year = client.get("/2025/").text
    for address in ("/2024/", "/2025/01/", "/2025/03/", "/2025/05/"):
        assert f'href="{address}"' in year


def test_the_archive_counts_what_is_public_by_month(client, articles):
    factories.published("Gone", at=datetime(2025, 5, 5, tzinfo=UTC)).withdraw(by=None)
    factories.article("Never")
    years = client.get("/archive/").context["years"]
    assert {
        year: [(f"{month.start:%m}", count) for month, count in months]
        for year, months in years.items()
    } == {2025: [("05", 1), ("03", 1), ("01", 1)], 2024: [("12", 1)]}


def test_an_archive_without_articles_says_so(client):
    assert "Nothing is published here yet." in client.get("/archive/").text


def test_each_page_of_the_archive_costs_the_same_for_three_articles_as_for_thirty(
    client, django_assert_max_num_queries
):
    for number in range(30):
        factories.published(f"Story {number}", at=datetime(2025, 5, 1 + number % 28, tzinfo=UTC))
    for address in ("/archive/", "/2025/", "/2025/05/", "/2025/05/04/"):
        with django_assert_max_num_queries(8):
            assert client.get(address).status_code == 200


@pytest.mark.parametrize("slug", ["2025", "search", "archive"])
def test_a_page_of_our_own_cannot_take_the_archives_or_the_searchs_address(slug):
    page = Page(title="Taken", slug=slug, body="<p>a</p>")
    with pytest.raises(Exception, match="used by the site"):
        page.full_clean()
