"""Rescheduling, cancelling and withdrawing editions, and giving an article another address."""

from datetime import timedelta

import pytest

from articles.models import ArticleEvent
from articles.publishing.stages import Stage
from tests import factories
from tests.articles.publishing.test_stages import refused

pytestmark = pytest.mark.django_db

INSTANT = timedelta(microseconds=1)


def intervals(article):
    return [
        (edition.visible_from, edition.visible_until)
        for edition in article.editions.order_by("visible_from")
    ]


@pytest.fixture
def scheduled(clock):
    """An article that readers see now, with a second edition scheduled in two hours."""
    article = factories.published(at=clock.plus(hours=-1))
    article.press(by=None, at=clock.plus(hours=2))
    return article


# --- Rescheduling ---------------------------------------------------------------------------------


@pytest.mark.parametrize("hours", [1, 3])
def test_a_scheduled_edition_moves_and_the_end_of_its_predecessor_with_it(
    scheduled, clock, editor, hours
):
    scheduled.reschedule(scheduled.scheduled_editions().get(), clock.plus(hours=hours), by=editor)
    assert intervals(scheduled) == [
        (clock.plus(hours=-1), clock.plus(hours=hours)),
        (clock.plus(hours=hours), None),
    ]


def test_rescheduling_writes_history(scheduled, clock, editor):
    scheduled.reschedule(scheduled.scheduled_editions().get(), clock.plus(hours=3), by=editor)
    event = scheduled.events.get(kind=ArticleEvent.Kind.RESCHEDULED)
    assert (event.by, event.edition, event.moment) == (editor, 2, clock.plus(hours=3))


def test_an_edition_that_readers_have_seen_does_not_move(scheduled, clock):
    edition = scheduled.scheduled_editions().get()
    clock.forward(hours=2)
    with refused("begun"):
        scheduled.reschedule(edition, clock.plus(hours=1), by=None)


def test_nothing_is_rescheduled_into_the_past(scheduled, clock):
    with refused("past_date"):
        scheduled.reschedule(scheduled.scheduled_editions().get(), clock.now - INSTANT, by=None)


def test_an_edition_is_rescheduled_to_this_very_instant(scheduled, clock):
    scheduled.reschedule(scheduled.scheduled_editions().get(), clock.now, by=None)
    assert scheduled.live_edition().number == 2


def test_nothing_is_rescheduled_to_before_its_embargo(clock):
    article = factories.article(embargo_until=clock.plus(hours=1))
    edition = article.press(by=None, at=clock.plus(hours=2))
    with refused("embargo"):
        article.reschedule(edition, clock.plus(hours=1) - INSTANT, by=None)
    article.reschedule(edition, clock.plus(hours=1), by=None)


def test_the_embargo_that_counts_is_the_one_the_edition_was_pressed_with(clock):
    article = factories.article(embargo_until=clock.plus(hours=1))
    edition = article.press(by=None, at=clock.plus(hours=2))
    article.embargo_until = None
    article.save()
    with refused("embargo"):
        article.reschedule(edition, clock.plus(minutes=30), by=None)


def test_no_edition_is_moved_to_before_an_embargo_that_was_set_later(clock):
    article = factories.article()
    edition = article.press(by=None, at=clock.plus(hours=2))
    article.embargo_until = clock.plus(hours=1)
    article.save()
    with refused("embargo"):
        article.reschedule(edition, clock.plus(minutes=30), by=None)
    article.reschedule(edition, clock.plus(hours=1), by=None)


def test_an_edition_is_not_moved_to_its_own_end_or_beyond(clock):
    article = factories.published(at=clock.plus(hours=1), until=clock.plus(hours=2))
    with refused("order"):
        article.reschedule(article.editions.get(), clock.plus(hours=2), by=None)


def test_an_edition_is_not_moved_beyond_its_successor(scheduled, clock):
    scheduled.press(by=None, at=clock.plus(hours=3))
    second = scheduled.editions.get(number=2)
    with refused("order"):
        scheduled.reschedule(second, clock.plus(hours=3), by=None)


