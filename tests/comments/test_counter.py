"""Counters, which several processes share in the database."""

from django.utils import timezone

from comments.models import Counter


def test_a_counter_begins_at_one(db):
    assert Counter.objects.add("a", timezone.now())
    assert Counter.objects.get().count == 1


def test_a_counter_counts_up_in_one_row(db):
    now = timezone.now()
    for _time in range(3):
        Counter.objects.add("a", now)
    assert Counter.objects.get().count == 3


def test_a_full_counter_says_so_and_stays(db):
    now = timezone.now()
    assert [Counter.objects.add("a", now, limit=2) for _time in range(4)] == [
        *(True, True),
        *(False, False),
    ]
    assert Counter.objects.get().count == 2


def test_a_limit_of_none_at_all_lets_nothing_through(db):
    assert not Counter.objects.add("a", timezone.now(), limit=0)


def test_names_and_periods_are_counted_apart(db):
    now = timezone.now()
    assert Counter.objects.add("a", now, limit=1)
    assert Counter.objects.add("b", now, limit=1)
    assert Counter.objects.add("a", now - timezone.timedelta(hours=1), limit=1)
