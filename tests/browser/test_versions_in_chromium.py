"""An editor sees what changed in an article, and has its first text back in three clicks."""

import pytest
from playwright.sync_api import expect

from .test_admin_accessibility import violations
from .test_newsroom_in_chromium import DESK, log_in

pytestmark = [pytest.mark.needs_chromium, pytest.mark.any_database]


_WRITE = """
from articles.publishing import working_copy
from django.contrib.auth import get_user_model
from tests import factories

article = factories.article("Le pont rouvre", standfirst="Il tient.", language="fr")
editor = get_user_model().objects.get(username="editor")
for version, words in enumerate(["Il tenait.", "Il est fermé."], start=1):
    working_copy.store(article, {"standfirst": words}, by=editor, seen=version)
print(article.pk)
"""


@pytest.fixture
def article(site):
    """The number of an article that was changed twice in one sitting."""
    return int(site.python(_WRITE).splitlines()[-1])


def test_an_editor_restores_a_version_in_three_clicks(open_browser, article):
    editor = open_browser(**DESK, locale="fr-FR")
    log_in(editor, "editor")
    editor.goto(f"/admin/articles/article/{article}/change/")
    editor.locator(f"a[href='/admin/articles/article/{article}/versions/']").first.click()
    editor.get_by_role("link", name="Ce qui a changé depuis Version 1").click()
    marked = editor.locator(".differing-text")
    expect(marked.locator("del")).to_have_text("tient")
    expect(marked.locator("ins")).to_have_text("est fermé")
    assert violations(editor) == []
    editor.get_by_role("button", name="Rétablir tout").click()
    expect(editor.locator("#id_standfirst")).to_have_value("Il tient.")
