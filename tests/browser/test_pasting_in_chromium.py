"""Pasting into a body, under the policy of the admin: what comes in, and what stays out."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from articles.text import cleaner

from .keys import press
from .test_newsroom_in_chromium import DESK, log_in

pytestmark = [pytest.mark.needs_chromium, pytest.mark.any_database, pytest.mark.slow]

#: Each file holds HTML as a program puts it on the clipboard, the body that it becomes, and what
#: the line below the toolbar says, if it says anything.
SAMPLES = sorted((Path(__file__).parent / "pasted").glob("*.html"))
LEFT_OUT = "Laissé de côté\N{NO-BREAK SPACE}: {}."

_PASTE = """data => {
  const { editor } = document.querySelector('.ProseMirror')
  if (data.fresh) editor.commands.clearContent(true)
  const clipboardData = new DataTransfer()
  for (const type of ['text/html', 'text/plain'])
    if (data[type]) clipboardData.setData(type, data[type])
  const options = { clipboardData, bubbles: true, cancelable: true }
  editor.view.dom.dispatchEvent(new ClipboardEvent('paste', options))
  const line = document.querySelector('.prose-left-out [role=status]')
  return [document.querySelector('#id_body').value, line.textContent]
}"""


_DROP = """text => {
  const paragraph = document.querySelector('.ProseMirror p')
  const { left, top } = paragraph.getBoundingClientRect()
  const dataTransfer = new DataTransfer()
  dataTransfer.setData('text/plain', text)
  const place = { clientX: left + 1, clientY: top + 5, bubbles: true, cancelable: true }
  paragraph.dispatchEvent(new DragEvent('drop', { dataTransfer, ...place }))
  const line = document.querySelector('.prose-left-out [role=status]')
  return [document.querySelector('#id_body').value, line.textContent]
}"""


@pytest.fixture
def editor(open_browser):
    page = open_browser(**DESK, locale="fr-FR")
    log_in(page, "editor")
    page.goto("/admin/articles/article/add/")
    page.locator(".ProseMirror").click()
    return page


def paste(page, *, fresh=True, **data):
    """Paste as a browser does; return the body as it would be stored, and the line."""
    types = {"html": "text/html", "text": "text/plain"}
    given = {types[name]: value for name, value in data.items()}
    body, line = page.evaluate(_PASTE, {"fresh": fresh, **given})
    return str(cleaner.clean(body)), line


def test_what_programs_put_on_the_clipboard_becomes_a_body(editor):
    wrong = {}
    for sample in SAMPLES:
        clip, rest = sample.read_text().split("\n<!-- becomes -->\n")
        becomes, _, says = rest.strip().partition("\n<!-- says -->\n")
        expected = becomes.replace("\n", ""), LEFT_OUT.format(says) if says else ""
        if (found := paste(editor, html=clip, text="Le texte seul")) != expected:
            wrong[sample.stem] = found, expected
    assert wrong == {}
    assert len(SAMPLES) >= 25


#: Plain text, and what becomes of it.
TEXTS = {
    "Un\nDeux\r\nTrois": "<p>Un</p><p>Deux</p><p>Trois</p>",
    "Un\nà la ligne\n\n  Deux & <b>\n \n\nTrois": (
        "<p>Un<br>à la ligne</p><p>Deux &amp; &lt;b&gt;</p><p>Trois</p>"
    ),
    "Il faut :\n•\tdu pain\n• du vin": (
        "<p>Il faut :</p><ul><li><p>du pain</p></li><li><p>du vin</p></li></ul>"
    ),
    "fini.Et voir https://example.org/a": (
        '<p>fini.Et voir <a href="https://example.org/a">https://example.org/a</a></p>'
    ),
}


def test_an_editor_pastes(editor):
    """Plain text, a step back, a picture from elsewhere, and a piece of the text itself."""
    assert {text: paste(editor, text=text)[0] for text in TEXTS} == TEXTS

    editor.evaluate("document.querySelector('.ProseMirror').editor.commands.clearContent(true)")
    editor.keyboard.type("Avant ")
    assert paste(editor, fresh=False, html="<p>deux <b>mots</b></p>")[0].startswith("<p>Avant deux")
    editor.keyboard.type("!")
    press(editor, "Control+z", "Control+z")
    assert editor.input_value("#id_body") == "<p>Avant </p>"

    # What is typed behind a pasted link is no part of it. The line is about what came in last.
    link = '<a href="https://example.org/a">Un lien</a>'
    assert "1 suppression" in paste(editor, html=f"<p>{link}<del>x</del></p>")[1]
    editor.keyboard.type(" suit")
    assert editor.input_value("#id_body") == f"<p>{link} suit</p>"
    assert editor.evaluate(_DROP, "Vient ") == [f"<p>Vient {link} suit</p>", ""]

    dot = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNg"
    figure = '<img src="https://example.org/a.png" alt="Un pont"><figcaption>Le soir</figcaption>'
    body, line = paste(editor, html=f"<figure>{figure}</figure><p>Texte<img src='{dot}'></p>")
    assert (body, "2 images" in line) == ("<p>Texte</p>", True)
    offers = editor.locator(".prose-pictures")
    link = offers.get_by_role("link", name="Un pont")
    expect(link).to_have_attribute("href", "https://example.org/a.png")
    pasted = editor.evaluate_handle(
        """() => {
          const pasted = []
          const take = ({ clipboardData: { files } }) => pasted.push(...files)
          document.addEventListener('paste', take)
          return pasted
        }"""
    )
    offers.get_by_role("button", name="Ajouter à la photothèque").click()
    assert pasted.evaluate("files => files.map(({ name, type }) => [name, type])") == [
        ["2.png", "image/png"]
    ]

    # What is cut out of the text goes back as it was, even with a class and a number of its own.
    own = '<blockquote class="pull"><p>Un</p></blockquote><ol start="3"><li><p>Deux</p></li></ol>'
    editor.evaluate(
        "html => document.querySelector('.ProseMirror').editor.commands.setContent(html)", own
    )
    press(editor, "Control+a", "Control+x", "Control+v")
    expect(editor.locator(".ProseMirror blockquote.pull")).to_have_text("Un")
    expect(editor.locator(".ProseMirror ol[start='3']")).to_have_text("Deux")


def test_an_editor_uses_the_toolbar_by_keyboard(editor, site):
    path = site.python(
        "from tests import factories; print(factories.published('L’écluse rouvre').path)"
    ).splitlines()[-1]
    text = editor.locator(".ProseMirror")
    expect(text).to_have_attribute("spellcheck", "true")
    expect(text).to_have_attribute("lang", "fr")
    editor.select_option("#id_language", "en")
    expect(text).to_have_attribute("lang", "en")

    # A script that fills in the field, and a link to it, reach the text.
    editor.evaluate(
        """() => {
          const field = document.querySelector('#id_body')
          field.value = '<p>Voir </p>'
          field.dispatchEvent(new Event('input', { bubbles: true }))
        }"""
    )
    expect(text).to_have_text("Voir ")
    # Its lines are one letter wide: if they were laid out, each key in a long text took seconds.
    expect(editor.locator("#id_body")).to_have_css("content-visibility", "hidden")
    editor.focus("#id_body")
    expect(text).to_be_focused()
    press(editor, "Control+End", "Control+k")
    dialog = editor.get_by_role("dialog", name="Lien")
    dialog.get_by_role("combobox").fill("ecluse")
    expect(dialog.get_by_role("option")).to_have_count(1)
    press(editor, "ArrowDown", "Enter")
    expect(text.locator("a")).to_have_attribute("href", path)
    expect(text.locator("a")).to_have_text("L’écluse rouvre")

    press(editor, "Control+a", "Alt+F10")
    toolbar = editor.get_by_role("toolbar", name="Outils du texte")
    expect(toolbar.get_by_role("button", name="Gras")).to_be_focused()
    press(editor, "ArrowRight", "Enter")
    expect(text.locator("em")).to_have_count(2)
    expect(toolbar.get_by_role("button", name="Italique")).to_have_attribute("aria-pressed", "true")
    toolbar.get_by_label("Style du paragraphe").select_option(label="Exergue")
    expect(text.locator("blockquote.pull")).to_have_count(1)

    press(editor, "Control+End", "Enter", "Enter")
    toolbar.get_by_role("button", name="Tableau", exact=True).click()
    expect(text.locator("tr:first-child th")).to_have_count(3)
    toolbar.get_by_role("button", name="Ajouter une ligne").click()
    expect(text.locator("tr")).to_have_count(4)

    press(editor, "Control+/")
    shortcuts = editor.get_by_role("dialog", name="Raccourcis")
    expect(shortcuts).to_contain_text("Coller sans aucun style")
    press(editor, "Escape")
    expect(shortcuts).to_be_hidden()
    # The toolbar stays in view beside the end of a long text.
    paste(editor, html="<p>Un paragraphe.</p>" * 80)
    press(editor, "Control+End")
    expect(toolbar).to_be_in_viewport()
