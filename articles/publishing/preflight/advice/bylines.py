"""An article without a byline: readers, and Google News, want to know who wrote it."""

from ..findings import finding


def findings(prepared):
    if not prepared.has_byline:
        yield finding("byline")
