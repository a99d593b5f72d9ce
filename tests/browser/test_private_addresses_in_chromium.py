"""Private pages in a browser: their addresses go nowhere, and their forms work all the same."""

import http.client
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from .test_newsroom_in_chromium import log_in

pytestmark = [pytest.mark.needs_chromium, pytest.mark.any_database]


class WithoutFetchMetadata(BaseHTTPRequestHandler):
    """Passes requests on as an older browser sends them: without the `Sec-Fetch-` headers."""

    def do_GET(self):
        kept = {
            name: value
            for name, value in self.headers.items()
            if not name.lower().startswith("sec-fetch-") and name.lower() != "connection"
        }
        self.server.seen.append((self.command, self.path, kept))
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        site = http.client.HTTPConnection(self.server.site_address, timeout=30)
        site.request(self.command, self.path, body, kept)
        answer = site.getresponse()
        content = answer.read()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("transfer-encoding", "content-length", "connection"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
        site.close()

    do_POST = do_GET

    def log_message(self, *args):
        """Print nothing."""


@contextmanager
def older_browser(site):
    """Yield a server that passes requests on to `site`, and records them in `seen`."""
    with ThreadingHTTPServer(("127.0.0.1", 0), WithoutFetchMetadata) as proxy:
        proxy.daemon_threads = True
        proxy.site_address, proxy.seen = urlsplit(site.url).netloc, []
        proxy.url = f"http://127.0.0.1:{proxy.server_port}"
        Thread(target=proxy.serve_forever, daemon=True).start()
        yield proxy
        proxy.shutdown()


def publish(site, headline):
    """Publish an article and store a comment on it; return the path of its private page."""
    return site.python(
        "from tests import factories\n"
        f"article = factories.published({headline!r})\n"
        "print(factories.comment(article, name='Zoé', text='Bonjour').get_receipt_url())"
    )


@pytest.mark.parametrize("act", ["revise", "withdraw", "erase"])
def test_the_forms_of_a_private_page_work_in_a_browser_without_fetch_metadata(
    site, open_browser, act
):
    receipt = publish(site, f"Older {act}")
    with older_browser(site) as proxy:
        page = open_browser()
        page.goto(f"{proxy.url}{receipt}")
        page.locator(f"a[href$='/{act}/']").click()
        page.wait_for_url(f"**/{act}/")
        page.locator("main form button[type=submit]").last.click()
        page.wait_for_url(f"**{receipt}")
        sent = [
            headers
            for method, path, headers in proxy.seen
            if path.endswith(f"/{act}/") and method == "POST"
        ]
        assert [headers["Origin"] for headers in sent] == ["null"]
        assert not [headers for *_request, headers in proxy.seen if "Referer" in headers]


def test_a_private_page_tells_its_address_to_nothing_that_it_loads_or_leads_to(site, open_browser):
    receipt = publish(site, "Silent")
    page = open_browser()
    requests = []
    page.on("request", lambda request: requests.append(request))
    page.goto(receipt)
    page.locator(".masthead .nameplate a").click()
    page.wait_for_url(f"{site.url}/")
    assert len(requests) > 3
    referers = [request.all_headers().get("referer", "") for request in requests]
    assert not [referer for referer in referers if "receipt" in referer]


def test_a_comment_that_is_far_too_long_is_answered_with_a_page(site, open_browser):
    publish(site, "Endless")
    page = open_browser()
    page.goto(
        site.python("from articles.models import Article; print(Article.objects.last().path)")
    )
    page.locator("#comment-form [name=name]").fill("Zoé")
    # A browser takes half a minute to lay so long a line out.
    page.locator("#comment-form textarea").evaluate(
        "area => { area.hidden = true; area.removeAttribute('maxlength');"
        " area.value = 'a '.repeat(1e6) }"
    )
    page.locator("#comment-form button[type=submit]").last.click()
    expect(page.get_by_role("heading", name="Trop d’un seul coup")).to_be_visible()
    page.go_back()
    expect(page.locator("#comment-form [name=name]")).to_have_value("Zoé")


def test_an_address_that_a_moderator_looks_up_is_in_no_address_of_the_browser(site, open_browser):
    site.python(
        "from tests import factories\n"
        "factories.comment(factories.published('Sought'), name='Zoé', address='192.0.2.77')"
    )
    page = open_browser()
    visited = []
    page.on("request", lambda request: visited.append(request.url))
    log_in(page, "moderator")
    page.goto("/admin/comments/comment/")
    page.locator("#searchbar").fill("192.0.2.77")
    page.locator("#searchbar").press("Enter")
    page.wait_for_url("**same_address=*")
    expect(page.locator("#result_list")).to_contain_text("Zoé")
    assert visited
    assert not [url for url in visited if "192.0.2" in url]
