"""The kept months of the archive: at every instant they are what a count of all editions gives."""

import random
import threading
from collections import defaultdict
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from django.db import connection, transaction
from django.utils import timezone

from articles.models import Edition, Month, MonthMark
from articles.publishing.preflight.findings import PublishingError
from articles.publishing.takedown.edition import take_down_edition
from common import reader_clock
from tests import factories

MAY = datetime(2025, 5, 4, 12, tzinfo=UTC)


def counted(at=None):
    """Return the same as `shown`, counted edition by edition."""
    months = defaultdict(lambda: [0, set(), MAY.replace(year=1)])
    for edition in Edition.objects.live(at):
        day = timezone.localdate(edition.first_published_at)
        month = months[day.replace(day=1)]
        month[0] += 1
        month[1].add(day)
        month[2] = max(month[2], edition.updated_at or edition.first_published_at)
    return [(start, n, sorted(days), at) for start, (n, days, at) in sorted(months.items())][::-1]


def shown(at=None):
    return [
        (month.start, month.articles, month.published_on(), month.changed_at)
        for month in Month.objects.public(at)
    ]


def settled():
    """Bring all months up to date, and check that nothing is left to do."""
    while Month.objects.settle():
        pass
    assert not MonthMark.objects.exists()
    assert {month.is_exact(timezone.now()) for month in Month.objects.all()} <= {True}


CHANGES_OF_ARTICLE = {
    "correct": lambda article, at: article.press(by=None, correction=factories.correction()),
    "withdraw": lambda article, at: article.withdraw(by=None),
    "withdraw later": lambda article, at: article.withdraw(by=None, at=at),
    "press later": lambda article, at: article.press(by=None, at=at, until=at + timedelta(days=9)),
    "take down": lambda article, at: take_down_edition(
        article.live_edition(), by=None, reason="Court", notice="Gone."
    ),
}
CHANGES = ["publish", "schedule", "clock", "settle", *CHANGES_OF_ARTICLE]


@pytest.mark.django_db
def test_after_any_change_at_any_instant_the_months_are_as_counted(clock):
    seed = random.randrange(10**6)
    chance = random.Random(seed)
    articles = []
    for step in range(60):
        at = MAY + timedelta(days=chance.randrange(-90, 90), hours=chance.randrange(24))
        live = [article for article in articles if article.live_edition()]
        change = chance.choice(CHANGES if live else CHANGES[:3])
        if change in ("publish", "schedule"):
            later = clock.plus(days=chance.randrange(1, 40))
            articles.append(factories.published(at=at if change == "publish" else later))
        elif change == "clock":
            clock.forward(days=chance.randrange(20))
        elif change == "settle":
            Month.objects.settle()
        else:
            with suppress(PublishingError):
                CHANGES_OF_ARTICLE[change](chance.choice(live), clock.plus(days=3))
        assert shown() == counted(), (seed, step)
        days = chance.randrange(-120, 60)
        assert shown(clock.plus(days=days)) == counted(clock.plus(days=days)), (seed, step, days)
    settled()
    assert shown() == counted(), seed
    for days in (-400, -90, -60, -30, -1, 1, 30):
        at = clock.plus(days=days)
        with reader_clock.as_at(at):
            assert shown() == counted(at), (seed, days)


@pytest.mark.django_db
def test_kept_months_are_read_and_not_counted(django_assert_num_queries, clock):
    for days in range(0, 300, 10):
        factories.published(at=MAY + timedelta(days=days))
    settled()
    with django_assert_num_queries(2) as asked:
        assert len(shown()) == 10
    assert not any("articles_edition" in query["sql"] for query in asked)


@pytest.mark.django_db
def test_the_archive_of_another_instant_counts_only_months_that_have_changed_since(
    django_assert_num_queries, clock
):
    articles = [factories.published(at=clock.plus(days=-days)) for days in range(10, 910, 30)]
    articles[20].press(by=None, correction=factories.correction())
    settled()
    at = clock.plus(days=-300)
    with django_assert_num_queries(3) as asked:
        months = shown(at)
    assert months == counted(at)
    (count,) = (query["sql"] for query in asked if "articles_edition" in query["sql"])
    # The month of the correction's article, and perhaps that of the instant itself.
    assert count.count('"first_published_at" >=') in (1, 2)


