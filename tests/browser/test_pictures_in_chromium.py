"""Pictures on the writing screen: chosen in two clicks, dropped, pasted, and put into the text."""

import base64
import json

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests import factories

from .test_newsroom_in_chromium import DESK, PHONE, log_in, save

pytestmark = [pytest.mark.needs_chromium, pytest.mark.any_database]

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
    content = base64.b64encode(factories.picture_bytes(format="JPEG")).decode()
    files = [(name, "image/jpeg", content) for name in names]
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
    log_in(editor, "editor")
    editor.goto(f"/admin/articles/article/{article}/change/")
    picker = editor.locator(".picker-dialog")
    key, alt, caption, credit = (
        editor.locator(f"[name={name}]")
        for name in ("lead_image", "lead_alt", "lead_caption", "lead_credit")
    )

    # Two clicks: the picture brings its words along.
    editor.locator("[data-choose]").click()
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
    send(editor.locator(".ProseMirror p").first, "drop", "quai.jpg", "rue.jpg")
    describe(picker, "Le quai", "La rue")
    figures = editor.locator(".ProseMirror figure")
    expect(figures).to_have_count(2)
    expect(editor.locator(".ProseMirror > *").nth(1).locator("img")).to_have_count(1)
    figures.nth(1).locator(".figure-alt input").fill("La rue vide")

    # A figure from the library, by the button of the toolbar.
    editor.locator(".ProseMirror p", has_text="Fin.").click()
    editor.locator(".prose-menubar__button", has_text="image").first.click()
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


def test_without_scripts_a_picture_is_chosen_by_its_number(open_browser, site, pictures):
    article, lead, _other = pictures
    editor = open_browser(**PHONE, locale="fr-FR", java_script_enabled=False)
    log_in(editor, "editor")
    editor.goto("/admin/articles/image/")
    expect(editor.locator("#result_list .field-id").nth(1)).to_have_text(str(lead))
    editor.goto(f"/admin/articles/article/{article}/change/")
    editor.fill("#id_lead_image", str(lead))
    editor.fill("#id_lead_alt", "Un pont")
    save(editor)
    expect(editor.locator(".picture-chosen")).to_be_visible()
    assert editor.input_value("#id_lead_image") == str(lead)
