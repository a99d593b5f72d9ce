"""Readers find editions by the names that authors and topics have now, once the worker is done."""

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from articles import tasks
from articles.models import Author, OutdatedEntries, Topic, outdated_entries
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition():
    author, topic = factories.author("Anne Leroy"), factories.topic("Cycling")
    return factories.published(authors=[author], topics=[topic]).editions.get()


def finds(client, edition, words):
    return edition.headline in client.get("/search/", {"q": words}).text


def rename(model, name):
    row = model.objects.get()
    row.name = name
    row.save()


def delete_topic():
    Topic.objects.get().delete()


def delete_topics():
    Topic.objects.all().delete()


@pytest.mark.parametrize(("model", "was"), [(Author, "leroy"), (Topic, "cycling")])
def test_an_edition_is_found_by_a_new_name_and_no_longer_by_the_old_one(
    client, edition, model, was
):
    rename(model, "Zoé Martin")
    OutdatedEntries.objects.index_outdated()
    assert finds(client, edition, "zoe martin")
    assert not finds(client, edition, was)
    assert not OutdatedEntries.objects.exists()


@pytest.mark.parametrize("delete", [delete_topic, delete_topics])
def test_an_edition_is_not_found_by_a_topic_that_was_deleted(client, edition, delete):
    assert finds(client, edition, "cycling")
    delete()
    OutdatedEntries.objects.index_outdated()
    assert not finds(client, edition, "cycling")
    assert finds(client, edition, "leroy")


@pytest.mark.parametrize("model", [Author, Topic])
def test_other_changes_outdate_nothing(edition, model):
    row = model.objects.get()
    row.slug = "another"
    row.save()
    factories.author("Nobody’s author").delete()
    rename(model, model.objects.get().name)
    assert not OutdatedEntries.objects.exists()


def test_a_batch_is_left_to_the_next_turn_if_the_worker_is_to_stop(edition):
    rename(Topic, "Bicycles")
    OutdatedEntries.objects.index_outdated(should_continue=lambda: False)
    assert OutdatedEntries.objects.get().outdated == [edition.pk]


def test_the_task_goes_on_later_while_entries_are_left(edition, monkeypatch):
    factories.published(authors=[Author.objects.get()])
    monkeypatch.setattr(outdated_entries, "BATCH", 1)
    monkeypatch.setattr(outdated_entries, "BATCHES", 1)
    rename(Author, "Zoé Martin")
    DBTaskResult.objects.all().delete()
    for left in (1, 0):
        tasks.index_outdated.call()
        assert OutdatedEntries.objects.count() == left
        assert DBTaskResult.objects.filter(run_after__gt=timezone.now()).count() == 1
