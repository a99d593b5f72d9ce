"""Shared caches are told each change, by who made it or by the worker, and what failed again."""

import logging
from datetime import timedelta

import pytest

from articles.models import Change
from common.shared_mark import SharedMark
from newsroom.management.commands import worker
from newsroom.models import CONFIRM_EVERY, TRUSTED_FOR, TRY_AGAIN_AFTER, Purge
from newsroom.shared_caches import cache as caching
from newsroom.shared_caches import purging
from newsroom.shared_caches.purging import NOTHING, tell_caches
from tests import factories
from tests.newsroom.whole_pages.conftest import Process, ask

from .conftest import Cache

pytestmark = pytest.mark.django_db

Kind = Change.Kind


@pytest.fixture
def known(cache, clock):
    """The cache knows all that has changed so far, and was told so often enough."""
    tell_caches()
    clock.forward(seconds=max(purging.AGAIN_AFTER))
    tell_caches()
    cache.told.clear()
    return cache


def test_at_first_a_cache_is_told_to_forget_everything(cache):
    factories.section("Science")
    tell_caches()
    assert cache.told == [None]


def test_a_cache_is_told_each_change_once_and_then_again_for_answers_on_their_way(known, clock):
    topic = factories.topic("Floods")
    tell_caches()
    assert known.told == [[(Kind.TOPIC, topic.pk)]]
    tell_caches()
    assert len(known.told) == 1
    for after in purging.AGAIN_AFTER:
        clock.forward(seconds=after)
        tell_caches()
    assert known.told == [[(Kind.TOPIC, topic.pk)]] * 3
    clock.forward(seconds=max(purging.AGAIN_AFTER))
    tell_caches()
    assert len(known.told) == 3


def test_the_worker_tells_them_between_two_pieces_of_work(known):
    """To screen all comments of a night, or to make all pictures of an import, takes minutes."""
    topic = factories.topic("Floods")
    assert worker.Command().should_continue()
    assert known.told == [[(Kind.TOPIC, topic.pk)]]


def test_changes_that_come_together_are_told_together(known):
    topic, other = factories.topic("Floods"), factories.topic("Trams")
    topic.name = "Floods of the river"
    topic.save()
    tell_caches()
    assert known.told == [sorted([(Kind.TOPIC, topic.pk), (Kind.TOPIC, other.pk)])]


def test_very_many_changes_are_told_as_everything(known, monkeypatch):
    monkeypatch.setattr(purging, "MOST_CHANGES", 3)
    Change.objects.record(Kind.TOPIC, *range(1, 5))
    tell_caches()
    assert known.told == [None]
    # Nor are they kept for when they are told again.
    assert [entry["changes"] for entry in Purge.objects.get().again] == [None, None]


def test_a_change_names_its_own_key_and_that_of_its_kind():
    assert caching.keys_of([("topic", 7), ("topic", 8)]) == ["topic", "topic-7", "topic-8"]
    assert caching.keys_of(None) == ["site"]


def test_a_cache_that_failed_is_told_all_of_it_later(known, clock, caplog):
    known.failure = "HTTP 503"
    topic = factories.topic("Floods")
    tell_caches()
    row = Purge.objects.get()
    assert (row.failing_since, row.failure) == (clock.now, "HTTP 503")
    assert "HTTP 503" in caplog.text
    since = clock.now
    other = factories.topic("Trams")
    # It is left alone for a moment.
    known.failure = ""
    tell_caches()
    assert known.told == []
    clock.forward(seconds=TRY_AGAIN_AFTER.total_seconds())
    known.failure = "ConnectError"
    tell_caches()
    assert Purge.objects.get().failing_since == since
    clock.forward(seconds=TRY_AGAIN_AFTER.total_seconds())
    known.failure = ""
    with caplog.at_level(logging.WARNING):
        tell_caches()
    assert known.told == [sorted([(Kind.TOPIC, topic.pk), (Kind.TOPIC, other.pk)])]
    row = Purge.objects.get()
    assert (row.failing_since, row.failure, row.confirmed_at) == (None, "", clock.now)
    assert "has forgotten" in caplog.text


def test_each_cache_is_told_for_itself(known, caches, clock):
    caches.append(Cache("nginx", finds_by_key=False))
    known.failure = "HTTP 503"
    section = factories.section("Science")
    tell_caches()
    assert caches[1].told == [None]
    clock.forward(seconds=5)
    known.failure = ""
    tell_caches()
    assert known.told == [[(Kind.SECTION, section.pk)]]


def test_a_cache_with_nothing_to_forget_confirms_each_minute_that_it_would(known, clock):
    tell_caches()
    assert known.told == []
    clock.forward(seconds=CONFIRM_EVERY.total_seconds())
    tell_caches()
    assert known.told == [[NOTHING]]
    assert caching.keys_of([NOTHING]) == ["nothing", "nothing-0"]
    assert Purge.objects.get().confirmed_at == clock.now


def test_a_database_of_before_makes_caches_forget_everything(known):
    factories.section("Science")
    tell_caches()
    Change.objects.all().delete()
    known.told.clear()
    tell_caches()
    assert known.told == [None]


