"""Names change while an entry of the search is being written: its words are true in the end."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from articles.models import Author, Edition, OutdatedEntries, Topic
from articles.publishing.takedown.edition import take_down_edition
from articles.search import index
from tests import factories

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time"),
]

#: Seconds within which whoever does not wait for a lock is done.
SHORTLY, AT_MOST = 0.5, 20


@pytest.fixture
def meanwhile(monkeypatch):
    """Return a function that does two things: the second while the first writes an entry."""
    write, writing, go_on = index.write, threading.Event(), threading.Event()

    def write_slowly(edition):
        if writing.is_set():
            return write(edition)
        writing.set()
        assert go_on.wait(AT_MOST)
        return write(edition)

    def act(call):
        try:
            return call()
        finally:
            connection.close()

    def run(first, second):
        monkeypatch.setattr(index, "write", write_slowly)
        with ThreadPoolExecutor(2) as pool:
            one = pool.submit(act, first)
            assert writing.wait(AT_MOST)
            two = pool.submit(act, second)
            threading.Event().wait(SHORTLY)
            go_on.set()
            one.result(AT_MOST)
            two.result(AT_MOST)
        OutdatedEntries.objects.index_outdated()

    return run


@pytest.fixture
def author():
    return factories.author("Anne Leroy")


def renamed(row, name):
    row = type(row).objects.get(pk=row.pk)
    row.name = name
    row.save()


def entries():
    """Return the number and the words of each entry."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rowid, document::text FROM articles_search")
        return cursor.fetchall()


def words():
    return " ".join(document for _number, document in entries())


work = OutdatedEntries.objects.index_outdated


def test_a_takedown_is_not_undone_by_the_worker(author, meanwhile):
    article = factories.published(authors=[author], body="<p>The secret.</p>")
    renamed(author, "Zoé Martin")
    edition = article.editions.get()
    meanwhile(work, lambda: take_down_edition(edition, by=None, reason="Court", with_others=True))
    assert "secret" not in words()


def test_an_edition_that_moves_has_one_entry(author, meanwhile):
    now = timezone.now()
    article = factories.published(authors=[author], at=now + timedelta(days=2))
    renamed(author, "Zoé Martin")
    edition = article.editions.get()
    meanwhile(work, lambda: article.reschedule(edition, now + timedelta(days=5), by=None))
    edition.refresh_from_db()
    numbers = [number for number, _words in entries()]
    assert numbers == [index.number_of(edition.first_published_at, edition.pk)]


def test_an_edition_that_is_cancelled_has_none(author, meanwhile):
    article = factories.published(authors=[author], at=timezone.now() + timedelta(days=2))
    renamed(author, "Zoé Martin")
    edition = article.editions.get()
    meanwhile(work, lambda: article.cancel(edition, by=None))
    assert entries() == []


def test_two_workers_write_the_last_name(author, meanwhile):
    factories.published(authors=[author])
    renamed(author, "Berthe Blanc")

    def once_more():
        renamed(author, "Zoé Martin")
        work()

    meanwhile(work, once_more)
    assert "'zoe'" in words()
    assert "berthe" not in words()


@pytest.mark.parametrize("model", [Author, Topic])
def test_a_name_that_changes_during_a_press_is_in_the_edition(author, meanwhile, model):
    article = factories.article(authors=[author], topics=[factories.topic("Cycling")])
    meanwhile(lambda: article.press(by=None), lambda: renamed(model.objects.get(), "Zoé Martin"))
    assert "'zoe'" in words()
    assert ("leroy" in words()) == (model is Topic)
    assert ("'cycl'" in words()) == (model is Author)


def test_a_topic_that_is_deleted_during_a_press_is_not(meanwhile):
    article = factories.article(topics=[factories.topic("Cycling")])
    meanwhile(lambda: article.press(by=None), lambda: Topic.objects.get().delete())
    assert "'cycl'" not in words()
    assert not Edition.objects.get().topics.exists()


def test_a_save_that_waited_for_a_rename_undoes_it_in_the_search_too(author):
    factories.published(authors=[author])
    former = Author.objects.get()
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            renamed(author, "Zoé Martin")
            waiting = pool.submit(lambda: (former.save(), connection.close()))
            threading.Event().wait(SHORTLY)
        waiting.result(AT_MOST)
    work()
    assert "leroy" in words()
    assert "'zoe'" not in words()
