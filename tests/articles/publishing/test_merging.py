"""The merge of two changes that began with one content."""

import random

import pytest

from articles.publishing.merging import Merge


def body(words):
    return "".join(f"<p>{word}</p>" for word in words)


def merge(base, mine, theirs, **picks):
    sides = ({"body": body(words)} for words in (base, mine, theirs))
    return Merge(*sides, {key.replace("_", "-"): pick for key, pick in picks.items()})


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "merged"),
    [
        ("abcdef", "aBcdxef", "abcdeF", "aBcdxeF"),
        ("abc", "abc", "abcd", "abcd"),
        ("abc", "bc", "abcd", "bcd"),
        ("abcd", "", "abcd", ""),
        ("abcd", "abXcd", "abcd", "abXcd"),
        ("ab", "Ab", "aB", "AB"),
        ("ab", "AB", "AB", "AB"),
        ("abc", "xabc", "abcy", "xabcy"),
    ],
)
def test_passages_that_one_of_two_changed_come_together(base, mine, theirs, merged):
    for both in (merge(base, mine, theirs), merge(base, theirs, mine)):
        assert not both.to_pick
        assert both.merged()["body"] == body(merged)


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "to_pick", "mine_picked", "theirs_picked"),
    [
        ("abc", "aXc", "aYc", ["body-1"], "aXc", "aYc"),
        ("abc", "ac", "aYc", ["body-1"], "ac", "aYc"),
        ("abc", "abcX", "abcY", ["body-1"], "abcX", "abcY"),
        ("abcd", "aXcZ", "aYcd", ["body-1"], "aXcZ", "aYcZ"),
        ("", "X", "Y", ["body-0"], "X", "Y"),
    ],
)
def test_a_passage_that_both_changed_is_theirs_to_pick(
    base, mine, theirs, to_pick, mine_picked, theirs_picked
):
    assert [each.key for each in merge(base, mine, theirs).to_pick] == to_pick
    key = to_pick[0].replace("-", "_")
    picked = merge(base, mine, theirs, **{key: "mine"})
    assert picked.merged()["body"] == body(mine_picked)
    picked = merge(base, mine, theirs, **{key: "theirs"})
    assert not picked.to_pick
    assert picked.merged()["body"] == body(theirs_picked)
    assert merge(base, mine, theirs, **{key: "nobody"}).to_pick


def test_no_change_is_lost_whatever_two_people_write():
    choose = random.Random(11)
    for _ in range(400):
        base, mine, theirs = ("".join(choose.choices("abcd", k=choose.randrange(7))) for _ in "123")
        both = merge(base, mine, theirs)
        if base == mine:
            assert both.merged()["body"] == body(theirs)
        if base == theirs:
            assert both.merged()["body"] == body(mine)
        # Each passage that is to be picked, picked for one of them, is that one's text.
        for pick, text in (("mine", mine), ("theirs", theirs)):
            if all(each.is_conflict or each.only_changed_by == pick for each in both.differences):
                keys = {each.key.replace("-", "_"): pick for each in both.to_pick}
                assert merge(base, mine, theirs, **keys).merged()["body"] == body(text)


@pytest.mark.parametrize("base", [{}, {"body": None}])
def test_a_text_that_began_with_nothing_known_is_picked_too(base):
    both = Merge(base, {"body": "<p>X</p>"}, {"body": "<p>Y</p>"}, {"body-0": "mine"})
    assert both.merged()["body"] == "<p>X</p>"


def test_paragraphs_that_are_all_alike_are_one_passage_to_pick():
    """To align them would take minutes, in which nobody else may write to SQLite."""
    base, mine, theirs = "ab" * 9999, "ba" * 9999, "aab" * 9999
    [passage] = merge(base, mine, theirs).to_pick
    assert passage.mine == body(mine)
    assert merge(base, mine, theirs, body_0="mine").merged()["body"] == body(mine)