def test_after_a_restore_caches_forget_everything(known, clock):
    """The row of the backup does not know what was told since, and was not."""
    row = Purge.objects.values().get()
    topic = factories.topic("A name that will not have been")
    tell_caches()
    clock.forward(hours=1)
    # The backup has neither the topic nor its change.
    Change.objects.filter(kind=Kind.TOPIC, key=topic.pk).delete()
    topic.delete()
    Change.objects.filter(kind=Kind.TOPIC, key=topic.pk).delete()
    Purge.objects.filter(pk=row["cache"]).update(**row)
    known.told.clear()
    tell_caches()
    assert known.told == [None]


def test_a_cache_that_was_told_nothing_for_long_forgets_everything(known, clock):
    clock.forward(seconds=TRUSTED_FOR.total_seconds() + 1)
    tell_caches()
    assert known.told == [None]


def test_after_the_clock_was_put_back_nothing_waits_for_it(known, clock):
    topic = factories.topic("Floods")
    tell_caches()
    clock.forward(hours=-3)
    tell_caches()
    assert known.told == [[(Kind.TOPIC, topic.pk)]] * 2


def test_of_two_processes_that_tell_at_once_none_loses_a_change(known):
    slow = Purge.objects.get()
    first = factories.topic("Floods")
    tell_caches()
    second = factories.topic("Trams")
    # This process has read the row before the other wrote it, and is told that it was too late.
    slow.record_confirmation(purging.news.changes_up_to_now(None)[1], [])
    known.told.clear()
    tell_caches()
    assert known.told == [[(Kind.TOPIC, second.pk)]]
    assert first != second


# --- Who tells ------------------------------------------------------------------------------------


@pytest.fixture
def site(tmp_path, known):
    """A process whose Django answers as the test says, and whose mark is in a file."""
    process = Process(mark=SharedMark(lambda: tmp_path / "mark"))
    process.does = lambda: None

    def application(environ, start_response):
        process.does()
        process.told_before_the_answer = list(known.told)
        start_response("302 Found", [("Cache-Control", "no-store")])
        return [b""]

    process.django = application
    return process


def test_a_request_that_changes_something_tells_the_caches_before_its_answer(site, known):
    def change():
        site.topic = factories.topic("Floods")
        site.pages.mark.move()

    site.does = change
    ask(site.pages, "/admin/articles/topic/add/", "POST")
    assert known.told == [[(Kind.TOPIC, site.topic.pk)]]


def test_the_process_that_told_a_change_tells_it_once_more(site, known, monkeypatch):
    """The worker may be busy, or away: threads do it in production."""
    asked = []
    site.pages.tell_again = lambda: asked.append(len(known.told))
    ask(site.pages, "/admin/articles/topic/add/", "POST")
    assert asked == []
    site.does = lambda: (factories.topic("Floods"), site.pages.mark.move())
    ask(site.pages, "/admin/articles/topic/add/", "POST")
    assert asked == [1]


def test_what_is_due_once_more_is_told_without_the_worker(known, clock, monkeypatch):
    started = []

    class Timer:
        def __init__(self, seconds, call):
            self.start = lambda: started.append((seconds, call, self.daemon))

    monkeypatch.setattr(purging, "Timer", Timer)
    monkeypatch.setattr(purging.connections, "close_all", lambda: None)
    topic = factories.topic("Floods")
    tell_caches()
    purging.tell_again()
    assert [seconds for seconds, _call, _daemon in started] == list(purging.AGAIN_AFTER)
    now = clock.now
    for seconds, call, daemon in started:
        clock.now = now + timedelta(seconds=seconds)
        call()
        assert daemon
    assert known.told == [[(Kind.TOPIC, topic.pk)]] * 3


def test_a_failure_of_telling_once_more_is_logged(known, monkeypatch, caplog):
    def broken(**options):
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(purging, "tell_caches", broken)
    monkeypatch.setattr(purging.connections, "close_all", lambda: None)
    purging._tell_what_is_due()
    assert "once more" in caplog.text


def test_a_request_that_changes_nothing_asks_no_cache(site, known, django_assert_num_queries):
    with django_assert_num_queries(0):
        ask(site.pages, "/admin/articles/topic/add/", "POST")
    assert known.told == []


def test_a_cache_that_fails_makes_no_editor_wait_twice(site, known, clock):
    def change():
        factories.topic(f"Floods at {clock.now}")
        site.pages.mark.move()

    asked, known.failure = [], "ReadTimeout"
    real = known.forget
    known.forget = lambda changes: (asked.append(changes), real(changes))
    site.does = change
    for _time in range(3):
        clock.forward(minutes=1)
        assert ask(site.pages, "/admin/articles/topic/add/", "POST").status == "302 Found"
    assert len(asked) == 1


def test_a_failure_of_ours_leaves_the_answer_as_it_is(site, known, caplog):
    def broken(changes):
        raise RuntimeError("a fault of ours")

    known.forget = broken
    site.does = lambda: (factories.topic("Floods"), site.pages.mark.move())
    assert ask(site.pages, "/admin/articles/topic/add/", "POST").status == "302 Found"
    assert "could not be told" in caplog.text
