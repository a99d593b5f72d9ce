"""Readable by anyone: WCAG 2.2 AA, by axe-core and by hand where it does not look."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from ..journeys.site import wait_until
from .newspaper import newspaper, visit
from .test_newsroom_in_chromium import DESK, PHONE

pytestmark = [pytest.mark.needs_chromium, pytest.mark.any_database]

SIZES = {"phone": PHONE, "desk": DESK}


@pytest.fixture(scope="module")
def pages(site):
    return newspaper(site)


@pytest.fixture(params=SIZES)
def size(request):
    return SIZES[request.param]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page(open_browser, pages, size, theme):
    reader = open_browser(**size, color_scheme=theme)
    found = {}
    for name in pages:
        visit(reader, pages, name)
        found[name] = [
            (violation["id"], [node["html"] for node in violation["nodes"]])
            for violation in Axe().run(reader).response["violations"]
        ]
    assert {name: violations for name, violations in found.items() if violations} == {}
    assert len(found) == len(pages)


# --- The keyboard ---------------------------------------------------------------------------------

#: What can be reached with Tab, in the order of the document.
STOPS = """() => [...document.querySelectorAll(
    'a[href], button, input:not([type=hidden]), textarea, select, summary, [tabindex="0"]'
  )].filter(e => e.tabIndex >= 0 && e.checkVisibility()).map(e => e.outerHTML.slice(0, 120))"""
FOCUSED = """() => {
  const e = document.activeElement
  const ring = [e, e.closest('.teaser')].some(
    one => one && getComputedStyle(one).outlineStyle !== 'none')
  const box = e.getBoundingClientRect()
  const seen = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth
  return [e.outerHTML.slice(0, 120), ring, seen]
}"""


@pytest.mark.parametrize("name", ["front", "article with comments", "section", "not found"])
def test_tab_reaches_everything_in_the_order_of_the_page_and_shows_where_it_is(
    open_browser, pages, size, name
):
    reader = open_browser(**size)
    visit(reader, pages, name)
    stops = reader.evaluate(STOPS)
    assert len(stops) > 5
    for stop in stops:
        reader.keyboard.press("Tab")
        where, ring, seen = reader.evaluate(FOCUSED)
        assert where == stop
        assert ring, f"{where} has no visible focus"
        assert seen, f"{where} is focused outside the window"


def test_the_first_stop_skips_to_the_content(open_browser, pages, size):
    reader = open_browser(**size)
    visit(reader, pages, "article")
    reader.keyboard.press("Tab")
    reader.keyboard.press("Enter")
    expect(reader.locator("#main")).to_be_focused()
    reader.keyboard.press("Tab")
    assert reader.evaluate("document.activeElement.closest('main') !== null")


def test_a_wide_table_scrolls_by_keyboard_and_does_not_widen_the_page(open_browser, pages):
    reader = open_browser(**PHONE)
    visit(reader, pages, "article")
    table = reader.get_by_role("region", name="Tableau 1")
    table.focus()
    reader.keyboard.press("ArrowRight")
    wait_until(lambda: table.evaluate("e => e.scrollLeft") > 0)
    assert reader.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_contents_lead_to_their_headings(open_browser, pages, size):
    reader = open_browser(**size)
    visit(reader, pages, "article")
    reader.locator(".contents a", has_text="Partie 4").focus()
    reader.keyboard.press("Enter")
    # A press of a key, unlike a click, does not wait until the browser has gone there.
    reader.wait_for_url("**#part-partie-4")
    heading = reader.locator("#part-partie-4")
    wait_until(lambda: 0 <= heading.bounding_box()["y"] < size["viewport"]["height"] / 2)


# --- Fingers, and eyes ----------------------------------------------------------------------------

#: Targets where a 24 px square around the middle is not all theirs (WCAG 2.2, 2.5.8); links within
#: a sentence are excepted there.
SMALL = """() => [...document.querySelectorAll('a[href], button, input, textarea, [tabindex="0"]')]
  .filter(e => e.tabIndex >= 0 && e.checkVisibility() && !e.matches('.skip'))
  .filter(e => !(getComputedStyle(e).display === 'inline' && e.closest('p, li, dd')
    && e.closest('p, li, dd').textContent.trim() !== e.textContent.trim()))
  .filter(e => {
    e.scrollIntoView({block: 'center', inline: 'center'})
    const box = e.getClientRects()[0]
    const x = box.left + box.width / 2, y = box.top + box.height / 2
    return [[0, 0], [11.5, 0], [-11.5, 0], [0, 11.5], [0, -11.5]].some(([dx, dy]) => {
      const hit = document.elementFromPoint(x + dx, y + dy)
      return !hit || !(e === hit || e.contains(hit) || hit.closest('label'))
    })
  }).map(e => e.outerHTML.slice(0, 160))"""


def test_every_target_is_at_least_24_pixels_wide_and_high(open_browser, pages, size):
    reader = open_browser(**size)
    small = {}
    for name in pages:
        visit(reader, pages, name)
        small[name] = reader.evaluate(SMALL)
    assert {name: targets for name, targets in small.items() if targets} == {}


def test_no_page_is_wider_than_the_smallest_window(open_browser, pages):
    """320 px is a desk's window at 400 % (WCAG 2.2, 1.4.10)."""
    reader = open_browser(viewport={"width": 320, "height": 600})
    wide = {}
    for name in pages:
        visit(reader, pages, name)
        wide[name] = reader.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert {name: by for name, by in wide.items() if by > 0} == {}


def test_nothing_moves_for_readers_who_ask_for_that(open_browser, pages):
    reader = open_browser(**DESK, reduced_motion="reduce")
    for name in pages:
        visit(reader, pages, name)
        moving = reader.evaluate(
            """() => [...document.querySelectorAll('*')].filter(e => {
              const style = getComputedStyle(e)
              return style.transitionDuration !== '0s' || style.animationName !== 'none'
                || style.scrollBehavior !== 'auto'
            }).map(e => e.outerHTML.slice(0, 100))"""
        )
        assert moving == [], name
