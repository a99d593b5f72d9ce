"""The fields of the writing screen by keyboard alone: a topic, a byline, a moment."""

import json

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from .test_admin_accessibility import RULES
from .test_newsroom_in_chromium import DESK, log_in

pytestmark = [pytest.mark.needs_chromium, pytest.mark.any_database]

_MAKE = """
from tests import factories
factories.topic(name="Élections du fleuve", slug="elections-du-fleuve")
factories.author(name="Anna Martin")
print(factories.article("Le bac").pk)
"""
_TELL = """
import json
from articles.models import Article
article = Article.objects.get(pk=%s)
print(json.dumps({
    "topics": sorted(topic.name for topic in article.topics.all()),
    "byline": [f"{byline.author.name}, {byline.role}" for byline in article.bylines.all()],
    "embargo": article.embargo_until.isoformat(),
}))
"""


def test_a_topic_a_byline_and_a_moment_are_typed_with_the_keyboard_alone(open_browser, site):
    pk = site.python(_MAKE).splitlines()[-1]
    editor = open_browser(**DESK, locale="fr-FR")
    log_in(editor, "editor")
    editor.goto(f"/admin/articles/article/{pk}/change/")
    keys = editor.keyboard

    # One topic that there is, found without its accent, and a new one.
    topics = editor.get_by_role("combobox", name="Sujets")
    topics.focus()
    # Enter chooses for the whole text, even before the list is there.
    keys.type("elec fleuve")
    keys.press("Enter")
    chosen = editor.locator(".field-topics .choice-chosen li")
    expect(chosen).to_have_text(["Élections du fleuve×"])
    keys.type("Bacs")
    expect(editor.get_by_role("option", name="Créer le sujet")).to_have_attribute(
        "aria-selected", "true"
    )
    keys.press("Enter")
    expect(chosen).to_have_count(2)
    keys.type("Ponts")
    keys.press("ArrowDown")
    keys.press("Enter")
    expect(chosen).to_have_count(3)
    # The last one is taken away again.
    keys.press("Backspace")
    expect(chosen).to_have_count(2)

    # Two names in the byline, of which the second is moved before the first.
    byline = editor.locator("#bylines-group")
    byline.get_by_role("combobox").focus()
    keys.type("Zoé Petit")
    expect(editor.get_by_role("option", name="Créer l’auteur")).to_be_visible()
    keys.press("Enter")
    editor.get_by_role("button", name="Ajouter une signature").press("Enter")
    keys.type("anna")
    expect(editor.get_by_role("option", name="Anna Martin")).to_be_visible()
    keys.press("Enter")
    keys.press("Tab")
    keys.type("photographies")
    keys.press("Alt+ArrowUp")
    expect(byline.locator("li.byline:visible .choice-chosen")).to_contain_text(["Anna", "Zoé"])

    # A moment that comes twice, of which one is chosen, and one that does not.
    embargo = editor.get_by_label("Embargo")
    embargo.focus()
    keys.type("31/10/2100 2h30")
    summer = editor.get_by_role("radio", name="heure d’été (UTC+2)")
    expect(summer).to_be_visible()
    summer.press("Space")
    said = editor.locator(".field-embargo_until output")
    expect(said).to_have_text("dimanche 31\xa0octobre 2100, 02:30, heure de Paris (UTC+2)")
    expect(embargo).to_be_focused()
    editor.get_by_label("Visible à partir de").focus()
    keys.type("bientôt")
    expect(editor.locator(".field-publish_at output")).to_contain_text("n’est pas compris")
    keys.press("ControlOrMeta+a")
    keys.press("Delete")

    parts = {"include": [[".choice"], [".moment"], [".bylines"]]}
    found = Axe().run(editor, context=parts, options={"runOnly": RULES}).response["violations"]
    assert [violation["id"] for violation in found] == []
    editor.locator("[name=_save]").press("Enter")
    editor.locator(".messagelist .success").wait_for()
    assert json.loads(site.python(_TELL % pk).splitlines()[-1]) == {
        "topics": ["Bacs", "Élections du fleuve"],
        "byline": ["Anna Martin, photographies", "Zoé Petit, "],
        "embargo": "2100-10-31T00:30:00+00:00",
    }
