"""The edition that readers see: most tests look just before, at, and just after an instant."""

from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from articles.models import Article, Edition
from articles.publishing.preflight.findings import PublishingError
from tests import factories

pytestmark = pytest.mark.django_db

INSTANT = timedelta(microseconds=1)
NOON = datetime(2031, 5, 4, 12, tzinfo=UTC)
ONE, TWO, THREE = (NOON + timedelta(hours=hours) for hours in (1, 2, 3))


def seen(article, at):
    """Return the headline that readers see at `at`, or None."""
    edition = Edition.objects.live(at).filter(article=article).first()
    for each in article.editions.all():
        assert each.is_live(at) == (each == edition), "is_live and live() disagree"
    return edition and edition.headline


def seen_around(article, instant):
    return [seen(article, instant + delta) for delta in (-INSTANT, timedelta(0), INSTANT)]


def press(article, headline, **when):
    article.headline = headline
    article.save()
    return article.press(by=None, **when)


@pytest.fixture
def article():
    """An article that is public from noon on, with the headline “first”."""
    return factories.published("first", at=NOON)


# --- Intervals ------------------------------------------------------------------------------------


def test_an_edition_is_visible_from_its_first_instant(article):
    assert seen_around(article, NOON) == [None, "first", "first"]


def test_an_edition_pressed_without_a_time_is_visible_at_once(draft):
    assert draft.live_edition() is None
    draft.press(by=None)
    assert draft.live_edition()


def test_a_correction_takes_over_without_a_gap(article):
    press(article, "second", at=ONE)
    assert seen_around(article, ONE) == ["first", "second", "second"]


def test_scheduled_corrections_take_over_one_after_the_other(article):
    press(article, "third", at=THREE)
    press(article, "second", at=ONE)
    assert seen_around(article, NOON) == [None, "first", "first"]
    assert seen_around(article, ONE) == ["first", "second", "second"]
    assert seen_around(article, THREE) == ["second", "third", "third"]


def test_an_edition_is_gone_at_the_date_it_lasts_until():
    article = factories.published("first", at=NOON, until=TWO)
    assert seen_around(article, NOON) == [None, "first", "first"]
    assert seen_around(article, TWO) == ["first", None, None]


def test_a_correction_inherits_the_planned_end():
    article = factories.published("first", at=NOON, until=TWO)
    press(article, "second", at=ONE)
    assert seen_around(article, ONE) == ["first", "second", "second"]
    assert seen_around(article, TWO) == ["second", None, None]


def test_a_correction_ends_when_it_says(article):
    press(article, "second", at=ONE, until=TWO)
    assert seen_around(article, TWO) == ["second", None, None]


def test_a_withdrawn_article_is_gone_from_that_instant(article):
    article.withdraw(by=None, at=TWO)
    assert seen_around(article, TWO) == ["first", None, None]
    assert seen(article, ONE) == "first"


def test_an_article_comes_back_after_a_pause():
    article = factories.published("first", at=NOON, until=ONE)
    press(article, "second", at=TWO)
    assert seen_around(article, ONE) == ["first", None, None]
    assert seen_around(article, TWO) == [None, "second", "second"]


def test_an_embargoed_article_is_visible_from_the_end_of_its_embargo():
    article = factories.article("first", embargo_until=TWO)
    with pytest.raises(PublishingError):
        article.press(by=None, at=TWO - INSTANT)
    article.press(by=None, at=TWO)
    assert seen_around(article, TWO) == [None, "first", "first"]


def test_readers_do_not_see_the_working_copy(article):
    Article.objects.filter(pk=article.pk).update(headline="secret", body="<p>secret</p>")
    assert seen(article, ONE) == "first"


def test_the_site_of_the_past_can_be_read_at_any_instant(article):
    other = factories.published("other", at=ONE)
    press(article, "second", at=TWO)
    read = {at: {e.headline for e in Edition.objects.live(at)} for at in (NOON, ONE, TWO)}
    assert read == {NOON: {"first"}, ONE: {"first", "other"}, TWO: {"second", "other"}}
    assert [e.article for e in Edition.objects.live(TWO).newest_first()] == [other, article]


# --- An edition never changes ---------------------------------------------------------------------


def test_an_edition_cannot_be_saved_again(article):
    edition = article.editions.get()
    edition.headline = "rewritten"
    with pytest.raises(TypeError, match="never changes"):
        edition.save()
    assert seen(article, NOON) == "first"


def test_the_next_edition_leaves_the_words_of_the_last_one(article):
    before = article.editions.values().get()
    press(article, "second", at=ONE)
    after = article.editions.values().get(number=1)
    assert {name for name in before if before[name] != after[name]} == {"visible_until"}


def test_bylines_and_topics_of_an_edition_stay_as_pressed():
    article = factories.published(
        at=NOON, authors=[factories.author("Anne")], topics=[factories.topic("Rivers")]
    )
    article.bylines.all().delete()
    article.topics.clear()
    edition = article.editions.get()
    assert [author.name for author in edition.authors()] == ["Anne"]
    assert [topic.name for topic in edition.topics.all()] == ["Rivers"]


def test_an_article_with_editions_cannot_be_deleted(article):
    with pytest.raises(IntegrityError):
        article.delete()
    assert article.editions.exists()


# --- Constraints of the database ------------------------------------------------------------------


def raw(article, number, start, end, **fields):
    """Return an unsaved edition made without the press, so that no rule has checked it."""
    return Edition(
        article=article, number=number, visible_from=start, visible_until=end,
        headline="raw", section=article.section, language="en", **fields,
    )  # fmt: skip


