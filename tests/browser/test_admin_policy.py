"""The Content Security Policy of the admin: no page of it breaks the policy in a real browser."""

import json

import pytest
from playwright.sync_api import expect

from .test_newsroom_in_chromium import DESK, log_in

pytestmark = [pytest.mark.needs_chromium, pytest.mark.any_database]

#: Runs in the site's own shell; prints the addresses that a superuser can open.
_PRINT = """
import json
from django.contrib.auth.models import User
from tests.admin_addresses import addresses, fill, make_rows

root = User.objects.create_superuser("root", password="root")
rows = make_rows(root, [root])
print(json.dumps([fill(route, rows) for route, name in addresses() if name != "logout"]))
"""


def test_no_page_of_the_admin_breaks_its_policy(open_browser, site):
    """`open_browser` fails if the console reports a violation or a script fails."""
    addresses = json.loads(site.python(_PRINT).splitlines()[-1])
    page = open_browser(**DESK, locale="fr-FR")
    log_in(page, "root")
    shown = 0
    for address in addresses:
        answer = page.request.get(address)
        assert answer.status < 500, address
        # Chromium shows a page of its own for an empty answer (405), and for a script.
        if answer.status == 200 and "text/html" in answer.headers["content-type"]:
            page.goto(address)
            if page.locator("[data-django-prose-editor-configurable]").count():
                expect(page.locator("[contenteditable=true]").first).to_be_visible()
            shown += 1
    assert shown > 60
