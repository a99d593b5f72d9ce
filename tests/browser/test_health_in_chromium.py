"""The desk's screens about comments in a browser: whole on a phone, and for everybody."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from .test_newsroom_in_chromium import DESK, PHONE, enter

pytestmark = [pytest.mark.needs_chromium, pytest.mark.any_database]

FILL = """
from comments.models import AkismetStatus, CommentRule, Counter
from django.contrib.auth.models import User
from django.db import transaction
from tests import factories
if not User.objects.filter(username="admin").exists():
    User.objects.create_superuser("admin", password="admin")
for name in ("screened:ham", "screened:spam", "mistaken:ham", "refused:rate", "refused:rule:Bets"):
    Counter.objects.count_today(name)
AkismetStatus.current().record_alert({"x-akismet-alert-code": "1", "x-akismet-alert-msg": "Pay"})
rule, _created = CommentRule.objects.get_or_create(name="Bets", patterns="casino")
with transaction.atomic():
    # No worker asks about it, since an answer without an alert would take the alert back.
    comment = factories.comment(text="To the Casino", address="10.9.9.9")
    Comment.objects.filter(pk=comment.pk).update(screening="ham", next_attempt_at=None)
print(rule.pk)
"""


@pytest.mark.parametrize(("who", "size"), [("admin", DESK), ("admin", PHONE), ("moderator", PHONE)])
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_the_screens_fit_and_are_accessible(site, open_browser, who, size, colours):
    rule = site.python(FILL)
    page = open_browser(locale="fr-FR", color_scheme=colours, **size)
    enter(page, who)
    for url in (
        *("/admin/", "/admin/health/", "/admin/comments/notificationpreference/"),
        f"/admin/comments/commentrule/{rule}/try/",
    ):
        page.goto(url)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), url
        found = Axe().run(page, context="#main").response["violations"]
        ours = [f for f in found if f["impact"] in ("serious", "critical")]
        assert [(url, f["id"], f["nodes"][0]["html"]) for f in ours] == []


def test_a_rule_is_tried_and_the_alert_dismissed_with_javascript_off(site, open_browser):
    rule = site.python(FILL)
    page = open_browser(locale="en-GB", java_script_enabled=False, **DESK)
    enter(page, "admin")
    page.goto(f"/admin/comments/commentrule/{rule}/try/")
    page.fill("#id_text", "An online CASINO")
    page.click("#try-form button")
    expect(page.locator(".try-outcome mark").first).to_have_text("CASINO")
    page.click(".alert button")
    page.wait_for_url("**/admin/health/")
    expect(page.locator(".alert")).to_have_count(0)
