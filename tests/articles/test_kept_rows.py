"""Rows that every page shows are read once, and again after any change."""

import time

import pytest
from django.db import transaction

from articles.models import Section, change, kept_rows
from articles.models.kept_rows import KeptRows
from common import page_notes
from tests import factories
from tests.threads import in_threads

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def names(monkeypatch):
    """The names of the sections, kept for an hour unless they change."""
    monkeypatch.setattr(kept_rows, "LASTS", 3600)
    return KeptRows(lambda: list(Section.objects.order_by("pk").values_list("name", flat=True)))


@pytest.fixture
def elsewhere(monkeypatch):
    """Let changes be those of another machine, which does not move the mark of this one."""
    monkeypatch.setattr(change.mark, "move", lambda: None)


def test_they_are_read_once(names, django_assert_num_queries):
    factories.section("City")
    assert names() == ["City"]
    with django_assert_num_queries(0):
        assert names() is names()


def test_after_a_change_they_are_read_again(names):
    section = factories.section("City")
    names()
    section.name = "Town"
    section.save()
    assert names() == ["Town"]
    # Also after one that another thread, or another process of this machine, has made.
    in_threads(1, lambda _index: factories.section("Sports"))
    assert names() == ["Town", "Sports"]
    Section.objects.all().delete()
    assert names() == []


def test_a_transaction_sees_its_own_changes_and_shows_them_to_nobody(names):
    factories.section("City")
    names()
    with transaction.atomic():
        factories.section("Sports")
        assert names() == ["City", "Sports"]
        assert in_threads(1, lambda _index: names()) == [["City"]]
        transaction.set_rollback(True)
    assert names() == ["City"]


def test_a_change_on_another_machine_is_seen_after_a_moment(names, elsewhere, monkeypatch):
    names()
    factories.section("City")
    assert names() == []
    monkeypatch.setattr(kept_rows, "LASTS", 0)
    assert names() == ["City"]


def test_a_page_that_is_kept_shows_none_from_before_its_changes(names, elsewhere):
    names()
    factories.section("City")
    with page_notes.taken(rows_read_since=time.monotonic()):
        assert names() == ["City"]


def test_without_a_mark_they_are_read_each_time(names, monkeypatch):
    names()
    monkeypatch.setattr(change.mark, "read", lambda: None)
    factories.section("City")
    assert names() == ["City"]
