"""The writing screen in a real browser: what a person at it presses, types and sees."""

import re

import pytest
from playwright.sync_api import expect

from .test_newsroom_in_chromium import DESK, PHONE, log_in

pytestmark = [pytest.mark.needs_chromium, pytest.mark.any_database]


def test_an_editor_writes_saves_and_corrects_without_leaving_the_page(open_browser, site):
    site.python("from tests import factories; factories.section('Ville', slug='ville')")
    editor = open_browser(**DESK, locale="fr-FR")
    log_in(editor, "editor")
    editor.goto("/admin/articles/article/add/")
    primary = editor.locator(".writing-buttons .primary")
    expect(editor.locator("#id_headline")).to_be_focused()
    expect(primary).to_have_text("Publier")

    # The Enter key goes on: it neither saves nor publishes.
    editor.keyboard.type("La rivière est haute")
    editor.keyboard.press("Enter")
    expect(editor.locator("#id_standfirst")).to_be_focused()
    editor.locator("#id_kicker").press("Enter")
    expect(editor).to_have_url(re.compile("/add/$"))

    # An error is listed, and the cursor stands in its field.
    editor.keyboard.press("Control+s")
    expect(editor.locator(".writing-errors a")).to_have_text("Rubrique")
    expect(editor.locator("#id_section")).to_be_focused()
    editor.select_option("#id_section", label="Ville")
    body = editor.locator("[contenteditable=true]")
    body.click()
    editor.keyboard.type("L’eau monte encore, de 3,5 m.")
    expect(editor.locator("[data-count=words]")).to_have_text("6")
    editor.keyboard.press("Control+s")
    expect(editor.locator(".messagelist .success")).to_have_text("Enregistré.")
    expect(editor).to_have_url(re.compile("/change/$"))

    # What would stop a press is known before the next save.
    editor.fill("#id_publish_at", "hier 6h")
    expect(editor.locator("#fold-checks a")).to_have_text("Ce moment est passé.")
    editor.fill("#id_publish_at", "")
    expect(editor.locator("#fold-checks a")).to_have_count(0)

    # The primary button says what it will do.
    primary.click()
    expect(editor.locator(".where-it-stands")).to_contain_text("En ligne")
    expect(primary).to_have_text("Enregistrer")
    expect(editor.locator(".writing-buttons [name=_publish]")).to_be_hidden()
    editor.locator("#id_kicker").fill("Crue")
    expect(primary).to_have_text("Publier les modifications")
    editor.locator("#id_kicker").fill("")
    expect(primary).to_have_text("Enregistrer")
    editor.select_option("#id_correction_kind", "correction")
    expect(primary).to_have_text("Publier le rectificatif")

    # On a phone the settings are a sheet over the page, and the button stays in view.
    editor.set_viewport_size(PHONE["viewport"])
    expect(primary).to_be_in_viewport()
    kind = editor.locator("#id_correction_kind")
    expect(kind).to_be_hidden()
    editor.locator(".writing-opener").click()
    expect(kind).to_be_visible()
    editor.keyboard.press("Escape")
    expect(kind).to_be_hidden()


def test_what_is_worth_a_look_leads_to_its_words_and_is_mended_with_one_press(open_browser, site):
    key = site.python(
        "from tests import factories; print(factories.article(language='fr', "
        "body='<p>Le pont de de pierre.</p><p>Encore de <em>de</em> la pluie.</p>').pk)"
    ).strip()
    editor = open_browser(**DESK, locale="fr-FR")
    log_in(editor, "editor")
    editor.goto(f"/admin/articles/article/{key}/change/")
    fold, body = editor.locator("#fold-worth"), editor.locator(".ProseMirror")
    fold.locator("summary").click()
    fold.get_by_role("link", name="« de de »").click()
    expect(body).to_be_focused()
    assert editor.evaluate("getSelection().toString()") == "de de"
    fold.get_by_role("button", name="Écrire « de »").click()
    expect(body).to_have_text("Le pont de pierre.Encore de la pluie.")
    expect(fold.get_by_role("button")).to_have_count(0)
    body.press("Control+z")
    expect(body).to_have_text("Le pont de de pierre.Encore de de la pluie.")
    editor.fill("#id_headline", "Le le pont")
    fold.get_by_role("button", name="Écrire « Le »").click()
    expect(editor.locator("#id_headline")).to_have_value("Le pont")