def refuses(write):
    with pytest.raises(IntegrityError), transaction.atomic():
        write()


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (ONE, TWO),
        (ONE - INSTANT, None),
        (NOON, ONE + INSTANT),
        (TWO - INSTANT, THREE),
        (NOON, None),
        (ONE + INSTANT, TWO - INSTANT),
    ],
)
def test_the_database_refuses_an_overlapping_edition(draft, start, end):
    Edition.objects.bulk_create([raw(draft, 1, ONE, TWO)])
    refuses(lambda: Edition.objects.bulk_create([raw(draft, 2, start, end)]))
    assert draft.editions.count() == 1


@pytest.mark.parametrize(("start", "end"), [(NOON, ONE), (TWO, THREE), (TWO, None)])
def test_the_database_takes_editions_that_only_touch(draft, start, end):
    Edition.objects.bulk_create([raw(draft, 1, ONE, TWO)])
    Edition.objects.bulk_create([raw(draft, 2, start, end)])
    assert draft.editions.count() == 2


def test_the_database_refuses_two_editions_that_overlap_in_one_statement(draft):
    refuses(
        lambda: Edition.objects.bulk_create([raw(draft, 1, NOON, TWO), raw(draft, 2, ONE, THREE)])
    )


def test_the_database_refuses_to_move_an_edition_into_another(draft):
    Edition.objects.bulk_create([raw(draft, 1, NOON, ONE), raw(draft, 2, TWO, THREE)])
    first, second = (draft.editions.filter(number=number) for number in (1, 2))
    refuses(lambda: first.update(visible_until=TWO + INSTANT))
    refuses(lambda: first.update(visible_until=None))
    refuses(lambda: second.update(visible_from=ONE - INSTANT))
    first.update(visible_until=TWO)


def test_the_database_refuses_to_give_an_edition_to_an_article_that_has_one_then(draft):
    other = factories.article("other")
    Edition.objects.bulk_create([raw(draft, 1, NOON, ONE), raw(other, 2, NOON, ONE)])
    refuses(lambda: other.editions.update(article=draft))


def test_editions_of_two_articles_may_be_public_at_once(draft):
    other = factories.article("other")
    Edition.objects.bulk_create([raw(draft, 1, NOON, None), raw(other, 1, NOON, None)])


def test_the_database_refuses_two_open_ends(draft):
    Edition.objects.bulk_create([raw(draft, 1, NOON, ONE), raw(draft, 2, ONE, None)])
    refuses(lambda: draft.editions.update(visible_until=None))
    refuses(lambda: Edition.objects.bulk_create([raw(draft, 3, THREE, None)]))
    # Two open ends overlap too, so both rules refused them: now the rule about overlaps goes.
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE articles_edition DROP CONSTRAINT editions_do_not_overlap")
        else:
            for event in ("insert", "update"):
                cursor.execute(f"DROP TRIGGER editions_do_not_overlap_{event}")
    refuses(lambda: draft.editions.update(visible_until=None))
    refuses(lambda: Edition.objects.bulk_create([raw(draft, 3, THREE, None)]))
    Edition.objects.bulk_create([raw(draft, 3, NOON, ONE)])


def test_one_open_end_is_a_constraint_of_its_own_beside_the_overlap(draft):
    """Two open ends stay impossible even if a later migration drops SQLite's triggers."""
    names = connection.introspection.get_constraints(connection.cursor(), "articles_edition")
    assert names["edition_one_open_end"]["unique"]
    if connection.vendor == "postgresql":
        assert "editions_do_not_overlap" in names


@pytest.mark.parametrize("end", [NOON, NOON - INSTANT])
def test_the_database_refuses_an_edition_that_ends_before_it_begins(draft, end):
    refuses(lambda: Edition.objects.bulk_create([raw(draft, 1, NOON, end)]))


def test_the_database_refuses_an_edition_before_its_embargo(draft):
    early = raw(draft, 1, ONE - INSTANT, None, embargo_until=ONE)
    refuses(lambda: Edition.objects.bulk_create([early]))
    Edition.objects.bulk_create([raw(draft, 1, ONE, None, embargo_until=ONE)])
    refuses(lambda: draft.editions.update(visible_from=ONE - INSTANT))
    refuses(lambda: draft.editions.update(embargo_until=ONE + INSTANT))


def test_the_database_refuses_two_editions_of_one_number(draft):
    Edition.objects.bulk_create([raw(draft, 1, NOON, ONE)])
    refuses(lambda: Edition.objects.bulk_create([raw(draft, 1, ONE, TWO)]))


@pytest.mark.django_db(transaction=True)
def test_colleagues_who_press_at_once_leave_one_row_of_editions(draft):
    failures = []

    def press_it():
        try:
            Article.objects.get(pk=draft.pk).press(by=None)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [Thread(target=press_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [f for f in failures if getattr(f, "code", None) not in ("past", "instant")] == []
    editions = list(draft.editions.order_by("visible_from"))
    assert [edition.number for edition in editions] == list(range(1, len(editions) + 1))
    ends = [edition.visible_until for edition in editions]
    assert ends == [edition.visible_from for edition in editions[1:]] + [None]


def test_the_twentieth_edition_costs_the_queries_of_the_third(article):
    def written(number):
        with CaptureQueriesContext(connection) as queries:
            press(article, f"edition {number}", at=NOON + timedelta(hours=number))
        return len(queries)

    counts = {number: written(number) for number in range(1, 21)}
    assert counts[20] == counts[3]