def test_an_edition_is_not_moved_before_its_predecessor_begins(scheduled, clock):
    scheduled.press(by=None, at=clock.plus(hours=3))
    third = scheduled.editions.get(number=3)
    with refused("overlap"):
        scheduled.reschedule(third, clock.plus(hours=2), by=None)


def test_an_edition_after_a_pause_is_not_moved_into_its_predecessor(clock):
    article = factories.published(at=clock.plus(hours=-1), until=clock.plus(hours=1))
    edition = article.press(by=None, at=clock.plus(hours=3))
    with refused("overlap"):
        article.reschedule(edition, clock.plus(hours=1) - INSTANT, by=None)
    article.reschedule(edition, clock.plus(hours=1), by=None)
    assert intervals(article) == [
        (clock.plus(hours=-1), clock.plus(hours=1)),
        (clock.plus(hours=1), None),
    ]


def test_moving_an_edition_after_a_pause_leaves_the_pause(clock):
    article = factories.published(at=clock.plus(hours=-1), until=clock.plus(hours=1))
    edition = article.press(by=None, at=clock.plus(hours=3))
    article.reschedule(edition, clock.plus(hours=2), by=None)
    assert intervals(article) == [
        (clock.plus(hours=-1), clock.plus(hours=1)),
        (clock.plus(hours=2), None),
    ]


def test_an_edition_that_a_colleague_has_moved_is_moved_from_there(scheduled, clock):
    edition, same = scheduled.scheduled_editions().get(), scheduled.scheduled_editions().get()
    scheduled.reschedule(edition, clock.plus(hours=3), by=None)
    scheduled.reschedule(same, clock.plus(hours=4), by=None)
    assert intervals(scheduled) == [
        (clock.plus(hours=-1), clock.plus(hours=4)),
        (clock.plus(hours=4), None),
    ]


# --- Cancelling -----------------------------------------------------------------------------------


def test_a_correction_that_is_taken_back_leaves_its_predecessor_as_it_was(scheduled, clock, editor):
    scheduled.cancel(scheduled.scheduled_editions().get(), by=editor)
    assert intervals(scheduled) == [(clock.plus(hours=-1), None)]
    assert scheduled.stage == Stage.DRAFT
    event = scheduled.events.get(kind=ArticleEvent.Kind.CANCELLED)
    assert (event.by, event.edition, event.moment) == (editor, 2, clock.plus(hours=2))


def test_taking_back_the_one_in_the_middle_closes_the_gap(scheduled, clock):
    scheduled.press(by=None, at=clock.plus(hours=3))
    scheduled.cancel(scheduled.editions.get(number=2), by=None)
    assert intervals(scheduled) == [
        (clock.plus(hours=-1), clock.plus(hours=3)),
        (clock.plus(hours=3), None),
    ]


def test_taking_back_a_correction_keeps_the_planned_end(clock):
    article = factories.published(at=clock.plus(hours=-1), until=clock.plus(hours=4))
    article.cancel(article.press(by=None, at=clock.plus(hours=2)), by=None)
    assert intervals(article) == [(clock.plus(hours=-1), clock.plus(hours=4))]


def test_taking_back_an_edition_after_a_pause_leaves_its_predecessor_as_it_was(clock):
    article = factories.published(at=clock.plus(hours=-1), until=clock.plus(hours=1))
    article.cancel(article.press(by=None, at=clock.plus(hours=3)), by=None)
    assert intervals(article) == [(clock.plus(hours=-1), clock.plus(hours=1))]


def test_an_edition_that_a_colleague_has_moved_is_taken_back_from_there(scheduled, clock):
    edition, same = scheduled.scheduled_editions().get(), scheduled.scheduled_editions().get()
    scheduled.reschedule(edition, clock.plus(hours=3), by=None)
    scheduled.cancel(same, by=None)
    assert intervals(scheduled) == [(clock.plus(hours=-1), None)]


