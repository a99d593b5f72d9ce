"""Words that are struck out: stored whatever the setting says, and told in words on pages."""

import pytest

from articles.admin.editor import EditorWidget
from articles.text import cleaner
from articles.text.differences import html_differences
from articles.text.reading import read

pytestmark = pytest.mark.any_database

BODY = "<p>He paid <s>3</s> 4 euros.</p>"


@pytest.mark.parametrize("is_on", [True, False])
def test_the_setting_offers_the_tool_and_never_changes_what_is_stored(settings, is_on):
    settings.STRIKETHROUGH = is_on
    assert cleaner.clean(BODY) == BODY
    config = EditorWidget(config={"extensions": cleaner.EDITOR_EXTENSIONS}).get_config()
    assert config["extensions"]["Strike"] == {"isOffered": is_on}
    assert config["extensions"]["Paste"]["keepsStruck"] is is_on


def test_a_page_says_in_words_that_words_are_struck_out():
    assert read(BODY, "fr").html == (
        '<p>He paid <span class="visually-hidden">[barré\xa0: </span><s>3</s>'
        '<span class="visually-hidden">]</span> 4 euros.</p>'
    )


def test_a_comparison_tells_that_a_word_was_struck_out():
    marked = html_differences("<p>a b c</p>", "<p>a <s>b</s> c</p>")
    assert "(now: struck out)" in marked
