"""The comment form: its limits, its error messages, and where the keyboard focus goes."""

import pytest

from comments.forms import LONGEST_COMMENT, LONGEST_HIDDEN, CommentForm
from tests.pages import attributes


def form(**typed):
    return CommentForm({"name": "Paul", "comment": "Hello", **typed})


def test_a_name_and_a_comment_are_enough():
    assert form().is_valid()


def test_a_missing_name_is_asked_for():
    assert form(name="").errors == {"name": ["Please enter your name here"]}


def test_a_missing_comment_is_asked_for():
    assert form(comment="").errors == {"comment": ["Please enter your comment!"]}


@pytest.mark.parametrize("nothing", [" ", "\r\n\r\n", "\u200b", "\x00", "\u202e \u2066", "\u200d"])
def test_what_nobody_can_see_is_nothing(nothing):
    assert set(form(name=nothing, comment=nothing).errors) == {"name", "comment"}


def test_what_was_typed_comes_out_normalised():
    checked = form(name=" Rene\u0301 \u202eDupont ", comment="One\r\n\r\n\r\nTwo\x07 ")
    assert checked.is_valid()
    assert checked.cleaned_data["name"] == "René Dupont"
    assert checked.cleaned_data["comment"] == "One\n\nTwo"


def test_five_thousand_characters_are_taken_and_one_more_is_not():
    assert form(comment="x" * LONGEST_COMMENT).is_valid()
    errors = form(comment="x" * (LONGEST_COMMENT + 1)).errors
    assert errors == {
        "comment": ["A comment has at most 5000 characters; this one has 5001."],
    }


def test_a_name_has_at_most_eighty_characters():
    assert form(name="x" * 80).is_valid()
    assert set(form(name="x" * 81).errors) == {"name"}


def test_limits_count_what_is_left_after_normalisation():
    # A browser sends a line end as two characters; an accent may be a character of its own.
    assert form(comment="x\r\n" * (LONGEST_COMMENT // 2)).is_valid()
    assert form(comment="e\u0301" * LONGEST_COMMENT).is_valid()
    assert form(name="e\u0301" * 80 + " \u200b").is_valid()


def test_the_browser_cuts_no_pasted_text():
    empty = CommentForm()
    assert "maxlength" not in str(empty["name"]) + str(empty["comment"])


def test_a_form_with_errors_keeps_every_typed_character():
    typed = " <b>One</b> &eacute;\r\n\r\n\r\nTwo "
    again = form(name="", comment=typed)
    assert not again.is_valid()
    # Browsers drop a line end right after <textarea>; Django writes an extra one first.
    assert "&lt;b&gt;One&lt;/b&gt; &amp;eacute;\r\n\r\n\r\nTwo </textarea>" in str(again["comment"])
    assert (
        attributes(form(name=" A\u0301 \"'<b>", comment="")["name"])["value"] == " A\u0301 \"'<b>"
    )


def test_a_wrong_field_says_so_to_a_screen_reader():
    wrong = form(name="")
    field = attributes(wrong["name"])
    assert field["aria-invalid"] == "true"
    assert field["aria-describedby"] == "comment-name_error"
    assert 'id="comment-name_error"' in str(wrong["name"].errors)


def test_a_right_field_is_not_called_wrong():
    assert "aria-invalid" not in attributes(form(comment="")["name"])


def test_only_the_first_wrong_field_has_the_focus():
    both = form(name="", comment="")
    assert [name for name in both.fields if "autofocus" in attributes(both[name])] == ["name"]
    second = form(comment="")
    assert [name for name in second.fields if "autofocus" in attributes(second[name])] == [
        "comment"
    ]


@pytest.mark.parametrize("untouched", [CommentForm(), form()])
def test_a_form_without_errors_grabs_no_focus(untouched):
    untouched.is_valid()
    assert not [name for name in untouched.fields if "autofocus" in attributes(untouched[name])]


def test_the_focus_of_one_form_does_not_stay_for_the_next():
    form(name="").is_valid()
    assert "autofocus" not in attributes(CommentForm()["name"])


def test_a_browser_may_fill_in_the_name_but_not_the_trap():
    empty = CommentForm()
    assert attributes(empty["name"])["autocomplete"] == "name"
    assert attributes(empty["website"])["autocomplete"] == "off"
    assert attributes(empty["website"])["tabindex"] == "-1"


@pytest.mark.parametrize("field", ["website", "stamp", "confirmed"])
@pytest.mark.parametrize("odd", ["", "x\x00y", "\x00", "\ud800", "x" * 100_000])
def test_nothing_in_a_hidden_field_can_make_the_form_wrong(field, odd):
    # The reader could neither see nor correct an error in a hidden field.
    assert form(**{field: odd}).is_valid()


def test_a_text_far_too_long_is_refused_unread():
    """To compose 40,000 accents in a row takes seconds, and blocks the server for that time."""
    posted = form(comment="a" + "\u0315\u0300" * 40_000, website="b" + "\u0315\u0300" * 40_000)
    assert [error.code for error in posted.errors["comment"].as_data()] == ["max_length"]
    assert len(posted.cleaned_data["website"]) <= LONGEST_HIDDEN
