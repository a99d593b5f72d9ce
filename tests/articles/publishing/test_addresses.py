"""The address of an article, and the response at each address that it ever had."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from articles.models import ArticlePath
from tests import factories
from tests.threads import at_once

pytestmark = pytest.mark.django_db

MAY = datetime(2025, 5, 4, 12, tzinfo=UTC)


def stored_paths(article):
    return {row.path for row in article.paths.all()}


# --- The address of an article --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2025, 7, 1, 21, 59, 59, tzinfo=UTC), "2025/07/01"),
        (datetime(2025, 7, 1, 22, 0, tzinfo=UTC), "2025/07/02"),
        (datetime(2025, 12, 31, 22, 59, 59, tzinfo=UTC), "2025/12/31"),
        (datetime(2025, 12, 31, 23, 0, tzinfo=UTC), "2026/01/01"),
    ],
)
def test_the_day_in_an_address_is_the_sites_around_midnight(instant, day):
    assert factories.published(slug="bridge", at=instant).path == f"/{day}/bridge/"


def test_the_slug_is_made_from_the_headline_of_the_first_save():
    article = factories.article("L’été à Nîmes : le pont rouvre")
    article.headline = "Another"
    article.save()
    assert article.slug == "l-ete-a-nimes-le-pont-rouvre"


def test_a_headline_that_gives_no_slug_still_gives_an_address():
    assert factories.published("…!", at=MAY).path == "/2025/05/04/article/"


def test_a_later_edition_keeps_the_address():
    article = factories.published(slug="bridge", at=MAY)
    article.press(by=None, at=MAY + timedelta(days=40))
    article.refresh_from_db()
    assert article.path == "/2025/05/04/bridge/"
    assert stored_paths(article) == {"/2025/05/04/bridge/"}


def test_two_articles_of_a_day_with_one_slug_get_two_addresses():
    paths = [factories.published(slug="bridge", at=MAY).path for _ in range(3)]
    assert paths == [f"/2025/05/04/{slug}/" for slug in ("bridge", "bridge-2", "bridge-3")]


@pytest.mark.django_db(transaction=True)
def test_articles_of_one_slug_that_are_pressed_at_once_get_an_address_each():
    articles = [factories.article(slug="bridge") for _ in range(4)]
    failed = at_once(*[partial(article.press, by=None, at=MAY) for article in articles])
    assert [error for error in failed if isinstance(error, Exception)] == []
    slugs = ("bridge", "bridge-2", "bridge-3", "bridge-4")
    assert {article.path for article in articles} == {f"/2025/05/04/{slug}/" for slug in slugs}
    for article in articles:
        assert stored_paths(article) == {article.path}


def test_the_same_slug_is_free_on_another_day():
    factories.published(slug="bridge", at=MAY)
    other = factories.published(slug="bridge", at=MAY + timedelta(days=1))
    assert other.path == "/2025/05/05/bridge/"


def test_the_longest_slug_makes_room_for_the_number_that_tells_two_apart():
    slug = "b" * 120
    factories.published(slug=slug, at=MAY)
    second = factories.published(slug=slug, at=MAY)
    second.refresh_from_db()
    assert second.path == f"/2025/05/04/{'b' * 118}-2/"


def test_an_address_that_once_led_to_an_article_is_never_given_to_another():
    moved = factories.published(slug="bridge", at=MAY)
    moved.change_slug("tramway", by=None)
    assert factories.published(slug="bridge", at=MAY).path == "/2025/05/04/bridge-2/"


def test_an_address_that_no_reader_could_use_is_free_again(clock):
    article = factories.published(slug="bridge", at=clock.plus(days=1))
    taken = article.path
    article.cancel(article.editions.get(), by=None)
    assert not ArticlePath.objects.exists()
    assert factories.published(slug="bridge", at=clock.plus(days=1)).path == taken


def test_the_ledger_forgets_the_days_for_which_an_article_was_only_planned(clock):
    article = factories.published(slug="bridge", at=clock.plus(days=1))
    article.reschedule(article.editions.get(), clock.plus(days=2), by=None)
    assert stored_paths(article) == {article.path}


def test_the_ledger_forgets_a_slug_changed_before_publication(clock):
    article = factories.published(slug="secret-deal", at=clock.plus(days=1))
    article.change_slug("council", by=None)
    assert stored_paths(article) == {article.path}


def test_an_article_whose_slug_is_emptied_takes_one_from_its_headline():
    article = factories.published("The bridge", slug="bridge", at=MAY)
    article.change_slug("", by=None)
    assert article.path == "/2025/05/04/the-bridge/"


# --- The response at an address -------------------------------------------------------------------


def test_the_current_address_shows_the_article(client):
    article = factories.published("The bridge", at=MAY)
    response = client.get(article.path)
    assert response.status_code == 200
    assert "The bridge" in response.text


def test_each_former_address_leads_straight_to_the_current_one(client):
    article = factories.published(slug="one", at=MAY)
    for slug in ("two", "three"):
        article.change_slug(slug, by=None)
    for slug in ("one", "two"):
        response = client.get(f"/2025/05/04/{slug}/")
        assert (response.status_code, response["Location"]) == (301, "/2025/05/04/three/")


def test_an_article_that_takes_its_first_address_again_does_not_lead_in_circles(client):
    article = factories.published(slug="one", at=MAY)
    article.change_slug("two", by=None)
    article.change_slug("one", by=None)
    assert client.get("/2025/05/04/one/").status_code == 200
    assert client.get("/2025/05/04/two/")["Location"] == "/2025/05/04/one/"


SECRET = {
    "headline": "Canaryhead", "standfirst": "Canaryfirst", "body": "<p>Canarybody</p>",
    "kicker": "Canarykick", "dateline": "Canaryline", "slug": "bridge",
}  # fmt: skip


def assert_gone(response, notice=""):
    assert response.status_code == 410
    assert "canary" not in response.text.casefold()
    assert notice in response.text


def test_a_withdrawn_article_leaves_its_notice_and_nothing_else(client):
    article = factories.published(**SECRET, at=MAY)
    article.withdraw(by=None, notice="The figures were <wrong>.")
    assert_gone(client.get(article.path), "The figures were &lt;wrong&gt;.")


def test_an_article_that_reached_its_planned_end_is_gone_too(client):
    article = factories.published(**SECRET, at=MAY, until=MAY + timedelta(days=1))
    assert_gone(client.get(article.path))


def test_a_former_address_of_a_withdrawn_article_says_that_it_is_gone(client):
    article = factories.published(**SECRET, at=MAY)
    article.change_slug("tramway", by=None)
    article.withdraw(by=None, notice="It was wrong.")
    assert_gone(client.get("/2025/05/04/bridge/"), "It was wrong.")


def test_a_withdrawal_to_come_shows_no_notice_yet(client, clock):
    article = factories.published("The bridge", at=MAY)
    article.withdraw(by=None, at=clock.plus(hours=1), notice="It was wrong.")
    response = client.get(article.path)
    assert response.status_code == 200
    assert "It was wrong." not in response.text


def test_a_withdrawn_article_keeps_its_notice_until_it_is_back(client, clock):
    article = factories.published(**SECRET, at=MAY)
    article.withdraw(by=None, notice="It was wrong.")
    clock.forward(minutes=1)
    article.press(by=None, at=clock.plus(hours=1))
    assert_gone(client.get(article.path), "It was wrong.")


def test_a_notice_does_not_come_back_with_the_end_of_a_later_edition(client, clock):
    article = factories.published(**SECRET, at=MAY)
    article.withdraw(by=None, notice="It was wrong.")
    clock.forward(minutes=1)
    article.press(by=None, until=clock.plus(hours=1))
    clock.forward(hours=1)
    response = client.get(article.path)
    assert_gone(response)
    assert "It was wrong." not in response.text


def test_an_article_that_comes_back_is_read_at_its_address_again(client, clock):
    article = factories.published("The bridge", at=MAY)
    article.withdraw(by=None)
    clock.forward(minutes=1)
    article.press(by=None)
    assert client.get(article.path).status_code == 200


def test_a_planned_address_does_not_exist_before_its_time(client, clock):
    article = factories.published(at=clock.plus(hours=1))
    assert client.get(article.path).status_code == 404
    clock.forward(hours=1)
    assert client.get(article.path).status_code == 200


def test_an_address_that_was_planned_and_never_live_does_not_exist(client, clock):
    article = factories.published(slug="bridge", at=clock.plus(days=-3))
    former = factories.published(slug="tramway", at=clock.plus(days=5))
    planned = former.path
    former.reschedule(former.editions.get(), clock.plus(days=2), by=None)
    clock.forward(days=6)
    assert client.get(planned).status_code == 404
    assert client.get(article.path).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/2025/05/04/nothing/",
        "/2025/99/99/nothing/",
        "/2025/05/04/%00/",
        "/2025/05/04/Bridge/",
        "/2025/05/04/bridge/more/",
        "/2025/05/04/nothing",
    ],
)
def test_an_address_that_nothing_ever_had_does_not_exist(client, path):
    factories.published(slug="bridge", at=MAY)
    assert client.get(path).status_code == 404


def test_an_address_without_its_last_slash_leads_to_the_one_with_it(client):
    article = factories.published(slug="bridge", at=MAY)
    response = client.get(article.path.rstrip("/"))
    assert (response.status_code, response["Location"]) == (301, article.path)


def test_a_former_address_without_its_last_slash_leads_on_in_one_step(client):
    article = factories.published(slug="bridge", at=MAY)
    former = article.path.rstrip("/")
    article.change_slug("tramway", by=None)
    response = client.get(former)
    assert (response.status_code, response["Location"]) == (301, article.path)


def test_an_article_page_takes_no_post(client):
    assert client.post(factories.published(at=MAY).path).status_code == 405