def test_an_edition_that_readers_have_seen_is_not_taken_back(scheduled, clock):
    edition = scheduled.scheduled_editions().get()
    clock.forward(hours=2)
    with refused("begun"):
        scheduled.cancel(edition, by=None)
    assert scheduled.editions.count() == 2


# --- Withdrawing ----------------------------------------------------------------------------------


def test_withdrawing_ends_publication_and_writes_history(clock, editor):
    article = factories.published(at=clock.plus(hours=-1))
    article.withdraw(by=editor, notice="It was wrong.")
    assert article.live_edition() is None
    assert intervals(article) == [(clock.plus(hours=-1), clock.now)]
    assert (article.stage, article.withdrawal_notice) == (Stage.DRAFT, "It was wrong.")
    event = article.events.get(kind=ArticleEvent.Kind.WITHDRAWN)
    assert (event.by, event.moment, event.note) == (editor, clock.now, "It was wrong.")


def test_withdrawing_takes_back_what_is_scheduled(scheduled, clock):
    scheduled.press(by=None, at=clock.plus(hours=3))
    # An edition that would begin at the very instant of the withdrawal goes too.
    scheduled.withdraw(by=None, at=clock.plus(hours=2))
    assert intervals(scheduled) == [(clock.plus(hours=-1), clock.plus(hours=2))]
    scheduled.withdraw(by=None)
    assert intervals(scheduled) == [(clock.plus(hours=-1), clock.now)]


def test_withdrawing_at_a_date_keeps_what_comes_before_it(scheduled, clock):
    scheduled.press(by=None, at=clock.plus(hours=5))
    scheduled.withdraw(by=None, at=clock.plus(hours=4))
    assert intervals(scheduled) == [
        (clock.plus(hours=-1), clock.plus(hours=2)),
        (clock.plus(hours=2), clock.plus(hours=4)),
    ]


def test_an_article_that_was_only_scheduled_is_withdrawn_as_if_it_never_was(clock):
    article = factories.published(at=clock.plus(hours=1))
    article.withdraw(by=None)
    article.refresh_from_db()
    assert not article.editions.exists()
    assert (article.path, article.first_published_at) == (None, None)


def test_what_is_not_public_cannot_be_withdrawn(draft):
    with refused("nothing"):
        draft.withdraw(by=None)


def test_what_is_withdrawn_cannot_be_withdrawn_again(clock):
    article = factories.published(at=clock.plus(hours=-1))
    article.withdraw(by=None, notice="It was wrong.")
    clock.forward(minutes=1)
    with refused("nothing"):
        article.withdraw(by=None, notice="Again.")
    article.refresh_from_db()
    assert article.withdrawal_notice == "It was wrong."


def test_nothing_is_withdrawn_from_the_past(clock):
    article = factories.published(at=clock.plus(hours=-1))
    with refused("past_date"):
        article.withdraw(by=None, at=clock.now - INSTANT)
    assert article.live_edition()


def test_an_article_comes_back_with_its_next_edition(clock):
    article = factories.published(at=clock.plus(hours=-1))
    article.withdraw(by=None, notice="It was wrong.")
    clock.forward(minutes=1)
    article.press(by=None)
    assert article.live_edition().number == 2
    assert article.withdrawal_notice == ""


# --- Another address ------------------------------------------------------------------------------


def test_a_new_address_is_written_in_history(clock, editor):
    article = factories.published(slug="bridge")
    old = article.path
    article.change_slug("tramway", by=editor)
    event = article.events.get(kind=ArticleEvent.Kind.READDRESSED)
    assert (event.by, event.note) == (editor, f"{old} → {article.path}")
    assert article.path == old.replace("bridge", "tramway")


def test_the_address_of_a_draft_is_only_its_last_part(draft):
    draft.change_slug("tramway", by=None)
    draft.refresh_from_db()
    assert (draft.slug, draft.path) == ("tramway", None)
