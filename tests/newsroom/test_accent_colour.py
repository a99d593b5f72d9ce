"""The site's accent colour, and the contrast of all text colours in the stylesheet."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.checks import run_checks

from newsroom.accent_colour import BACKGROUNDS, MIN_CONTRAST, contrast

# Some of Django's own checks query the database.
pytestmark = pytest.mark.django_db

TOKENS = Path(finders.find("css/tokens.css")).read_text()
BLUE = ["#0b4a8f", "#8fc1f5"]


def check_ids():
    return [error.id for error in run_checks() if error.id.startswith("newsroom.")]


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#000000", "#ffffff", 21), ("#ffffff", "#ffffff", 1), ("#777777", "#ffffff", 4.48)],
)
def test_contrast_is_what_wcag_says(one, other, ratio):
    assert contrast(one, other) == pytest.approx(ratio, abs=0.005)
    assert contrast(other, one) == contrast(one, other)


def test_the_papers_are_those_of_the_stylesheet(client, db):
    assert f"--paper: light-dark({', '.join(BACKGROUNDS)});" in TOKENS
    page = client.get("/").text
    for background in BACKGROUNDS:
        assert f'name="theme-color" content="{background}"' in page


def inks():
    pairs = re.findall(r"--(ink-quiet|ink|spot|alarm): light-dark\((#\w{6}), (#\w{6})\)", TOKENS)
    assert len(pairs) == 9
    return pairs


@pytest.mark.parametrize(("name", "day", "night"), inks())
def test_every_ink_can_be_read_on_every_paper(name, day, night):
    least = 7 if name.startswith("ink") else MIN_CONTRAST
    papers = re.findall(r"--(?:paper|sheet|wash): light-dark\((#\w{6}), (#\w{6})\)", TOKENS)
    assert len(papers) == 3
    for light, dark in papers:
        assert contrast(day, light) >= least
        assert contrast(night, dark) >= least


def test_a_site_without_a_colour_of_its_own_has_the_static_tokens(client, db):
    assert check_ids() == []
    assert 'href="/static/css/tokens.css"' in client.get("/").text
    assert client.get("/accent.css").status_code == 404


def test_a_site_with_one_has_it_in_place_of_the_static_tokens(client, settings, db):
    settings.ACCENT = BLUE
    assert check_ids() == []
    [link] = re.findall(r'href="(/accent\.css\?v=\w+)"', client.get("/").text)
    assert "tokens.css" not in client.get("/").text
    response = client.get(link)
    assert response["Content-Type"] == "text/css"
    assert "immutable" in response["Cache-Control"]
    assert response.text.startswith(TOKENS)
    assert "--spot: light-dark(#0b4a8f, #8fc1f5)" in response.text.removeprefix(TOKENS)


def test_the_admin_has_it_too(editor_client, settings):
    settings.ACCENT = BLUE
    assert "/accent.css?v=" in editor_client.get("/admin/").text


def test_another_colour_has_another_address(client, settings, db):
    found = set()
    for accent in (BLUE, [BLUE[0], "#ffffff"]):
        settings.ACCENT = accent
        found |= set(re.findall(r"/accent\.css\?v=\w+", client.get("/").text))
    assert len(found) == 2


@pytest.mark.parametrize(
    "accent",
    [["#0b4a8f"], ["blue", "navy"], ["#0b4a8f", "#8fc1f5", "#000000"], ["#0b4a8f", "red;}*{"]],
)
def test_what_is_not_two_colours_is_refused(settings, accent):
    settings.ACCENT = accent
    assert check_ids() == ["newsroom.E001"]


@pytest.mark.parametrize("accent", [["#8fc1f5", "#8fc1f5"], ["#0b4a8f", "#0b4a8f"]])
def test_a_colour_that_could_not_be_read_is_refused(settings, accent):
    settings.ACCENT = accent
    assert check_ids() == ["newsroom.E002"]
