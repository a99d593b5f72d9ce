"""The Content Security Policy of the admin: no page of it breaks the policy in a real browser."""

import json

import pytest
from playwright.sync_api import expect

from .test_newsroom_in_chromium import DESK, enter

pytestmark = [pytest.mark.needs_chromium, pytest.mark.any_database]

#: Runs in the site’s own shell; prints the addresses of the pages that a superuser can open, but
#: for those that `test_admin_accessibility` walks. (For an empty answer, and for a script, Chromium
#: shows a page of its own.)
_PRINT = """
import json
from django.contrib.auth.models import User
from django.test import Client
from tests.admin_addresses import addresses, fill, make_rows
from tests.browser.test_admin_accessibility import is_walked

root = User.objects.create_superuser("root", password="root")
rows = make_rows(root, [root])
client = Client(headers={"host": "127.0.0.1"})
client.force_login(root)

def is_page(address):
    answer = client.get(address)
    return answer.status_code == 200 and "text/html" in answer["content-type"]

found = [
    fill(route, rows)
    for route, name in addresses()
    if name != "logout" and not is_walked(route)
]
print(json.dumps(list(filter(is_page, found))))
"""


def test_no_page_of_the_admin_breaks_its_policy(open_browser, site):
    """`open_browser` fails if the console reports a violation or a script fails."""
    addresses = json.loads(site.python(_PRINT).splitlines()[-1])
    page = open_browser(**DESK, locale="fr-FR")
    enter(page, "root")
    for address in addresses:
        assert page.goto(address).status == 200, address
        if page.locator("[data-django-prose-editor-configurable]").count():
            expect(page.locator("[contenteditable=true]").first).to_be_visible()
    assert len(addresses) > 10


def test_the_filters_in_the_browser_find_words_without_accents(open_browser, site):
    site.python(
        "from django.contrib.auth.models import Group, User\n"
        "for name in ('Éditeurs d’été', 'Bœuf'): Group.objects.create(name=name)\n"
        "User.objects.create_superuser('boxes', password='boxes')"
    )
    page = open_browser(**DESK, locale="fr-FR")
    enter(page, "boxes")
    page.goto("/admin/auth/user/1/change/")
    rows = page.locator("#nav-sidebar th[scope=row]")
    page.fill("#nav-filter", "regles")
    expect(rows.filter(visible=True)).to_have_text(["Règles automatiques"])
    page.reload()
    expect(rows.filter(visible=True)).to_have_text(["Règles automatiques"])
    page.fill("#nav-filter", "RÈGLEX")
    expect(rows.filter(visible=True)).to_have_count(0)
    page.fill("#nav-filter", "")
    expect(rows.filter(visible=True)).not_to_have_count(1)
    for typed, found in (("d'ete EDIT", "Éditeurs d’été"), ("boeuf", "Bœuf")):
        page.fill("#id_groups_input", "")
        page.locator("#id_groups_input").press_sequentially(typed)
        expect(page.locator("#id_groups_from option")).to_have_text([found])
