"""Imported articles keep their dates, editions, stage and addresses from elsewhere."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from articles.models import Article, Correction
from articles.publishing.importing import PastEdition, import_article
from articles.publishing.preflight.findings import PublishingError
from articles.publishing.stages import Stage
from tests import factories

pytestmark = pytest.mark.django_db

MAY = datetime(2015, 5, 4, 12, tzinfo=UTC)
JUNE = MAY + timedelta(days=31)
JULY = JUNE + timedelta(days=31)


def new(**fields):
    fields = {"headline": "Bridge", "body": "<p>a</p>", "section": factories.section(), **fields}
    return Article(**fields)


def test_an_article_keeps_the_dates_that_it_had(editor):
    article = import_article(new(), [PastEdition(MAY)], by=editor)
    article.refresh_from_db()
    edition = article.editions.get()
    assert (article.first_published_at, article.saved_at) == (MAY, MAY)
    assert (edition.visible_from, edition.pressed_at, edition.pressed_by) == (MAY, MAY, editor)
    assert {(event.at, event.by) for event in article.events.all()} == {(MAY, editor)}
    assert (article.path, article.stage) == ("/2015/05/04/bridge/", Stage.PUBLISHED)
    assert article.paths.get().since == MAY


def test_editions_come_in_one_after_the_other_each_with_its_own_words():
    anne, rivers = factories.author("Anne"), factories.topic("Rivers")
    correction = factories.correction("In June.", kind=Correction.Kind.CORRECTION)
    second = {"headline": "The bridge", "byline": [(anne, "in Lyon")], "topics": [rivers]}
    article = import_article(new(), [PastEdition(MAY), PastEdition(JUNE, None, second, correction)])
    first, last = article.editions.order_by("number")
    assert (first.headline, first.visible_until, first.authors()) == ("Bridge", JUNE, [])
    assert (last.headline, last.authors(), list(last.topics.all())) == (
        "The bridge", [anne], [rivers],
    )  # fmt: skip
    assert (last.updated_at, last.correction.text) == (JUNE, "In June.")
    assert article.editions.live(MAY).get() == first
    assert [event.at for event in article.events.filter(kind="pressed")] == [JUNE, MAY]


def test_history_goes_in_order(draft):
    with pytest.raises(PublishingError) as refused:
        import_article(draft, [PastEdition(JUNE), PastEdition(MAY)])
    assert refused.value.code == "past"
    assert not draft.editions.exists()


def test_an_address_known_from_elsewhere_leads_on(client):
    article = import_article(new(), [PastEdition(MAY)], paths=["/2015/05/03/old-bridge/"])
    response = client.get("/2015/05/03/old-bridge/")
    assert (response.status_code, response["Location"]) == (301, article.path)


def test_what_was_taken_away_says_why(client):
    past = PastEdition(MAY, visible_until=JUNE)
    article = import_article(new(), [past], notice="It was wrong.")
    response = client.get(article.path)
    assert response.status_code == 410
    assert "It was wrong." in response.text


@pytest.mark.parametrize("stage", [Stage.DRAFT, Stage.IN_REVIEW, Stage.APPROVED])
def test_what_nobody_has_published_has_its_stage(stage):
    article = import_article(new(), [], stage=stage)
    article.refresh_from_db()
    assert (article.stage, article.path) == (stage, None)


def test_a_working_copy_may_be_ahead_of_what_readers_see():
    content = {"headline": "Not out yet"}
    article = import_article(new(), [PastEdition(MAY)], stage=Stage.APPROVED, unpublished=content)
    article.refresh_from_db()
    assert (article.headline, article.stage) == ("Not out yet", Stage.APPROVED)
    assert article.live_edition().headline == "Bridge"


@pytest.mark.parametrize(
    ("editions", "unpublished"), [([], None), ([PastEdition(MAY)], {"headline": "x"})]
)
def test_nothing_is_published_without_an_edition_of_it(editions, unpublished):
    with pytest.raises(ValueError, match="another stage"):
        import_article(new(), editions, unpublished=unpublished)


def test_what_is_still_to_come_was_pressed_now():
    start = timezone.now() + timedelta(hours=1)
    article = import_article(new(), [PastEdition(JULY, JULY + timedelta(1)), PastEdition(start)])
    pressed = [edition.pressed_at for edition in article.editions.order_by("number")]
    assert pressed[0] == JULY < pressed[1] <= timezone.now()


@pytest.mark.parametrize("year", [1, 900, 1599, 2999, 9999])
def test_what_the_archive_can_not_hold_is_refused_in_words(client, year):
    at = datetime(year, 12, 31, 23, 30, tzinfo=UTC)
    with pytest.raises(PublishingError, match="1600") as refused:
        import_article(new(), [PastEdition(at)])
    assert refused.value.code == "undatable"
    for address in ("/archive/", "/sitemap.xml"):
        assert client.get(address).status_code == 200


def test_the_first_year_of_the_archive_is_in_it(client):
    article = import_article(new(), [PastEdition(datetime(1600, 1, 1, 12, tzinfo=UTC))])
    assert article.path in client.get("/1600/01/").text
    assert "/1600/" in client.get("/archive/").text
