"""Keys at the pace of a person, for a text whose editor must know where the cursor stands.

A click, or a key such as End, moves the cursor at once, but Chromium says so (`selectionchange`)
only with its next frame. A script presses the next key sooner than that, as no person can, and
the editor then uses it where the cursor was before.
"""

_DRAWN = "new Promise(done => requestAnimationFrame(() => setTimeout(done)))"


def settle(page):
    """Wait until a page has drawn a frame, so that its scripts know where the cursor stands."""
    page.evaluate(_DRAWN)


def press(page, *keys):
    """Press keys one after the other, each when the page has settled."""
    settle(page)
    for key in keys:
        page.keyboard.press(key)
        settle(page)
