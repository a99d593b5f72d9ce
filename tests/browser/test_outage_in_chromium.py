"""What a reader in a browser sees while Newsroom is down, behind the shipped nginx file."""

import pytest
from playwright.sync_api import expect, sync_playwright

from ..journeys.deployment import HOST, Deployment
from ..journeys.site import running_site, wait_until
from ..parts import CHROMIUM, CHROMIUM_ARGUMENTS

pytestmark = [pytest.mark.needs_nginx, pytest.mark.needs_chromium, pytest.mark.any_database]

TEXT = "Written for an hour.\n\nAnd sent at the worst moment."


@pytest.fixture(scope="module")
def deployed(template, akismet, tmp_path_factory):
    folder = tmp_path_factory.mktemp("outage")
    with running_site(folder, template, akismet, kind=Deployment) as site:
        site.python(
            "s = Section.objects.create(name='City', slug='city');"
            "a = Article.objects.create(headline='The river', body='<p>High.</p>', section=s);"
            "a.press(by=None)"
        )
        site.path = site.python("print(Article.objects.get().path)")
        yield site


@pytest.fixture
def page(deployed):
    with sync_playwright() as playwright:
        # With `ignore_https_errors` Chromium would keep no page to go back to.
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                *CHROMIUM_ARGUMENTS,
                f"--ignore-certificate-errors-spki-list={deployed.key_hash}",
                f"--host-resolver-rules=MAP {HOST}:443 127.0.0.1:{deployed.https_port}",
            ],
        )
        context = browser.new_context(base_url=f"https://{HOST}")
        complaints = []
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        yield page
        browser.close()
    assert [text for text in complaints if "Content Security Policy" in text] == []


def test_a_comment_sent_during_an_outage_is_still_typed_behind_the_page_about_it(deployed, page):
    page.goto(deployed.path)
    page.get_by_label("Name").fill("Jeanne")
    page.get_by_label("Comment", exact=True).fill(TEXT)
    deployed.stop_granian()
    try:
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_role("heading", name="The presses are being set up")).to_be_visible()
        # The page has our style, and not a browser's own.
        expect(page.locator(".notice").first).to_have_css("max-inline-size", "640px")
        page.go_back()
        expect(page.get_by_label("Comment", exact=True)).to_have_value(TEXT)
    finally:
        deployed.start_granian()
        wait_until(deployed.is_up)
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/comments/receipt/**")
    assert deployed.python("print(Comment.objects.get().text)").split() == TEXT.split()
