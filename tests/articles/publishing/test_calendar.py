"""What begins, changes, ends and is embargoed on each day, in the site's time zone."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from articles.publishing import calendar
from articles.publishing.calendar import Period, days_of
from tests import factories

WEEK = Period.parse("week", "2026-W44")  # the clock is put back on its Sunday, the 1st of November


@pytest.fixture
def new_york():
    with timezone.override("America/New_York"):
        yield


def entries(period, now, **kwargs):
    return [
        (day.date.day, str(entry.words), entry.headline)
        for day in days_of(period, now=now, **kwargs)
        for entry in day.entries
    ]


@pytest.mark.parametrize(
    ("kind", "value", "first", "days"),
    [
        ("week", "2026-W48", date(2026, 11, 23), 7),
        ("week", "2026-W53", date(2026, 12, 28), 7),
        ("day", "2028-02-29", date(2028, 2, 29), 1),
        ("month", "2028-02", date(2028, 2, 1), 29),
    ],
)
def test_a_period_is_named_as_in_iso_8601_and_leads_to_its_neighbours(kind, value, first, days):
    period = Period.parse(kind, value)
    assert (period.first, len(period.days), period.value) == (first, days, value)
    assert period.next.previous == period.previous.next == period


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        *(("week", "2026-W54"), ("week", "2026-W00"), ("week", "W1"), ("week", "9999-W52")),
        *(("day", "2026-02-30"), ("day", "0001-01-01"), ("day", "٢٠٢٦-01-01")),
        *(("month", "2026-13"), ("month", "2026"), ("month", "")),
    ],
)
def test_no_other_text_names_a_period(kind, value):
    with pytest.raises(ValueError):  # noqa: PT011
        Period.parse(kind, value)


@pytest.mark.django_db
def test_each_entry_says_what_happens_and_past_ones_what_happened(new_york):
    start = datetime(2026, 10, 27, 14, tzinfo=UTC)
    bridge = factories.published("Bridge", at=start, until=start + timedelta(days=4))
    bridge.press(by=None, at=start + timedelta(days=2))
    factories.article("Secret", embargo_until=start + timedelta(days=1))
    now = start + timedelta(days=1, hours=1)
    assert entries(WEEK, now) == [
        (27, "went live", "Bridge"),
        (28, "embargo ended", "Secret"),
        (29, "changes", "Bridge"),
        (31, "ends", "Bridge"),
    ]
    assert entries(WEEK, now, section=factories.section("Culture")) == []
    assert entries(WEEK.next, now) == []


@pytest.mark.django_db
def test_days_have_the_hours_of_the_clock_in_that_zone(new_york):
    # The first moment of Sunday, and its last, 25 hours later; the next begins Monday.
    midnight = datetime(2026, 11, 1, 4, tzinfo=UTC)
    for hours, headline in ((-0.01, "Saturday"), (0, "First"), (24.99, "Last"), (25, "Monday")):
        factories.published(headline, at=midnight + timedelta(hours=hours))
    now = datetime(2020, 1, 1, tzinfo=UTC)
    assert [(day, headline) for day, _words, headline in entries(WEEK, now)] == [
        *((31, "Saturday"), (1, "First"), (1, "Last"))
    ]
    assert [day.hours for day in days_of(WEEK, now=now)] == [24] * 6 + [25]
    assert days_of(Period.parse("day", "2026-03-08"))[0].hours == 23


@pytest.mark.django_db
def test_a_full_day_folds_and_costs_as_many_queries(
    new_york, monkeypatch, django_assert_num_queries
):
    monkeypatch.setattr(calendar, "SHOWN", {"week": 2, "day": 3})
    at = datetime(2026, 10, 27, 14, tzinfo=UTC)
    for number in range(4):
        factories.published(f"Bridge {number}", at=at + timedelta(minutes=number))
    factories.article("Secret", embargo_until=at)
    with django_assert_num_queries(len(calendar.KINDS)):
        tuesday = days_of(WEEK)[1]
    assert ([e.headline for e in tuesday.entries], tuesday.folded) == (["Bridge 0", "Secret"], 3)
    assert days_of(Period("day", tuesday.date))[0].folded == 2


@pytest.mark.django_db
def test_only_an_edition_that_nobody_has_read_can_be_moved():
    now = timezone.now()
    article = factories.published("Bridge", at=now - timedelta(minutes=1))
    article.press(by=None, at=now + timedelta(minutes=1), until=now + timedelta(minutes=2))
    week = Period.around("month", timezone.localdate(now))
    found = [entry for day in days_of(week) for entry in day.entries]
    assert [entry.is_movable for entry in found] == [False, True, False]
