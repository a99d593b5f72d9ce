"""Nothing that an editor types is lost: not by a crash, a reload, or the back button."""

import pytest
from playwright.sync_api import expect

from ..journeys.site import wait_until
from .test_newsroom_in_chromium import DESK, log_in, save

pytestmark = [pytest.mark.needs_chromium, pytest.mark.any_database]

#: The copies of texts that a browser keeps.
COPIES = "() => Object.keys(localStorage).filter(key => key.startsWith('newsroom.draft.')).length"


@pytest.fixture
def form(site):
    """The address of the form of an article."""
    pk = site.python(
        "from tests import factories; print(factories.published('Le pont', language='fr').pk)"
    )
    return f"/admin/articles/article/{pk.splitlines()[-1]}/change/"


def crash(page):
    """End the browser without a word to the page; return what it leaves on the disk."""
    left = page.context.storage_state()
    page.context.close()
    return left


def test_what_is_typed_outlives_a_crash_a_reload_and_a_colleague(open_browser, site, form):
    editor = open_browser(**DESK, locale="fr-FR")
    log_in(editor, "editor")

    def type_first(route):
        editor.fill("#id_headline", "Le pont, perdu")
        route.continue_()

    # Whoever types before the scripts of a slow page are there loses nothing either.
    editor.route("**/writing/drafts*.js", type_first, times=1)
    editor.goto(form)
    kept = editor.get_by_text("Conservé à")
    expect(kept).to_be_visible()
    # The server has it, so this browser needs no copy.
    wait_until(lambda: editor.evaluate(COPIES) == 0)
    # The next text waits for the server as long as the colleague takes; the crash comes first.
    editor.route("**/draft/", lambda route: None)
    editor.locator(".tiptap").click()
    editor.keyboard.type("Mot perdu. ")
    wait_until(lambda: editor.evaluate(COPIES) == 1)

    colleague = open_browser(**DESK, locale="fr-FR")
    log_in(colleague, "moderator")
    site.python(
        "from django.contrib.auth.models import User;"
        "User.objects.filter(username='moderator')"
        ".update(is_superuser=True, first_name='Clémence');"
    )
    colleague.goto(form)
    expect(colleague.get_by_text("editor est dans cet article, dans le titre.")).to_be_visible()
    expect(colleague.get_by_text("Reprendre votre texte")).to_have_count(0)

    again = open_browser(**DESK, locale="fr-FR", storage_state=crash(editor))
    again.goto(form)
    expect(again.get_by_text("Reprendre votre texte")).to_have_count(1)
    expect(again.get_by_text("Clémence est dans cet article.")).to_be_visible()
    again.get_by_text("Voir les différences").click()
    expect(again.locator("ins", has_text="perdu")).to_have_count(2)
    again.get_by_role("link", name="Reprendre", exact=True).click()
    expect(again.locator("#id_headline")).to_have_value("Le pont, perdu")
    expect(again.locator(".tiptap")).to_contain_text("Mot perdu.")

    # Leaving asks. Whoever leaves all the same, or comes back, finds the text again.
    asked = []
    again.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    again.fill("#id_kicker", "Enquête")
    again.reload()
    expect(again.locator("#id_kicker")).to_have_value("Enquête")
    again.fill("#id_kicker", "Enquête !")
    again.goto("/admin/")
    again.go_back()
    expect(again.locator("#id_kicker")).to_have_value("Enquête !")
    assert asked == ["beforeunload"] * 2

    # What is saved is neither asked about nor offered any more.
    save(again)
    # Only a page in which somebody has clicked may ask.
    again.click("#id_kicker")
    again.goto("/admin/")
    again.goto(form)
    expect(again.locator("#id_kicker")).to_have_value("Enquête !")
    expect(again.locator("#draft-offers")).to_be_empty()
    assert asked == ["beforeunload"] * 2

    # Where the session has ended, the password is asked for, and the text is kept after all.
    again.context.clear_cookies(name="sessionid")
    again.fill("#id_headline", "Le pont, resté")
    question = again.get_by_role("dialog", name="Reconnectez-vous")
    question.get_by_label("Mot de passe").fill("editor")
    question.get_by_role("button", name="Se connecter et continuer").click()
    expect(again.get_by_text("Conservé à")).to_be_visible()

    # Signing out leaves nothing in the browser.
    again.route("**/draft/", lambda route: route.abort())
    again.fill("#id_headline", "Le pont, secret")
    wait_until(lambda: again.evaluate(COPIES) == 1)
    again.locator("#logout-form button").click()
    again.wait_for_url("**/logout/")
    wait_until(lambda: again.evaluate(COPIES) == 0)
