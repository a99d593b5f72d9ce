"""Keyset pagination: each item is on one page, even if many items have the same time."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from articles.models import Edition, Section
from articles.models.edition import NEWEST_FIRST
from common import keyset
from common.keyset import KeysetPage
from tests import factories

pytestmark = pytest.mark.django_db

MAY = datetime(2025, 5, 4, 12, tzinfo=UTC)
#: An hour before the instant from which cursors count.
EPOCH = datetime(1969, 12, 31, 23, tzinfo=UTC)


def walk(size, between=lambda: None):
    """Return the headlines of all pages in order; call `between` before each further page."""
    found, before = [], ""
    while True:
        page = KeysetPage(Edition.objects.live(), NEWEST_FIRST, before=before, size=size)
        assert len(page) <= size
        found += [edition.headline for edition in page]
        if not page.next:
            return found
        assert page.next != before
        before = page.next
        between()


@pytest.mark.parametrize("start", [MAY, datetime(1601, 2, 3, tzinfo=UTC), EPOCH])
@pytest.mark.parametrize("size", [1, 2, 3, 7, 20])
def test_each_article_is_on_one_page_also_where_many_began_at_the_same_instant(size, start):
    expected = []
    for number in range(9):
        at = start + timedelta(hours=number // 4)
        factories.published(f"Story {number}", at=at)
        expected.insert(0, f"Story {number}")
    assert walk(size) == expected


def test_what_is_published_meanwhile_moves_nothing():
    for number in range(6):
        factories.published(f"Story {number}", at=MAY + timedelta(hours=number))

    def publish():
        factories.published("Newer", at=datetime.now(UTC) - timedelta(seconds=1))

    assert walk(2, publish) == [f"Story {number}" for number in reversed(range(6))]


def test_a_page_keeps_where_it_begins_unless_that_is_no_place():
    for number in range(4):
        factories.published(f"Story {number}", at=MAY + timedelta(hours=number))
    live = Edition.objects.live()
    place = KeysetPage(live, NEWEST_FIRST, size=2).next
    assert KeysetPage(live, NEWEST_FIRST, before=place, size=2).before == place
    for nonsense in ("nowhere", "1-x", f"{place}-1", "1--1", "--1-1", f"-{'9' * 18}-1"):
        page = KeysetPage(live, NEWEST_FIRST, before=nonsense, size=2)
        assert (page.before, next(iter(page)).headline) == ("", "Story 3")


def test_a_full_last_page_has_none_after_it():
    for number in range(4):
        factories.published(f"Story {number}", at=MAY + timedelta(hours=number))
    first = KeysetPage(Edition.objects.live(), NEWEST_FIRST, size=2)
    assert KeysetPage(Edition.objects.live(), NEWEST_FIRST, before=first.next, size=2).next == ""


def test_microseconds_count():
    for number in range(3):
        factories.published(f"Story {number}", at=MAY + timedelta(microseconds=number))
    assert walk(1) == ["Story 2", "Story 1", "Story 0"]


def test_an_empty_list_is_a_page_without_items():
    page = KeysetPage(Edition.objects.live(), NEWEST_FIRST)
    assert (list(page), page.next, page.before) == ([], "", "")


def test_a_page_costs_one_query(django_assert_num_queries):
    for number in range(5):
        factories.published(f"Story {number}", at=MAY + timedelta(hours=number))
    with django_assert_num_queries(1):
        list(KeysetPage(Edition.objects.live().select_related("article"), NEWEST_FIRST, size=2))


# --- Rows before and after a row, in any order --------------------------------------------------


@pytest.mark.parametrize("signs", list(product(["", "-"], repeat=3)))
def test_a_row_parts_the_others_into_those_before_and_after_it(signs):
    names = ["comments_open", "position", "pk"]
    order = [f"{sign}{name}" for sign, name in zip(signs, names, strict=True)]
    for number, (is_open, position, _twin) in enumerate(product([True, False], [1, 2], "ab")):
        Section.objects.create(name=number, slug=number, comments_open=is_open, position=position)
    in_order = Section.objects.order_by(*order)
    rows = list(in_order)
    for place, row in enumerate(rows):
        here = {column: getattr(row, name) for column, name in zip(order, names, strict=True)}
        assert list(in_order.filter(keyset.before(here))) == rows[:place]
        assert list(in_order.filter(keyset.after(here))) == rows[place + 1 :]
