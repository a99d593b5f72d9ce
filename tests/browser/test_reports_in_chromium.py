"""A moderator meets what readers have reported, in a real browser, and decides by single keys."""

import pytest
from playwright.sync_api import expect

from .test_moderation_in_chromium import QUEUE, open_queue, settled, told_of
from .test_newsroom_in_chromium import DESK, PHONE

pytestmark = [pytest.mark.needs_chromium, pytest.mark.any_database]

FILL = """
from comments.models import Complaint
from tests import factories
article = factories.published({run!r})
new = factories.comment(article, name="Bea", address=f"10.1.{{article.pk}}.1")
comment = factories.comment(article, name="Ada", address=f"10.1.{{article.pk}}.2")
comment.approve(by=None)
for n, (grounds, words) in enumerate([("illegal", "Libel!"), ("abuse", "Rude!")]):
    Complaint.objects.file(comment, grounds=grounds, words=words, address=f"192.0.2.{{n}}")
print(article.pk)
"""
ANOTHER = """
from comments.models import Complaint
comment = Comment.objects.get(article={article}, name="Ada")
Complaint.objects.file(comment, grounds="other", words="Later!", address="192.0.2.9")
"""
OUTCOMES = """
from comments.models import Complaint
rows = Complaint.objects.filter(comment__article={article}).order_by("pk")
print(*rows.values_list("outcome", flat=True))
"""


@pytest.fixture
def reported(site, request):
    """Return the address of a queue, ways to report its comment again and to read the outcomes."""
    article = site.python(FILL.format(run=request.node.name))

    def report_again():
        site.python(ANOTHER.format(article=article))

    def outcomes():
        return site.python(OUTCOMES.format(article=article))

    return f"{QUEUE}?article={article}", report_again, outcomes


@pytest.mark.parametrize("options", [DESK, PHONE])
def test_one_button_keeps_the_comment_and_undo_opens_its_reports(open_browser, reported, options):
    url, _report_again, outcomes = reported
    page = open_queue(open_browser, url, **options)
    settled(page, "Ada")
    expect(page.locator(".reports li")).to_have_count(2)
    expect(page.locator(".reports li").first).to_contain_text("Libel!")
    assert outcomes() == "open open"
    page.get_by_role("button", name="Garder : classer les 2 signalements").click()
    settled(page, "Bea")
    told_of(page, "Ada")
    assert outcomes() == "dismissed dismissed"
    page.get_by_role("button", name="Annuler").click()
    settled(page, "Ada")
    expect(page.locator(".reports li")).to_have_count(2)
    assert outcomes() == "open open"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_key_of_an_approval_keeps_it_and_dismisses_nothing_unseen(open_browser, reported):
    url, report_again, outcomes = reported
    page = open_queue(open_browser, url, **DESK)
    settled(page, "Ada")
    report_again()
    page.keyboard.press("a")
    expect(page.locator(".overtaken")).to_contain_text("Un lecteur a signalé")
    page.locator(".overtaken a").click()
    settled(page, "Ada")
    expect(page.locator(".reports li")).to_have_count(3)
    assert outcomes() == "open open open"
    page.keyboard.press("a")
    told_of(page, "Ada")
    assert outcomes() == "dismissed dismissed dismissed"
