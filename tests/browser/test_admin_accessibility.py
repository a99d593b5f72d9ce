"""The admin is readable by anyone: WCAG 2.2 AA by axe-core, by day and by night, at both sizes."""

import json

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from .test_newsroom_in_chromium import DESK, PHONE

pytestmark = [pytest.mark.needs_chromium, pytest.mark.any_database]

#: Runs in the site's own shell: a row for each model, and the address of each page by its route.
_PRINT = """
import json
from django.contrib.auth.models import User
from tests.admin_addresses import addresses, fill, make_rows

root = User.objects.create_superuser("root", password="root")
rows = make_rows(root, [root])
print(json.dumps({route: fill(route, rows) for route, name in addresses()}))
"""
#: Routes that answer a form only, lead elsewhere, or are no page.
NO_PAGE = ("logout/", "jsi18n/", "autocomplete/", "/r/", "/undo/", "/find/", "/answer/", "/edit/")
NO_PAGE += (
    "/card/",
    "/csv/",
    "/checks/",
    "/feature/",
    "/presence/",
    "/link/",
    "/slug/",
    "/moment/",
    "/move/",
    "/picker/",
    "/upload/",
    "/notes/",
    "/several/",
    "/clear/",
    "screen-again/",
    "confirm-clock/",
    "/session/",
    "/dismiss/",
    "<path:object_id>/",
)
#: Pages that are the same for each model: those of one model are enough.
OF_EACH_MODEL = ("/history/", "/delete/")
#: The writing screen.
FORMS_TO_WRITE = ("articles/article/add/", "articles/article/<path:object_id>/change/")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


#: Sends the form of an article as if it had begun with another headline and another text.
_SAVE_WHAT_ANOTHER_HAS_CHANGED = """() => {
  const { base, headline, lead_alt, body } = document.forms.article_form.elements
  const before = { headline: "The bridge", body: "<p>The bridge is open.</p>" }
  base.value = JSON.stringify({ ...JSON.parse(base.value), ...before })
  headline.value = "My bridge"
  lead_alt.value = "A bridge over a river"
  body.value = "<p>The bridge is shut, for a week.</p>"
  document.forms.article_form.requestSubmit()
}"""


def is_walked(route):
    of_another = route.endswith(OF_EACH_MODEL) and not route.startswith("admin/articles/article/")
    return not of_another and not route.endswith(NO_PAGE)


@pytest.fixture(scope="module")
def pages(site):
    found = json.loads(site.python(_PRINT).splitlines()[-1])
    return {route: path for route, path in found.items() if is_walked(route)}


def violations(page):
    # A colour that is still changing has neither contrast.
    page.evaluate("Promise.all(document.getAnimations().map(each => each.finished))")
    response = Axe().run(page, options={"runOnly": RULES, "resultTypes": ["violations"]}).response
    return [
        (violation["id"], [node["html"][:200] for node in violation["nodes"]])
        for violation in response["violations"]
    ]


def test_axe_finds_nothing_on_any_page_of_the_admin(open_browser, pages):
    """`open_browser` fails if a page breaks its policy, so this walk asks for that too."""
    person = open_browser(**DESK, locale="fr-FR")
    person.goto("/admin/login/")
    found = {("login", "light"): violations(person)}
    person.fill("#id_username", "root")
    person.fill("#id_password", "root")
    person.click("[type=submit]")
    person.wait_for_url("**/admin/")
    for number, (route, path) in enumerate(pages.items()):
        person.goto(path)
        if person.locator("[data-django-prose-editor-configurable]").count():
            expect(person.locator("[contenteditable=true]").first).to_be_visible()
        # Both sizes and both themes, but not each with each: a walk of them all takes five minutes.
        views = [(DESK, "light"), (PHONE, "dark")]
        # The other pages have one look in common.
        for size, theme in views if route.endswith(FORMS_TO_WRITE) else [views[number % 2]]:
            person.set_viewport_size(size["viewport"])
            person.emulate_media(color_scheme=theme)
            found[route, size["viewport"]["width"], theme] = violations(person)
    # The page of differences comes after a save of what a colleague has changed too.
    person.goto(pages[f"admin/{FORMS_TO_WRITE[1]}"])
    person.evaluate(_SAVE_WHAT_ANOTHER_HAS_CHANGED)
    expect(person.locator("input[name=pick-headline]").first).to_be_visible()
    for size, theme in views:
        person.set_viewport_size(size["viewport"])
        person.emulate_media(color_scheme=theme)
        found["differences", theme] = violations(person)
    assert {where: faults for where, faults in found.items() if faults} == {}
    assert len(pages) > 40
