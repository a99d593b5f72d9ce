"""Cells of a CSV file: no text is a formula, each row is one line, values stay what they are."""

import csv
from datetime import UTC, date, datetime

import pytest
from django.utils import translation
from django.utils.safestring import mark_safe

from common.spreadsheet_cells import cell, lines, separator


@pytest.mark.parametrize("first", "=+-@＝＋－＠﹦﹢﹣﹫−")
@pytest.mark.parametrize(
    "before", ["", "  ", "\t", "\r", "\n", '"', "'", "« ", "\u200b\ufeff", "\0"]
)
def test_a_text_that_begins_like_a_formula_becomes_a_text(first, before):
    assert cell(f"{before}{first}1+1").startswith("'")


@pytest.mark.parametrize("split", [";", ",", ';"', ", "])
def test_no_formula_begins_where_a_program_splits_at_another_separator(split):
    assert "'" in cell(f"a{split}=1+1").removeprefix("a")


@pytest.mark.parametrize(
    "text", ["3 - 2 = 1", "well-read", "me@news.example", "a, b; c", "", "“Yes”"]
)
def test_other_words_stay_as_they_are(text):
    assert cell(text) == text


def test_a_text_is_one_line_and_keeps_the_spaces_that_do_not_break():
    assert cell("One\r\n\ttwo\u2028three\0 four\u00a0!") == "One two three four\u00a0!"


def test_html_becomes_its_words_and_a_typed_text_keeps_its_signs():
    assert cell(mark_safe('<b class="x">Tea &amp; milk</b>')) == "Tea & milk"
    assert cell(mark_safe("<b>&#61;1</b>")) == "'=1"
    assert cell("a <b> &amp;") == "a <b> &amp;"


def test_numbers_dates_and_answers_stay_what_they_are(settings):
    assert cell(-5) == -5
    assert cell(None) == ""
    assert cell(date(2026, 7, 1)) == "2026-07-01"
    settings.TIME_ZONE = "Europe/Paris"
    assert cell(datetime(2026, 7, 1, 22, 30, tzinfo=UTC)) == "2026-07-02 00:30:00"
    with translation.override("fr"):
        assert cell(True) == "Oui"


@pytest.mark.parametrize(("language", "expected"), [("en", ","), ("en-gb", ","), ("fr", ";")])
def test_a_file_is_split_as_the_spreadsheet_of_the_language_splits(language, expected):
    with translation.override(language):
        text = lines([['a "b"', "c,d;e", 1000]])
        assert separator() == expected
        assert text.endswith(f"{expected}1000\r\n")
        assert list(csv.reader([text], delimiter=expected)) == [['a "b"', "c,d;e", "1000"]]
