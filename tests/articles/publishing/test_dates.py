"""The two dates of an article that readers see: its first publication and its last update."""

import random
from contextlib import suppress
from datetime import timedelta

import pytest

from articles.models import Article, Correction
from articles.publishing import waiting
from articles.publishing.preflight.findings import PublishingError
from articles.publishing.standing import Standing, standing_of
from articles.publishing.takedown.edition import take_down_edition
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_draft_has_no_public_date(draft):
    assert (draft.first_published_at, draft.path) == (None, None)


def test_an_article_is_first_published_when_its_first_edition_begins(clock):
    article = factories.published(at=clock.plus(hours=1))
    article.refresh_from_db()
    assert article.first_published_at == clock.plus(hours=1)


def test_the_first_date_follows_rescheduling_while_it_is_to_come(clock):
    article = factories.published(at=clock.plus(days=1))
    for days in (3, 2):
        article.reschedule(article.editions.get(), clock.plus(days=days), by=None)
        article.refresh_from_db()
        assert article.first_published_at == clock.plus(days=days)


def test_the_first_date_follows_an_edition_pressed_for_an_earlier_time(clock):
    article = factories.published(at=clock.plus(days=2))
    article.press(by=None, at=clock.plus(days=1))
    article.refresh_from_db()
    assert article.first_published_at == clock.plus(days=1)


def test_the_first_date_follows_when_the_first_edition_is_taken_back(clock):
    article = factories.published(at=clock.plus(days=1))
    first = article.editions.get()
    article.press(by=None, at=clock.plus(days=2))
    article.cancel(first, by=None)
    article.refresh_from_db()
    assert article.first_published_at == clock.plus(days=2)


def test_the_first_date_goes_when_nothing_is_scheduled_any_more(clock):
    article = factories.published(at=clock.plus(days=1))
    article.cancel(article.editions.get(), by=None)
    article.refresh_from_db()
    assert (article.first_published_at, article.path) == (None, None)


@pytest.mark.parametrize("act", ["press", "withdraw", "withdraw and press", "schedule and cancel"])
def test_once_readers_could_read_it_the_first_date_is_frozen(clock, act):
    article = factories.published(at=clock.plus(hours=1))
    first = clock.forward(hours=1)
    clock.forward(days=400)
    if act.startswith("withdraw"):
        article.withdraw(by=None)
        clock.forward(minutes=1)
    if act.startswith("schedule"):
        article.cancel(article.press(by=None, at=clock.plus(days=1)), by=None)
    if act.endswith("press"):
        article.press(by=None)
    article.refresh_from_db()
    assert article.first_published_at == first


def updates(article):
    return [edition.updated_at for edition in article.editions.order_by("number")]


def test_a_mended_typo_moves_no_public_date(clock):
    article = factories.published(at=clock.plus(days=-2))
    first, path = article.first_published_at, article.path
    article.headline = "The bridge has reopened"
    article.save()
    article.press(by=None)
    article.refresh_from_db()
    assert updates(article) == [None, None]
    assert (article.first_published_at, article.path) == (first, path)


def test_a_correction_moves_the_updated_date_from_that_edition_on(clock):
    article = factories.published(at=clock.plus(days=-2))
    update = article.press(
        by=None, at=clock.plus(days=-1), correction=factories.correction("New figures.")
    )
    article.press(by=None)
    assert updates(article) == [None, update.visible_from, update.visible_from]


def test_the_last_correction_counts(clock):
    article = factories.published(at=clock.plus(days=-3))
    article.press(by=None, at=clock.plus(days=-2), correction=factories.correction("New figures."))
    article.press(by=None, at=clock.plus(days=-1), correction=factories.correction("A reply."))
    assert updates(article) == [None, clock.plus(days=-2), clock.plus(days=-1)]


def test_the_first_edition_is_no_update(draft):
    draft.press(by=None, correction=factories.correction("From our archive.", kind="note"))
    assert updates(draft) == [None]


