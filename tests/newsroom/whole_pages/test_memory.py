"""The memory of a process: what stays within the bound, and what a change drops."""

from datetime import UTC, datetime, timedelta
from threading import Event

import pytest
from django.utils import timezone

from newsroom.whole_pages.memory import Memory
from newsroom.whole_pages.page import WholePage
from tests.threads import in_threads, many_switches

HOUR = 3600
START = datetime(1970, 1, 1, tzinfo=UTC)


def change(kind, key, seconds=0):
    return kind, key, START + timedelta(seconds=seconds)


def page(*names, size=1000, lagging=(), ends_at=HOUR, questions=None):
    return WholePage(
        [("ETag", '"a"')],
        b"x" * size,
        made_at=0,
        ends_at=ends_at,
        names=names,
        lagging=lagging,
        questions=questions,
    )


@pytest.fixture
def memory():
    return Memory(100_000)


def test_the_pages_used_last_stay_within_the_bound(memory):
    size = page().size
    room = 100_000 // size
    for number in range(room):
        memory.keep(number, page(), 0)
    assert memory.find(0, 0)
    memory.keep("new", page(), 0)
    assert memory.find(0, 0)
    assert not memory.find(1, 0)
    assert len(memory) == room
    assert memory.size == room * size <= memory.room


def test_another_coding_counts_too_and_a_page_that_is_too_large_is_not_kept(memory):
    kept = page(size=8000)
    assert not memory.keep("large", page(size=8501), 0)
    memory.keep("a", kept, 0)
    before = memory.size
    kept.add_variant("gzip")
    memory.weigh("a", kept)
    assert memory.size == before + len(kept.variants["gzip"].body)
    memory.keep("a", page(), 0)
    memory.weigh("a", kept)
    assert memory.size == page().size


def test_a_page_holds_between_its_making_and_its_end(memory):
    memory.keep("a", page(ends_at=10), 0)
    assert memory.find("a", 9.9)
    assert not memory.find("a", 10)
    # A clock that was put back: the page may show what has not begun.
    assert not memory.find("a", -1)


def test_a_change_drops_what_is_made_of_it_and_nothing_else(memory):
    memory.keep("one", page(("topic", 1)), 0)
    memory.keep("all", page(("topic", None)), 0)
    memory.keep("other", page(("topic", 2), ("image", 1)), 0)
    memory.notice([change("topic", 1), change("author", 1)])
    assert [key for key in ("one", "all", "other") if memory.find(key, 0)] == ["other"]
    memory.notice([change("image", 1)])
    assert (len(memory), memory.size, memory._by_name) == (0, 0, {})


def test_a_page_that_can_be_asked_again_is_in_doubt_after_a_change(memory):
    former = page(("topic", 1), questions=["?"])
    memory.keep("a", former, 0)
    memory.notice([change("topic", 1)])
    assert not memory.find("a", 0)
    assert memory.former("a", 0) is former
    assert (len(memory), memory.size, memory._by_name) == (1, former.size, {})
    same = former.again(10, turn=20)
    memory.keep("a", same, memory.position)
    assert memory.find("a", 10) is same
    assert not memory.find("a", 20)
    # Who found the page of before just then asks it, and not the one that took its place.
    assert former.is_doubtful
    memory.notice([change("topic", 1)] * 2)
    assert (len(memory), memory.size, memory._by_name) == (1, same.size, {})


def test_a_page_that_is_another_now_is_forgotten(memory):
    one, other = page(("topic", 1), questions=["?"]), page(("topic", 1), questions=["?"])
    memory.keep("a", one, 0)
    memory.notice([change("topic", 1)])
    memory.forget("a", other)
    assert memory.former("a", 0) is one
    memory.forget("a", one)
    assert (len(memory), memory.size, memory._by_name) == (0, 0, {})


def test_a_page_in_doubt_gives_way_to_others(memory):
    memory.keep("a", page(("topic", 1), questions=["?"]), 0)
    memory.notice([change("topic", 1)])
    for number in range(100):
        memory.keep(number, page(), memory.position)
    assert memory.former("a", 0) is None
    assert memory.size <= memory.room
    assert memory._by_name == {}


def test_a_list_lags_behind_with_comments_for_less_than_a_minute(memory):
    memory.keep("list", page(("article", None), lagging=[("thread", 1)]), 0)
    # However late it is noticed.
    memory.notice([change("thread", 1, 100), change("thread", 1, 120)])
    assert memory.find("list", 159)
    assert not memory.find("list", 160)


def test_a_list_lags_behind_no_longer_where_another_clock_is_ahead(memory):
    now = timezone.now().timestamp()
    memory.keep("list", page(("article", None), lagging=[("thread", 1)], ends_at=now + HOUR), 0)
    memory.notice([change("thread", 1, now + HOUR)])
    assert not memory.find("list", now + 70)


def test_a_page_is_not_kept_if_something_changed_while_it_was_made(memory):
    since = memory.position
    memory.notice([change("topic", 1)])
    assert not memory.keep("a", page(("topic", None)), since)
    assert memory.keep("b", page(("topic", 2)), since)
    assert memory.keep("a", page(("topic", None)), memory.position)
    # More than anybody remembers.
    memory.notice([change("topic", 9)] * 5000)
    assert not memory.keep("b", page(("topic", 2)), since)


def test_threads_that_find_pages_do_not_disturb_one_that_makes_room(memory):
    numbers = range(90)
    for number in numbers:
        memory.keep(number, page("a"), 0)
    is_done = Event()

    def find():
        while not is_done.is_set():
            for number in numbers:
                memory.find(number, 1)

    def keep():
        try:
            for number in range(20_000):
                memory.keep(f"new {number}", page("a", size=3000), 0)
                memory.keep(number % 90, page("a"), 0)
        finally:
            is_done.set()

    with many_switches():
        in_threads(3, lambda number: [keep, find, find][number]())
    assert memory.size <= memory.room
