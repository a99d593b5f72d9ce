"""Each committed row of `Change` is read once, however late its transaction commits."""

from dataclasses import replace
from threading import Event, Thread

import pytest
from django.db import connection, transaction

from articles.models import Change
from newsroom.whole_pages import news

Kind = Change.Kind


def keys(rows):
    return sorted(row[2] for row in rows)


@pytest.mark.django_db
def test_rows_are_read_once():
    Change.objects.record(Kind.PAGE, 1)
    rows, position = news.read_since(None)
    # Rows of before the start may come again, where they are of the transaction of this test.
    rows, position = news.read_since(position)
    Change.objects.record(Kind.PAGE, 2, 3)
    rows, position = news.read_since(position)
    assert keys(rows) == [2, 3]
    assert news.read_since(position)[0] == []
    Change.objects.all().delete()
    rows, position = news.read_since(position)
    Change.objects.record(Kind.PAGE, 4)
    assert keys(news.read_since(position)[0]) == [4]


@pytest.mark.django_db
def test_what_changed_since_a_page_was_made_elsewhere():
    Change.objects.record(Kind.PAGE, 1)
    _rows, position = news.read_since(None)
    Change.objects.record(Kind.TOPIC, 2)
    assert [change[:2] for change in news.changes_since(position)] == [(Kind.TOPIC, 2)]
    # A database that was restored from a copy of before: other rows have the same keys.
    Change.objects.filter(pk=position.newest).update(at="2020-01-01T00:00Z")
    assert news.changes_since(position) is None


@pytest.mark.needs_postgresql
@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_commits_after_a_later_one_is_not_missed():
    written, go_on = Event(), Event()

    def commit_late():
        try:
            with transaction.atomic():
                Change.objects.record(Kind.PAGE, 1)
                written.set()
                go_on.wait(10)
        finally:
            connection.close()

    _rows, position = news.read_since(None)
    late = Thread(target=commit_late)
    late.start()
    written.wait(10)
    made_before = position
    Change.objects.record(Kind.PAGE, 2)
    rows, position = news.read_since(position)
    seen = [keys(rows), keys(news.read_since(position)[0])]
    made_between = position
    go_on.set()
    late.join()
    rows, position = news.read_since(position)
    assert [*seen, keys(rows), keys(news.read_since(position)[0])] == [[2], [], [1], []]
    late, early = Change.objects.get(key=1), Change.objects.get(key=2)
    assert late.pk < early.pk
    assert [change[1] for change in news.changes_since(made_between)] == [1]
    assert sorted(change[1] for change in news.changes_since(made_before)) == [1, 2]


@pytest.mark.needs_postgresql
@pytest.mark.django_db(transaction=True)
def test_a_log_that_was_restored_elsewhere_is_not_read_again_and_again():
    """Its rows have the numbers of transactions that are far from begun here."""
    Change.objects.record(Kind.PAGE, 1)
    _rows, before = news.read_since(None)
    elsewhere = 4_000_000_000
    Change.objects.update(transaction=elsewhere)
    of_elsewhere = replace(before, xmin=elsewhere + 7, seen=frozenset())
    rows, position = news.read_since(of_elsewhere)
    assert rows == []
    assert not position.seen
    Change.objects.record(Kind.PAGE, 2)
    assert keys(news.read_since(of_elsewhere)[0]) == [2]
    assert [change[1] for change in news.changes_since(position)] == [2]
    rows, position = news.read_since(position)
    assert keys(rows) == [2]
    assert news.read_since(position)[0] == []
