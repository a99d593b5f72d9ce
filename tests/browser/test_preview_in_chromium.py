"""The preview beside the form of an article, and a session that ends while somebody writes."""

import pytest
from playwright.sync_api import expect

from .test_newsroom_in_chromium import DESK, log_in

pytestmark = [pytest.mark.needs_chromium, pytest.mark.any_database]

NIGHT = "rgb(21, 20, 18)"


def test_an_editor_sees_the_typed_text_on_a_phone_at_night_and_outlives_the_session(
    open_browser, site
):
    """`open_browser` fails if a page breaks its policy: one may show the other in a frame."""
    pk = site.python("from tests import factories; print(factories.published('Le pont').pk)")
    editor = open_browser(**DESK, locale="fr-FR")
    log_in(editor, "editor")
    editor.goto(f"/admin/articles/article/{pk.split()[-1]}/change/")

    editor.get_by_role("button", name="Voir comme les lecteurs").click()
    panel = editor.get_by_role("dialog", name="Aperçu")
    shown = panel.frame_locator("iframe")
    expect(shown.locator("h1")).to_have_text("Le pont")
    editor.locator("#id_headline").fill("Le pont tombe")
    expect(shown.locator("h1")).to_have_text("Le pont tombe")
    panel.get_by_label("Sombre").check()
    expect(shown.locator("body")).to_have_css("background-color", NIGHT)
    panel.get_by_label("Ordinateur").check()
    expect(panel.locator("iframe")).to_have_css("width", "1280px")
    panel.get_by_label("Téléphone").check()
    expect(panel.locator("iframe")).to_have_css("width", "390px")
    with editor.context.expect_page() as tab:
        panel.get_by_role("button", name="Dans un onglet").click()
    expect(tab.value.locator("h1")).to_have_text("Le pont tombe")
    tab.value.close()

    editor.context.clear_cookies(name="sessionid")
    panel.press("Escape")
    expect(panel).not_to_be_visible()
    editor.locator("[name=_save]:visible").click()
    question = editor.get_by_role("dialog", name="Reconnectez-vous")
    question.get_by_label("Mot de passe").fill("wrong")
    question.get_by_label("Mot de passe").press("Enter")
    expect(question.get_by_role("alert")).not_to_be_empty()
    question.get_by_label("Mot de passe").fill("editor")
    question.get_by_role("button", name="Se connecter et continuer").click()
    expect(editor.locator(".messagelist .success").first).to_be_visible()
    expect(editor.locator("#id_headline")).to_have_value("Le pont tombe")
