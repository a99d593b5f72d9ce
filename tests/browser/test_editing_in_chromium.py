"""What editors do beside writing: mark a pull quote, add a picture, and make the front page."""

import json

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests import factories

from ..articles.text.test_slugs import SLUGS
from .test_admin_accessibility import RULES
from .test_newsroom_in_chromium import DESK, PHONE, log_in, save

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
    log_in(editor, "editor")
    editor.goto(f"/admin/articles/article/{article}/change/")
    editor.locator(".ProseMirror blockquote p").click()
    editor.get_by_label("Style du paragraphe").select_option(label="Exergue")
    expect(editor.locator(".ProseMirror blockquote.pull")).to_have_count(1)
    save(editor)
    editor.goto(f"/admin/articles/article/{article}/preview/")
    assert editor.locator("blockquote.pull", has_text="Il tient.").count() == 1


@pytest.mark.parametrize("screen", [DESK, PHONE], ids=["desk", "phone"])
def test_an_editor_is_told_that_a_picture_is_being_prepared(open_browser, site, screen):
    editor = open_browser(**screen, locale="fr-FR")
    log_in(editor, "editor")
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
    log_in(editor, "editor")
    site.python("FrontSlot.objects.all().delete()")
    if scripts:
        editor.goto("/admin/articles/frontslot/add/")
        editor.get_by_role("combobox", name="Article").fill("Le pont 0")
        editor.get_by_role("option", name="Le pont 0").first.click()
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
    log_in(editor, "editor")
    editor.goto(f"/admin/articles/{model}/add/")
    words, slug = editor.locator(f"#id_{FORMS[model]}"), editor.locator("#id_slug")
    longest = int(slug.get_attribute("maxlength"))
    for typed, made in [*SLUGS, ("mot " * 14 + "fin", "mot-" * 14 + "fin"), ("", "")]:
        words.fill(typed)
        expect(slug).to_have_value(made[:longest].rstrip("-"))


def test_a_slug_that_somebody_typed_stays(open_browser):
    editor = open_browser(**DESK, locale="fr-FR")
    log_in(editor, "editor")
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
    log_in(editor, "editor")
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


# --- Fields of the writing screen -----------------------------------------------------------------

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