@pytest.mark.django_db
def test_months_that_an_earlier_version_has_counted_are_counted_once_more():
    factories.published(at=MAY)
    settled()
    Month.objects.update(exact_since=None)
    assert Month.objects.settle() == 1
    assert Month.objects.get().exact_since == MAY
    assert Month.objects.settle() == 0


@pytest.mark.django_db
def test_a_month_is_counted_anew_when_the_time_zone_of_the_site_is_another(settings):
    # In Paris it is June already.
    factories.published(at=datetime(2025, 5, 31, 22, 30, tzinfo=UTC))
    settled()
    assert [month[0].month for month in shown()] == [6]
    settings.TIME_ZONE = "America/Montreal"
    assert [month[0].month for month in shown()] == [5]
    settled()
    assert [month[0].month for month in shown()] == [5]
    assert shown() == counted()


@pytest.mark.django_db
@pytest.mark.parametrize("zones", [*permutations(["America/Sao_Paulo", "Europe/Paris"])])
def test_a_mark_is_of_the_month_in_any_time_zone(settings, zones):
    settings.TIME_ZONE, after = zones
    factories.published(at=datetime(2024, 8, 15, tzinfo=UTC))
    settled()
    # In São Paulo it is still July. The site restarts before its month is counted.
    factories.published(at=datetime(2024, 8, 1, 0, 56, tzinfo=UTC))
    settings.TIME_ZONE = after
    settled()
    assert shown() == counted()


@pytest.mark.django_db
@pytest.mark.parametrize("end", ["withdraw", "take down"])
def test_a_takedown_leaves_no_count(clock, end):
    article = factories.published(at=MAY)
    settled()
    CHANGES_OF_ARTICLE[end](article, None)
    assert shown() == []
    settled()
    assert shown() == []


@pytest.mark.django_db
def test_editions_that_are_loaded_in_bulk_are_counted_and_listed():
    topic, second, author = factories.topic(), factories.topic("Another"), factories.author()
    one = factories.published(at=MAY, topics=[topic], authors=[author])
    settled()
    edition = one.editions.get()
    other = factories.article("Other", section=one.section)
    content = {**edition.content(), "first_published_at": MAY, "visible_from": MAY}
    (made,) = Edition.objects.bulk_create([Edition(article=other, number=1, **content)])
    filing = Edition.topics.through
    filing.objects.bulk_create([filing(edition=made, topic=each) for each in (topic, second)])
    byline = type(edition.bylines.get())
    byline.objects.bulk_create([byline(edition=made, author=author)])
    assert shown() == counted()
    assert {e.pk for e in Edition.objects.live().about(topic)} == {edition.pk, made.pk}
    dates = byline.objects.values_list("first_published_at", flat=True)
    assert list(dates) == list(topic.filings.values_list("first_published_at", flat=True))
    assert list(dates) == [MAY, MAY]
    assert [row.first_published_at for row in second.filings.all()] == [MAY]


@pytest.mark.django_db(transaction=True)
def test_a_publication_is_kept_right_after_its_commit():
    factories.published(at=MAY)
    assert not MonthMark.objects.exists()
    assert [month.articles for month in Month.objects.all()] == [1]


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_a_press_that_commits_while_months_are_counted_is_not_lost():
    """Two presses overlap: the first commits and its month is counted before the second commits."""
    factories.published("First", at=MAY)
    pressed, counted_once = threading.Event(), threading.Event()

    def press():
        with transaction.atomic():
            factories.published("Second", at=MAY + timedelta(hours=1))
            pressed.set()
            assert counted_once.wait(20)
        connection.close()

    second = threading.Thread(target=press)
    second.start()
    assert pressed.wait(20)
    factories.published("Third", at=MAY + timedelta(hours=2))
    assert [month.articles for month in Month.objects.all()] == [2]
    counted_once.set()
    second.join(20)
    assert [month[1] for month in shown()] == [3]
    settled()
    assert [month[1] for month in shown()] == [3]
