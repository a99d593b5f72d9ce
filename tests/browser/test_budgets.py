"""What a page may weigh: sizes, counts and shifts, which are the same on every machine."""

import gzip

import pytest

from ..journeys.site import wait_until
from .newspaper import Quiet, newspaper, visit
from .test_newsroom_in_chromium import DESK, PHONE

pytestmark = [pytest.mark.needs_chromium, pytest.mark.any_database]

KB = 1024
HTML = 30 * KB
CSS = 15 * KB
REQUESTS = 8
#: Of the way from the login page to the form of an article, on which everything has come.
WRITING_REQUESTS = 30
WRITING = 1536 * KB


@pytest.fixture(scope="module")
def pages(site):
    return newspaper(site)


def weight(response):
    return len(gzip.compress(response.body()))


@pytest.mark.parametrize("name", ["article", "front", "section"])
def test_the_document_is_light(open_browser, pages, name):
    """A long article with a table and a figure, and nobody's comments."""
    response = open_browser().goto(pages[name])
    assert weight(response) <= HTML


def test_all_stylesheets_of_readers_together_are_light(open_browser, pages):
    reader, sheets = open_browser(**DESK), {}
    quiet = Quiet(reader)

    def note(response):
        if response.request.resource_type == "stylesheet":
            sheets[response.url] = weight(response)

    for name in pages:
        reader.on("response", note)
        visit(reader, pages, name)
        quiet.wait()
        reader.remove_listener("response", note)
    assert len(sheets) >= 4
    assert sum(sheets.values()) <= CSS, sheets


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_what_is_first_seen_takes_few_requests(open_browser, pages, size):
    """The document, its stylesheets, the icon and every picture that does not wait to be near."""
    reader = open_browser(**size)
    # The page with errors opens at its form, so more pictures are near than what is first seen.
    for name in [name for name in pages if name != "form with errors"]:
        visit(reader, pages, name)
        asked = reader.evaluate(
            """() => [
              ...document.querySelectorAll('link[rel=stylesheet], link[rel=icon], script[src]'),
              ...[...document.images].filter(image =>
                image.loading !== 'lazy' || image.getBoundingClientRect().top < innerHeight)
            ].filter(e => e.checkVisibility() || e.matches('link, script'))
             .map(e => e.currentSrc || e.href || e.src)"""
        )
        assert 1 + len(set(asked)) <= REQUESTS, (name, asked)


def test_the_way_from_the_login_page_to_writing_is_light(open_browser, site, pages):
    """A fresh browser: what is asked of the server, redirects too, and what is transferred."""
    editor, sizes, of_cache = open_browser(**DESK), {}, set()
    quiet = Quiet(editor)
    network = editor.context.new_cdp_session(editor)
    network.send("Network.enable")

    def redirected(event):
        if response := event.get("redirectResponse"):
            sizes[event["requestId"], response["url"]] = response["encodedDataLength"]

    network.on("Network.requestWillBeSent", redirected)
    network.on("Network.requestServedFromCache", lambda event: of_cache.add(event["requestId"]))
    network.on(
        "Network.responseReceived",
        lambda event: event["response"].get("fromDiskCache") and of_cache.add(event["requestId"]),
    )
    network.on(
        "Network.loadingFinished",
        lambda event: sizes.update({(event["requestId"], ""): event["encodedDataLength"]}),
    )
    article = site.python(f"print(Article.objects.get(path={pages['article']!r}).pk)").strip()
    form = f"/admin/articles/article/{article}/change/"
    editor.goto(f"/admin/login/?next={form}")
    editor.fill("#id_username", "editor")
    editor.fill("#id_password", "editor")
    editor.click("#login-form [type=submit]")
    editor.wait_for_url(f"**{form}")
    editor.locator(".ProseMirror figure img").wait_for(state="attached")
    quiet.wait()
    asked = {key: size for key, size in sizes.items() if key[0] not in of_cache}
    assert 10 < len(asked) <= WRITING_REQUESTS
    assert sum(asked.values()) <= WRITING


SHIFTS = """() => {
  window.shifts = []
  new PerformanceObserver(list => {
    for (const entry of list.getEntries())
      window.shifts.push([entry.value, entry.sources.map(s => s.node?.outerHTML?.slice(0, 80))])
  }).observe({type: 'layout-shift', buffered: true})
}"""


class Gate:
    """Keeps pictures waiting until it is opened."""

    def __init__(self, page):
        self.waiting = []
        page.route("**/media/**", self.arrive)

    def arrive(self, route):
        if self.waiting is None:
            route.continue_()
        else:
            self.waiting.append(route)

    def open(self):
        waiting, self.waiting = self.waiting, None
        for route in waiting:
            route.continue_()


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_nothing_shifts_while_pictures_arrive(open_browser, pages, size):
    reader = open_browser(**size)
    quiet = Quiet(reader)
    for name in [name for name in pages if name != "form with errors"]:
        gate = Gate(reader)
        visit(reader, pages, name, wait_until="domcontentloaded")
        reader.evaluate(SHIFTS)
        reader.evaluate(Quiet.PAINTED)
        gate.open()
        quiet.wait()
        reader.evaluate("scrollTo(0, document.body.scrollHeight)")
        quiet.wait()
        assert (name, reader.evaluate("window.shifts")) == (name, [])
        reader.unroute_all()


def test_a_shift_would_be_seen(open_browser, pages):
    """The test above can fail."""
    reader = open_browser(**DESK)
    visit(reader, pages, "article")
    reader.evaluate(SHIFTS)
    reader.evaluate(Quiet.PAINTED)
    reader.evaluate("document.querySelector('main').style.marginTop = '200px'")
    assert wait_until(lambda: reader.evaluate("window.shifts"))
