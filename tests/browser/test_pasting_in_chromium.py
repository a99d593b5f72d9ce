"""Pasting into a body, under the policy of the admin: what comes in, and what stays out."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from articles.text import cleaner

from .test_newsroom_in_chromium import DESK, log_in

pytestmark = [pytest.mark.needs_chromium, pytest.mark.any_database, pytest.mark.slow]

#: Each file holds HTML as a program puts it on the clipboard, the body that it becomes, and what
#: the line below the toolbar says, if it says anything.
SAMPLES = sorted((Path(__file__).parent / "pasted").glob("*.html"))

_PASTE = """data => {
  const { editor } = document.querySelector('.ProseMirror')
  if (data.fresh) editor.commands.clearContent(true)
  const clipboardData = new DataTransfer()
  for (const type of ['text/html', 'text/plain'])
    if (data[type]) clipboardData.setData(type, data[type])
  const options = { clipboardData, bubbles: true, cancelable: true }
  editor.view.dom.dispatchEvent(new ClipboardEvent('paste', options))
  const line = document.querySelector('.prose-left-out')
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
        becomes, _, says = rest.partition("\n<!-- says -->\n")
        expected = becomes.strip().replace("\n", ""), f"Laissé de côté\N{NO-BREAK SPACE}: {says.strip()}."
        found = paste(editor, html=clip, text="Le texte seul")
        if found != (expected[0], expected[1] if says else ""):
            wrong[sample.stem] = found, expected
    assert wrong == {}
    assert len(SAMPLES) >= 25
