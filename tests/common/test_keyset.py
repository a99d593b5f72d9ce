"""Long lists by key: every item once, however many stand at one instant."""

from datetime import UTC, datetime, timedelta

import pytest

from articles.models import Edition
from articles.models.edition import NEWEST_FIRST
from common import keyset
from tests import factories

pytestmark = pytest.mark.django_db

MAY = datetime(2025, 5, 4, 12, tzinfo=UTC)


def walk(size, between=lambda: None):
    """Return the headlines of all pages, one after the other."""
    found, before = [], ""
    while True:
        page = keyset.Page(Edition.objects.live(), NEWEST_FIRST, before=before, size=size)
        assert len(page) <= size
        found += [edition.headline for edition in page]
        if not page.next:
            return found
        before = page.next
        between()


@pytest.mark.parametrize("size", [1, 2, 3, 7, 20])
def test_each_article_is_on_one_page_also_where_many_began_at_the_same_instant(size):
    expected = []
    for number in range(9):
        at = MAY + timedelta(hours=number // 4)
        factories.published(f"Story {number}", at=at)
        expected.insert(0, f"Story {number}")
    assert walk(size) == expected


def test_what_is_published_meanwhile_moves_nothing():
    for number in range(6):
        factories.published(f"Story {number}", at=MAY + timedelta(hours=number))

    def publish():
        factories.published("Newer", at=datetime.now(UTC) - timedelta(seconds=1))

    assert walk(2, publish) == [f"Story {number}" for number in reversed(range(6))]


def test_a_full_last_page_has_none_after_it():
    for number in range(4):
        factories.published(f"Story {number}", at=MAY + timedelta(hours=number))
    first = keyset.Page(Edition.objects.live(), NEWEST_FIRST, size=2)
    assert keyset.Page(Edition.objects.live(), NEWEST_FIRST, before=first.next, size=2).next == ""


def test_microseconds_count():
    for number in range(3):
        factories.published(f"Story {number}", at=MAY + timedelta(microseconds=number))
    assert walk(1) == ["Story 2", "Story 1", "Story 0"]


def test_an_empty_list_is_a_page_without_items():
    page = keyset.Page(Edition.objects.live(), NEWEST_FIRST)
    assert (list(page), page.next, page.before) == ([], "", "")


def test_a_page_costs_one_query(django_assert_num_queries):
    for number in range(5):
        factories.published(f"Story {number}", at=MAY + timedelta(hours=number))
    with django_assert_num_queries(1):
        list(keyset.Page(Edition.objects.live().select_related("article"), NEWEST_FIRST, size=2))
