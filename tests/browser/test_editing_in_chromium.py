"""What editors do beside writing: mark a pull quote, add a picture, and make the front page."""

import base64
import json
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import ExifTags
from PIL.Image import Exif
from playwright.sync_api import expect

from tests import factories
from tests.attachment_files import mp3

from ..articles.text.test_slugs import SLUGS
from .keys import press, settle
from .test_admin_accessibility import RULES, violations
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
    settle(editor)
    editor.get_by_label("Style du paragraphe").select_option(label="Exergue")
    expect(editor.locator(".ProseMirror blockquote.pull")).to_have_count(1)
    save(editor)
    editor.goto(f"/admin/articles/article/{article}/preview/")
    assert editor.locator("blockquote.pull", has_text="Il tient.").count() == 1


_WRITTEN_TWICE = """
from articles.publishing import working_copy
from django.contrib.auth import get_user_model
from tests import factories

article = factories.article("Le pont rouvre", standfirst="Il tient.", language="fr")
editor = get_user_model().objects.get(username="editor")
for version, words in enumerate(["Il tenait.", "Il est fermé."], start=1):
    working_copy.store(article, {"standfirst": words}, by=editor, seen=version)
print(article.pk)
"""


def test_an_editor_compares_two_versions_and_has_the_first_text_back(open_browser, site):
    pk = site.python(_WRITTEN_TWICE).splitlines()[-1]
    editor = open_browser(**DESK, locale="fr-FR")
    enter(editor, "editor")
    editor.goto(f"/admin/articles/article/{pk}/change/")
    editor.goto(editor.locator("a[href$='/versions/']").first.get_attribute("href"))
    editor.get_by_role("link", name="Ce qui a changé depuis Version 1").click()
    marked = editor.locator(".differing-text")
    expect(marked.locator("del")).to_have_text("tient")
    expect(marked.locator("ins")).to_have_text("est fermé")
    assert violations(editor) == []
    editor.get_by_role("button", name="Rétablir tout").click()
    expect(editor.locator("#id_standfirst")).to_have_value("Il tient.")


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
    if screen is DESK:
        # All columns are in sight beside the menu.
        editor.set_viewport_size({"width": 1024, "height": 800})
        assert editor.locator(".results").evaluate("list => list.scrollWidth <= list.clientWidth")


@pytest.mark.parametrize("scripts", [True, False], ids=["phone", "phone without scripts"])
def test_an_editor_makes_the_front_page_on_a_phone(open_browser, site, article, scripts):
    editor = open_browser(**PHONE, locale="fr-FR", java_script_enabled=scripts)
    enter(editor, "editor")
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


def test_an_editor_drags_an_article_to_the_lead_of_the_page_itself(open_browser, site, article):
    site.python("FrontSlot.objects.all().delete()")
    editor = open_browser(**DESK, locale="fr-FR")
    enter(editor, "editor")
    editor.goto("/admin/articles/frontslot/arrange/")
    page = editor.frame_locator("#arranging-frame")
    dragged = page.locator(".seconds .teaser", has_text="Le pont 0")
    expect(dragged).to_contain_text("vient de lui-même")
    lead = page.locator(".teaser-lead")
    # By the mouse itself: Playwright's own dragging does not know that the frame is scaled.
    for place, act in (
        (dragged.get_by_role("button"), editor.mouse.down),
        (lead, editor.mouse.up),
    ):
        box = place.bounding_box()
        editor.mouse.move(box["x"] + 10, box["y"] + 10, steps=4)
        act()
    expect(lead).to_contain_text("Le pont 0")
    expect(lead).to_contain_text("placé à la main")
    assert violations(editor) == []
    editor.get_by_role("button", name="Publier cette une").click()
    expect(editor.locator(".messagelist")).to_contain_text("La une est publiée.")
    reader = open_browser(**PHONE)
    reader.goto("/")
    assert reader.locator(".teaser-lead", has_text="Le pont 0").count() == 1


# --- Pictures -------------------------------------------------------------------------------------

#: Sends files to an element as a mouse that drops them, or a keyboard that pastes them, would.
SEND = """(element, [kind, files]) => {
  const data = new DataTransfer();
  for (const [name, type, content] of files) {
    const bytes = Uint8Array.from(atob(content), letter => letter.charCodeAt(0));
    data.items.add(new File([bytes], name, { type }));
  }
  const box = element.getBoundingClientRect();
  const options = { bubbles: true, cancelable: true, clientX: box.x + 5, clientY: box.y + 5 };
  element.dispatchEvent(kind === "drop"
    ? new DragEvent(kind, { ...options, dataTransfer: data })
    : new ClipboardEvent(kind, { ...options, clipboardData: data }));
}"""


