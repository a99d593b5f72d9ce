"""HTML that follows from plain values is made once for each set of them."""

from datetime import UTC, datetime

import pytest
from django.template import engines
from django.utils import translation
from django.utils.safestring import mark_safe

from common.kept_html import html_of


@pytest.fixture
def template(settings, tmp_path):
    """A template of the test's own; return its name, and the list of what was shown so far."""
    (tmp_path / "piece.html").write_text(
        "{% load i18n %}{{ words }}, {{ at|date:'DATETIME_FORMAT' }}: {% translate 'Comments' %}"
    )
    [options] = settings.TEMPLATES
    settings.TEMPLATES = [{**options, "DIRS": [*options["DIRS"], tmp_path]}]
    return "piece.html"


NOON = datetime(2025, 5, 4, 10, tzinfo=UTC)


def test_the_same_values_give_the_same_html_without_the_template(template, monkeypatch):
    first = html_of(template, words="Oui & non", at=NOON)
    assert first.startswith("Oui &amp; non, ")
    monkeypatch.setattr(engines["django"], "get_template", None)
    assert html_of(template, words="Oui & non", at=NOON) is first


def test_words_that_are_safe_already_are_other_words(template):
    shown = [html_of(template, words=words, at=NOON) for words in ("<b>", mark_safe("<b>"))]
    assert [html[:4] for html in shown] == ["&lt;", "<b>,"]


def test_each_language_has_its_own(template):
    with translation.override("fr"):
        french = html_of(template, words="", at=NOON)
    with translation.override("en"):
        assert html_of(template, words="", at=NOON) != french
    assert "Commentaires" in french


def test_another_time_zone_is_another_time(template, settings):
    here = html_of(template, words="", at=NOON)
    settings.TIME_ZONE = "Pacific/Kiritimati"
    assert html_of(template, words="", at=NOON) != here
