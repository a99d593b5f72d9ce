"""What editors do beside writing: mark a pull quote, add a picture, and make the front page."""

import pytest
from playwright.sync_api import expect

from tests import factories

from ..articles.text.test_slugs import SLUGS
from .test_newsroom_in_chromium import DESK, PHONE, enter, save

pytestmark = [pytest.mark.needs_chromium, pytest.mark.any_database]


@pytest.fixture
def article(site):
    """The address in the admin of an article of three, which is not the newest."""
    pk = site.python(
        "from tests import factories;"
        "body = '<p>Un pont.</p><blockquote><p>Il tient.</p></blockquote><p>Fin.</p>';"
        "made = [factories.published(f'Le pont {n}', body=body, language='fr') for n in range(3)];"
        "print(made[0].pk)"
    )
    return int(pk.splitlines()[-1])


def test_an_editor_marks_a_pull_quote(open_browser, article):
    editor = open_browser(**DESK, locale="fr-FR")
    enter(editor, "editor")
    editor.goto(f"/admin/articles/article/{article}/change/")
    editor.locator(".ProseMirror blockquote p").click()
    editor.locator(".prose-menubar__selected", has_text="Block style").click()
    editor.locator(".prose-menubar__picker p", has_text="exergue").click()
    expect(editor.locator(".ProseMirror blockquote.pull")).to_have_count(1)
    save(editor)
    editor.goto(f"/admin/articles/article/{article}/preview/")
    assert editor.locator("blockquote.pull", has_text="Il tient.").count() == 1


@pytest.mark.parametrize("screen", [DESK, PHONE], ids=["desk", "phone"])
def test_an_editor_is_told_that_a_picture_is_being_prepared(open_browser, site, screen):
    editor = open_browser(**screen, locale="fr-FR")
    enter(editor, "editor")
    picture = {"name": "pont.png", "mimeType": "image/png", "buffer": factories.picture_bytes()}

    def fill_in():
        editor.goto("/admin/articles/image/add/")
        editor.fill("#id_title", "Le pont")
        editor.fill("#id_alt", "Un pont")
        editor.set_input_files("#id_file", picture)

    fill_in()
    # Stay on the page, as a browser does while a large picture is prepared.
    form = editor.locator("#image_form")
    form.evaluate("form => form.addEventListener('submit', event => event.preventDefault())")
    editor.click("[name=_save]")
    status = editor.get_by_role("status").filter(has_text="L’image est en préparation")
    expect(status).to_be_in_viewport()
    expect(editor.locator("[name=_save]")).to_be_disabled()

    fill_in()
    save(editor, "_save")
    expect(editor.locator("#result_list")).to_contain_text("Le pont")


@pytest.mark.parametrize("scripts", [True, False], ids=["phone", "phone without scripts"])
def test_an_editor_makes_the_front_page_on_a_phone(open_browser, site, article, scripts):
    editor = open_browser(**PHONE, locale="fr-FR", java_script_enabled=scripts)
    enter(editor, "editor")
    site.python("FrontSlot.objects.all().delete()")
    if scripts:
        editor.goto("/admin/articles/frontslot/add/")
        editor.click(".select2-selection")
        editor.locator(".select2-results__option", has_text="Le pont 0").first.click()
        editor.select_option("#id_place", label="Ouverture")
        save(editor, "_save")
    else:
        site.python(f"FrontSlot.objects.create(article_id={article}, place=2)")
        editor.goto("/admin/articles/frontslot/")
        editor.select_option("[name=form-0-place]", label="Ouverture")
        save(editor, "_save")
    reader = open_browser(**PHONE)
    reader.goto("/")
    assert reader.locator(".teaser-lead", has_text="Le pont 0").count() == 1


# --- Slugs ----------------------------------------------------------------------------------------

#: The form that has the slug, and the field that it is made from.
FORMS = {
    "article": "headline",
    "page": "title",
    "section": "name",
    "topic": "name",
    "author": "name",
}


@pytest.mark.parametrize("model", FORMS)
def test_the_form_fills_in_the_slug_that_the_server_would_make(open_browser, model):
    editor = open_browser(**DESK, locale="fr-FR")
    enter(editor, "editor")
    editor.goto(f"/admin/articles/{model}/add/")
    words, slug = editor.locator(f"#id_{FORMS[model]}"), editor.locator("#id_slug")
    longest = int(slug.get_attribute("maxlength"))
    for typed, made in [*SLUGS, ("mot " * 14 + "fin", "mot-" * 14 + "fin"), ("", "")]:
        words.fill(typed)
        expect(slug).to_have_value(made[:longest].rstrip("-"))


def test_a_slug_that_somebody_typed_stays(open_browser):
    editor = open_browser(**DESK, locale="fr-FR")
    enter(editor, "editor")
    editor.goto("/admin/articles/topic/add/")
    words, slug = editor.locator("#id_name"), editor.locator("#id_slug")
    slug.fill("mien")
    asked = []
    editor.on("request", lambda request: asked.append(request.url))
    words.fill("L’œuvre")
    # Longer than the script waits before it asks.
    editor.wait_for_timeout(1000)
    assert (asked, slug.input_value()) == ([], "mien")
    slug.fill("")
    words.press_sequentially("s")
    expect(slug).to_have_value("sl-oeuvre")


def test_a_form_sent_before_the_answer_or_without_it_gets_the_whole_slug(open_browser, site):
    editor = open_browser(**DESK, locale="fr-FR")
    enter(editor, "editor")
    editor.goto("/admin/articles/topic/add/")
    editor.fill("#id_name", "L’œuvre")
    expect(editor.locator("#id_slug")).to_have_value("l-oeuvre")
    # From now on no answer comes.
    editor.route("**/topic/slug/", lambda route: route.abort())
    editor.locator("#id_name").press_sequentially(" au noir")
    save(editor, "_save")
    made = site.python(
        "from articles.models import Topic; print(Topic.objects.get(name='L’œuvre au noir').slug)"
    )
    assert made.splitlines()[-1] == "l-oeuvre-au-noir"