@pytest.fixture
def pictures(site):
    """Return the key of an article without a lead picture, and of two pictures of the library."""
    made = site.python(
        "import json; from tests import factories;"
        "article = factories.article('Le pont', language='fr', body='<p>Un pont.</p><p>Fin.</p>');"
        "lead = factories.image('Pont des Élus', alt='Un pont', caption='La nuit', credit='AFP');"
        "other = factories.image('Un tram', alt='Un tram jaune', credit='Anne');"
        "print(json.dumps([article.pk, lead.pk, other.pk]))"
    )
    return json.loads(made.splitlines()[-1])


def send(target, kind, *names):
    # The editor asks which place is under the mouse.
    target.scroll_into_view_if_needed()
    exif = Exif()
    exif[ExifTags.Base.Artist] = "Zoé Roy".encode()
    content = base64.b64encode(factories.picture_bytes(format="JPEG", exif=exif)).decode()
    broken = content[: len(content) // 8 * 4]
    files = [(n, "image/jpeg", broken if n == "broken.jpg" else content) for n in names]
    target.evaluate(SEND, [kind, files])


def describe(picker, *texts):
    """Type the alternative texts of the pictures that are being added, and add them."""
    fields = picker.locator("[name=alt]")
    expect(fields).to_have_count(len(texts))
    for number, text in enumerate(texts):
        fields.nth(number).fill(text)
    picker.locator(".picker-uploads [type=submit]").click()
    expect(picker).to_be_hidden()


def test_an_editor_chooses_adds_and_describes_pictures(open_browser, site, pictures):
    article, lead, other = pictures
    editor = open_browser(**DESK, locale="fr-FR")
    enter(editor, "editor")
    editor.goto(f"/admin/articles/article/{article}/change/")
    picker = editor.locator(".picker-dialog")
    key, alt, caption, credit = (
        editor.locator(f"[name={name}]")
        for name in ("lead_image", "lead_alt", "lead_caption", "lead_credit")
    )

    # The session has ended: the picker comes once there is another.
    editor.context.clear_cookies(name="sessionid")
    editor.locator("[data-choose]").click()
    question = editor.get_by_role("dialog", name="Reconnectez-vous")
    question.get_by_label("Mot de passe").fill("editor")
    question.get_by_label("Mot de passe").press("Enter")

    # Two clicks: the picture brings its words along.
    picker.locator(f"[data-id='{lead}']").click()
    expect(key).to_have_value(str(lead))
    expect(alt).to_have_value("Un pont")
    expect(credit).to_have_value("AFP")
    expect(editor.locator(".picture-chosen")).to_be_visible()

    # Words that somebody typed stay when the picture changes. The search knows no accents.
    caption.fill("La nuit dernière")
    editor.locator("[data-choose]").click()
    picker.locator("[type=search]").fill("elus")
    expect(picker.locator(".picker-offer")).to_have_count(1)
    picker.locator("[type=search]").fill("tram")
    picker.locator(f"[data-id='{other}']").click()
    expect(key).to_have_value(str(other))
    expect(alt).to_have_value("Un tram jaune")
    expect(caption).to_have_value("La nuit dernière")

    # A picture from the clipboard becomes the lead picture.
    send(editor.locator("body"), "paste", "image.png")
    expect(picker.locator(".picker-row")).to_have_count(1)
    assert Axe().run(editor, ".picker-dialog").response["violations"] == []
    describe(picker, "Un quai")
    expect(alt).to_have_value("Un quai")

    # Two pictures dropped into the text become two figures there, behind the first paragraph.
    # Another one was refused, which keeps them from nothing.
    paragraph = editor.locator(".ProseMirror[contenteditable] > p").first
    send(paragraph, "drop", "quai.jpg", "rue.jpg", "broken.jpg")
    expect(picker.locator(".picker-row [name=credit]").nth(1)).to_have_value("Zoé Roy")
    fields = picker.locator(".picker-row [name=alt]")
    for number, words in enumerate(["Le quai", "La rue", "Rien"]):
        fields.nth(number).fill(words)
    picker.locator(".picker-uploads [type=submit]").click()
    expect(picker.locator(".picker-row .errorlist li")).to_have_count(1)
    picker.press("Escape")
    figures = editor.locator(".ProseMirror figure")
    expect(figures).to_have_count(2)
    expect(editor.locator(".ProseMirror[contenteditable] > *").nth(1).locator("img")).to_have_count(
        1
    )
    figures.nth(1).locator(".figure-words input").fill("La rue vide")

    # A figure from the library, by the button of the toolbar.
    editor.locator(".ProseMirror[contenteditable] > p", has_text="Fin.").click()
    editor.locator(".prose-menubar__button:has-text('image'), [data-tool=picture]").first.click()
    picker.locator(f"[data-id='{lead}']").click()
    expect(figures).to_have_count(3)

    save(editor)
    stored = site.python(
        f"a = Article.objects.get(pk={article}); print(a.lead_alt, a.lead_caption, a.body, sep='|')"
    )
    lead_alt, lead_caption, body = stored.splitlines()[-1].split("|")
    assert (lead_alt, lead_caption) == ("Un quai", "La nuit dernière")
    assert body.count("<figure>") == 3
    assert 'alt="Le quai"' in body
    assert 'alt="La rue vide"' in body
    assert "<figcaption>La nuit</figcaption>" in body


def test_an_editor_writes_a_footnote_and_makes_a_gallery(open_browser, site, pictures):
    article, lead, other = pictures
    editor = open_browser(**DESK, locale="fr-FR")
    enter(editor, "editor")
    editor.goto(f"/admin/articles/article/{article}/change/")
    text = editor.locator(".ProseMirror[contenteditable]").first

    text.locator("> p").first.click()
    press(editor, "End", "Control+Alt+f")
    note = editor.get_by_role("textbox", name="Texte de la note")
    expect(note).to_be_focused()
    editor.keyboard.type("Bâti ")
    press(editor, "Control+b")
    editor.keyboard.type("tôt")
    assert Axe().run(editor, ".footnote-field").response["violations"] == []
    press(editor, "Escape")
    expect(note).to_be_hidden()
    # A note without words vanishes; one that is cut is the same where it is pasted.
    press(editor, "Control+Alt+f", "Enter")
    expect(editor.locator(".footnote")).to_have_count(1)
    press(editor, "ArrowLeft", "Control+x")
    text.locator("> p").last.click()
    press(editor, "End", "Control+v")
    expect(text.locator("> p").last.locator(".footnote")).to_have_count(1)

    # Two pictures of the library, in the order in which they were chosen, and then in another one.
    editor.locator("[data-tool=gallery]").click()
    picker = editor.locator(".picker-dialog")
    picker.locator(f"[data-id='{lead}']").click()
    picker.locator(f"[data-id='{other}']").click()
    picker.get_by_role("button", name="Prendre les images (2)").click()
    gallery = text.locator("figure.gallery")
    gallery.locator("figure").first.get_by_role("button", name="Plus loin").press("Enter")
    expect(gallery.locator("img").first).to_have_attribute("alt", "Un tram jaune")
    save(editor)
    stored = site.python(f"print(Article.objects.get(pk={article}).body)").splitlines()[-1]
    assert stored.startswith(
        "<p>Un pont.</p><p>Fin.<foot-note>Bâti <strong>tôt</strong></foot-note></p><figure><figure>"
    )
    assert stored.index(f'data-file="{other}"') < stored.index(f'data-file="{lead}"')


def test_without_scripts_a_picture_is_chosen_by_its_number(open_browser, site, pictures):
    article, lead, _other = pictures
    editor = open_browser(**PHONE, locale="fr-FR", java_script_enabled=False)
    enter(editor, "editor")
    editor.goto("/admin/articles/image/")
    expect(editor.locator("#result_list .field-number").nth(1)).to_have_text(str(lead))
    editor.goto(f"/admin/articles/article/{article}/change/")
    editor.fill("#id_lead_image", str(lead))
    editor.fill("#id_lead_alt", "Un pont")
    save(editor)
    expect(editor.locator(".picture-chosen")).to_be_visible()
    assert editor.input_value("#id_lead_image") == str(lead)


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
    enter(editor, "editor")
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


# --- The preview ----------------------------------------------------------------------------------

#: The page of readers in dark mode: `--paper` of static/css/tokens.css.
NIGHT = "rgb(21, 20, 18)"


def test_an_editor_sees_the_typed_text_on_a_phone_at_night_and_outlives_the_session(
    open_browser, article
):
    """`open_browser` fails if a page breaks its policy: one may show the other in a frame."""
    editor = open_browser(**DESK, locale="fr-FR")
    enter(editor, "editor")
    editor.goto(f"/admin/articles/article/{article}/change/")

    # The session has ended before the press: the preview comes once there is another.
    editor.context.clear_cookies(name="sessionid")
    editor.get_by_role("button", name="Voir comme les lecteurs").click()
    question = editor.get_by_role("dialog", name="Reconnectez-vous")
    question.get_by_label("Mot de passe").fill("editor")
    question.get_by_label("Mot de passe").press("Enter")
    panel = editor.get_by_role("dialog", name="Aperçu")
    shown = panel.frame_locator("iframe")
    expect(shown.locator("h1")).to_have_text("Le pont 0")
    editor.locator("#id_headline").fill("Le pont tombe")
    expect(shown.locator("h1")).to_have_text("Le pont tombe")
    panel.get_by_label("Sombre").check()
    expect(shown.locator("html")).to_have_css("background-color", NIGHT)
    panel.get_by_label("Ordinateur").check()
    expect(panel.locator("iframe")).to_have_css("width", "1280px")
    panel.get_by_label("Téléphone").check()
    expect(panel.locator("iframe")).to_have_css("width", "390px")
    with editor.context.expect_page() as tab:
        panel.get_by_role("button", name="Dans un onglet").click()
    expect(tab.value.locator("h1")).to_have_text("Le pont tombe")
    tab.value.close()

    # Only the press finds out that the session has ended.
    others = re.compile("/(draft|preview)/$")
    editor.route(others, lambda route: route.abort())
    editor.context.clear_cookies(name="sessionid")
    panel.press("Escape")
    expect(panel).not_to_be_visible()
    editor.locator("[name=_save]:visible").click()
    question.get_by_label("Mot de passe").fill("wrong")
    question.get_by_label("Mot de passe").press("Enter")
    expect(question.get_by_role("alert")).not_to_be_empty()
    question.get_by_label("Mot de passe").fill("editor")
    question.get_by_role("button", name="Se connecter et continuer").click()
    expect(editor.locator(".messagelist .success").first).to_be_visible()
    expect(editor.locator("#id_headline")).to_have_value("Le pont tombe")

    # Now nobody presses: what is typed is to be kept, which goes on as well.
    editor.wait_for_load_state()
    editor.unroute(others)
    editor.context.clear_cookies(name="sessionid")
    editor.locator("#id_headline").fill("Le pont est tombé")
    question.get_by_label("Mot de passe").fill("editor")
    question.get_by_role("button", name="Se connecter et continuer").click()
    expect(editor.get_by_text("Conservé à")).to_be_visible()


def test_an_editor_attaches_a_sound_that_readers_can_move_in(open_browser, article):
    editor = open_browser(**DESK, locale="fr-FR")
    enter(editor, "editor")
    editor.goto(f"/admin/articles/article/{article}/change/")
    editor.locator(".ProseMirror > p").last.click()
    editor.locator("[data-tool=attachment]").click()
    dialog = editor.locator("dialog.attach")
    sound = {"name": "Le_conseil.mp3", "mimeType": "audio/mpeg", "buffer": mp3(frames=3000)}
    dialog.get_by_label("Fichier").set_input_files(sound)
    expect(dialog.get_by_label("Titre")).to_have_value("Le conseil")
    dialog.get_by_role("button", name="Ajouter et joindre").click()
    expect(dialog.locator("[data-errors=transcript]")).to_contain_text("transcription")
    assert violations(editor) == []
    dialog.get_by_label("Transcription").fill("Bonjour.")
    dialog.get_by_role("button", name="Ajouter et joindre").click()
    expect(editor.locator(".ProseMirror blockquote.file a")).to_have_text("Le conseil")
    save(editor)
    editor.goto(f"/admin/articles/article/{article}/preview/")
    sound = editor.locator("figure.file audio")
    sound.evaluate(
        "audio => new Promise(go => { audio.onloadedmetadata = go; audio.preload = 'auto'; })"
    )
    sound.evaluate("audio => new Promise(go => { audio.onseeked = go; audio.currentTime = 60; })")
    assert sound.evaluate("audio => audio.currentTime") == 60
    assert violations(editor) == []