@pytest.mark.parametrize("kind", Correction.Kind)
def test_whatever_readers_are_told_moves_the_updated_date(clock, kind):
    article = factories.published(at=clock.plus(days=-1))
    article.press(by=None, correction=factories.correction(kind=kind))
    assert updates(article) == [None, clock.now]


def test_a_scheduled_update_is_dated_from_its_beginning_and_moves_with_it(clock):
    article = factories.published(at=clock.plus(days=-1))
    update = article.press(by=None, at=clock.plus(hours=1), correction=factories.correction("New."))
    assert updates(article) == [None, clock.plus(hours=1)]
    article.reschedule(update, clock.plus(hours=2), by=None)
    assert updates(article) == [None, clock.plus(hours=2)]


def test_an_update_pressed_before_a_scheduled_edition_is_dated_in_both(clock):
    article = factories.published(at=clock.plus(days=-1))
    article.press(by=None, at=clock.plus(hours=2))
    article.press(by=None, correction=factories.correction("New."))
    by_time = [edition.updated_at for edition in article.editions.order_by("visible_from")]
    assert by_time == [None, clock.now, clock.now]


def test_an_update_that_is_taken_back_leaves_no_date(clock):
    article = factories.published(at=clock.plus(days=-1))
    update = article.press(by=None, at=clock.plus(hours=1), correction=factories.correction("New."))
    article.press(by=None, at=clock.plus(hours=2))
    article.cancel(update, by=None)
    assert updates(article) == [None, None]


def test_saving_moves_only_the_time_of_the_working_copy(clock):
    article = factories.published(at=clock.plus(days=-1))
    edition = article.editions.values().get()
    before = article.saved_at
    clock.forward(hours=1)
    article.save()
    article.refresh_from_db()
    assert article.saved_at - before >= timedelta(hours=1)
    assert article.editions.values().get() == edition


ACTS = {
    "press": lambda article, edition, at: article.press(by=None),
    "press later": lambda article, edition, at: article.press(by=None, at=at),
    "press for a day": lambda article, edition, at: article.press(
        by=None, until=at + timedelta(days=1)
    ),
    "reschedule": lambda article, edition, at: article.reschedule(edition, at, by=None),
    "cancel": lambda article, edition, at: article.cancel(edition, by=None),
    "withdraw": lambda article, edition, at: article.withdraw(by=None),
    "withdraw later": lambda article, edition, at: article.withdraw(by=None, at=at),
    "take down": lambda article, edition, at: take_down_edition(
        edition, by=None, reason="Court", notice="Gone."
    ),
}


def test_after_any_act_an_article_is_listed_as_withdrawn_if_readers_have_lost_it(clock):
    seed = random.randrange(10**6)
    chance = random.Random(seed)
    articles = [factories.published(at=clock.plus(days=days)) for days in range(-6, 7)]
    lost = {Standing.WITHDRAWN, Standing.WITHDRAWN_IN_REVIEW, Standing.WITHDRAWN_APPROVED}
    done = set()
    for step in range(100):
        # An edition that is taken down as it begins lasts for a microsecond more.
        clock.forward(hours=chance.randrange(20), seconds=1)
        name, article = chance.choice(list(ACTS)), chance.choice(articles)
        edition = chance.choice([None, *article.editions.filter(suppressed_at=None)])
        if edition or name.startswith(("press", "withdraw")):
            # Each article as a request reads it.
            with suppress(PublishingError):
                ACTS[name](
                    Article.objects.get(pk=article.pk),
                    edition,
                    clock.plus(hours=chance.choice([1, 30])),
                )
                done.add(name)
        withdrawn = {each.pk for each in articles if standing_of(each) in lost}
        assert {each.pk for each in articles if waiting.is_withdrawn(each)} == withdrawn
        found = set(waiting.withdrawn(Article.objects.all()).values_list("pk", flat=True))
        assert found == withdrawn, (seed, step, name)
    assert len(done) > 4, done
