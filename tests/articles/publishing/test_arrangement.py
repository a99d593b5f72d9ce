"""Arrangements of the front page as values: their changes, and what two people made of one."""

from datetime import UTC, datetime

import pytest

from articles.publishing.arrangement import (
    LEAD,
    MOST,
    PINNED,
    SECOND,
    Arrangement,
    Clash,
    Difference,
    Spot,
    TooMany,
    differences,
    merge,
)

MAY = datetime(2026, 5, 4, 6, tzinfo=UTC)
BASE = Arrangement.of([Spot(1, LEAD), Spot(2, SECOND), Spot(3, SECOND), Spot(4, SECOND, MAY)])


def order(arrangement, place=SECOND):
    return [spot.article for spot in arrangement.at(place)]


def test_an_article_is_placed_once_and_keeps_its_end_where_it_moves():
    moved = BASE.put(4, LEAD).put(4, SECOND, before=2)
    assert (order(moved, LEAD), order(moved)) == ([1], [4, 2, 3])
    assert moved.spot(4).until == MAY
    assert Arrangement.of([Spot(1, LEAD), Spot(1, PINNED)]).spots == (Spot(1, LEAD),)


def test_the_lead_goes_before_the_one_that_led():
    assert order(BASE.to_the_lead(3), LEAD) == [3, 1]
    assert BASE.to_the_lead(1) == BASE


@pytest.mark.parametrize(
    ("by", "expected"), [(-1, [3, 2, 4]), (1, [2, 4, 3]), (-9, [3, 2, 4]), (9, [2, 4, 3])]
)
def test_an_article_moves_within_its_place(by, expected):
    assert order(BASE.shift(3, by)) == expected


def test_a_step_beyond_the_end_changes_nothing():
    assert BASE.shift(2, -1) == BASE.shift(4, 1) == BASE.shift(99, 1) == BASE


def test_json_and_back_is_the_same():
    assert Arrangement.from_json(BASE.to_json()) == BASE


def test_there_is_an_end_to_what_is_placed_by_hand():
    with pytest.raises(TooMany):
        Arrangement.of(Spot(number, SECOND) for number in range(MOST + 1))


def test_the_differences_name_articles_and_other_orders():
    changed = BASE.put(3, SECOND, before=2).without(4).put(9, PINNED)
    assert differences(BASE, changed) == [
        Difference(9, None, Spot(9, PINNED)),
        Difference(4, Spot(4, SECOND, MAY), None),
        Difference(place=SECOND),
    ]
    assert differences(BASE, BASE) == []


def test_what_two_people_changed_in_different_places_is_put_together():
    theirs = BASE.put(9, SECOND, before=3).without(4)
    mine = BASE.put(8, PINNED).ending(2, MAY).to_the_lead(7)
    merged = merge(BASE, theirs, mine)
    assert (order(merged, LEAD), order(merged), order(merged, PINNED)) == ([7, 1], [2, 9, 3], [8])
    assert merged.spot(2).until == MAY


def test_another_order_of_one_person_takes_in_what_the_other_added():
    merged = merge(BASE, BASE.put(9, SECOND, before=3), BASE.shift(4, -2).shift(4, -1))
    assert sorted(order(merged)) == [2, 3, 4, 9]
    assert order(merged).index(4) < order(merged).index(3)


@pytest.mark.parametrize(
    ("theirs", "mine"),
    [
        (BASE.put(2, PINNED), BASE.without(2)),
        (BASE.ending(2, MAY), BASE.put(2, PINNED)),
        (BASE.to_the_lead(8), BASE.to_the_lead(9)),
        (BASE.shift(2, 1), BASE.shift(3, 1)),
    ],
)
def test_the_same_thing_changed_in_two_ways_is_a_clash(theirs, mine):
    with pytest.raises(Clash):
        merge(BASE, theirs, mine)


@pytest.mark.parametrize("changed", [BASE.without(2), BASE.to_the_lead(9), BASE.shift(2, 1)])
def test_the_same_change_of_both_is_none(changed):
    assert merge(BASE, changed, changed) == changed
    assert merge(BASE, changed, BASE) == merge(BASE, BASE, changed) == changed
