"""The handbook, which the staff read in the admin under “Help”, in the language of the admin."""

import re

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.urls import reverse
from PIL import Image

from newsroom.handbook import FOLDER, NAMES, PICTURE_SIZE, chapters

pytestmark = pytest.mark.any_database

LANGUAGES = dict(settings.LANGUAGES)


def text_of(name, language):
    return (FOLDER / language / f"{name}.md").read_text(encoding="utf-8")


def pictures_of(text):
    return re.findall(r"^!\[(.+)\]\(\.\./\.\./\.\./static/(handbook/.+)\)$", text, re.MULTILINE)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_chapters_are_all_the_files_of_a_language(language):
    assert {path.stem for path in (FOLDER / language).iterdir()} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_chapter_says_as_much_in_each_language(name):
    """As many headings, paragraphs, list items, rows and pictures, in the same order."""
    kinds = []
    for language in LANGUAGES:
        blocks = re.split(r"\n(?=- |\| )|\n\n", text_of(name, language))
        kinds.append([re.match(r"#* |- |\||!|", block)[0] for block in blocks])
    assert all(each == kinds[0] for each in kinds)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_picture_is_there_in_its_language_and_size_with_words_in_its_place(language):
    named = [picture for name in NAMES for picture in pictures_of(text_of(name, language))]
    assert len(named) > 5
    for words, path in named:
        assert words
        assert path.endswith(f".{language}.webp")
        with Image.open(finders.find(path)) as picture:
            assert picture.size == PICTURE_SIZE


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_chapter_names_a_picture_in_another_way(language):
    for name in NAMES:
        text = text_of(name, language)
        assert text.count("![") == len(pictures_of(text))


def test_french_has_a_no_break_space_before_double_signs():
    for name in NAMES:
        text = re.sub(r"`[^`]*`|\]\([^)]*\)|^\|.*$", "", text_of(name, "fr"), flags=re.MULTILINE)
        assert re.findall(r".{9} [;:!?»]|« .{9}", text) == [], name


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_help_leads_to_every_chapter_and_heading(editor_client, language):
    headers = {"accept-language": language}
    assert reverse("admin:handbook") in editor_client.get("/admin/", headers=headers).text
    contents = editor_client.get(reverse("admin:handbook"), headers=headers).text
    for chapter in chapters(language):
        page = editor_client.get(chapter.get_absolute_url(), headers=headers).text
        assert f"<h1>{chapter.title}</h1>" in page
        assert chapter.html in page
        assert chapter.headings or chapter.name == "operators"
        for heading in chapter.headings:
            assert f'{chapter.get_absolute_url()}#{heading["id"]}"' in contents
            assert f'<h2 id="{heading["id"]}">' in page


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["nothing", "START", "..", "start.md"])
def test_no_other_chapter_is_found(editor_client, name):
    assert editor_client.get(f"/admin/help/{name}/").status_code == 404
