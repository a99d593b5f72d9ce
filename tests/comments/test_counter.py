"""Counters, which several processes share in the database."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from django.utils import timezone

from comments.models import Counter
from comments.models.counter import Memory


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


def test_of_several_counters_each_has_its_limit_and_the_full_ones_are_told(db):
    now = timezone.now()
    limits = {"a": 1, "b": 2, "none": 0}
    told = [Counter.objects.add_below(limits, now) for _time in range(3)]
    assert told == [{"none"}, {"a", "none"}, {"a", "b", "none"}]
    assert dict(Counter.objects.values_list("name", "count")) == {"a": 1, "b": 2}
    assert Counter.objects.add_below({"a": 1}, now - timedelta(hours=1)) == set()


def test_names_and_periods_are_counted_apart(db):
    now = timezone.now()
    assert Counter.objects.add("a", now, limit=1)
    assert Counter.objects.add("b", now, limit=1)
    assert Counter.objects.add("a", now - timezone.timedelta(hours=1), limit=1)


# --- Numbers in memory ------------------------------------------------------------------------


def test_the_first_count_is_written_at_once_and_the_others_together(db, django_assert_num_queries):
    memory = Memory()
    memory.count_today("refused:rate")
    assert Counter.objects.get().count == 1
    with django_assert_num_queries(0):
        for _time in range(50):
            memory.count_today("refused:rate")
        memory.write_if_due()
    with django_assert_num_queries(1):
        memory.write()
    assert Counter.objects.get().count == 51


def test_counts_come_to_the_day_on_which_they_were_made(db, clock):
    memory = Memory()
    memory.count_today("refused:rate")
    memory.count_today("refused:rate")
    clock.forward(days=1)
    memory.count_today("refused:rate")
    memory.write()
    assert sorted(Counter.objects.values_list("count", flat=True)) == [1, 2]


def test_no_count_of_many_threads_is_lost(db):
    memory = Memory()
    memory.count_today("refused:rate")

    def count_many():
        for _time in range(200):
            memory.count_today("refused:rate")

    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(count_many) for _thread in range(8)]:
            done.result()
    memory.write()
    assert Counter.objects.get().count == 1601


def test_full_counters_are_remembered_until_their_end_and_never_too_many(clock, monkeypatch):
    monkeypatch.setattr(Memory, "MOST_FULL", 3)
    memory = Memory()
    for name in "abcd":
        memory.remember_full(name, clock.now + timedelta(minutes=1))
    assert [memory.is_full(name) for name in "abcd"] == [False, True, True, True]
    clock.forward(minutes=1)
    assert not memory.is_full("d")
