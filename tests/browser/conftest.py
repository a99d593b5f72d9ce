import pytest
from playwright.sync_api import expect, sync_playwright

from ..journeys.conftest import akismet, site, template  # noqa: F401 (the same running site)
from ..parts import CHROMIUM, CHROMIUM_ARGUMENTS

# A page may still be about to show what its test awaits, and a busy machine takes its time.
expect.set_options(timeout=60_000)


# Of one module, since Playwright keeps an event loop running, in which Django refuses the database
# to whatever test comes next in this process.
@pytest.fixture(scope="module")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


def _violations(message):
    return [message.text] if "Content Security Policy" in message.text else []


@pytest.fixture
def open_browser(chromium, site):  # noqa: F811
    """Open a browser of its own for each person; fail where a page breaks a policy or a script."""
    contexts, complaints = [], []

    def open_browser(**options):
        context = chromium.new_context(base_url=site.url, **options)
        context.set_default_timeout(60_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.extend(_violations(message)))
        return page

    yield open_browser
    for context in contexts:
        context.close()
    assert complaints == []
