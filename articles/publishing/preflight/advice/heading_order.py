"""Headings that lead nowhere: people who use a screen reader go from heading to heading.

WCAG 2.2, success criteria 1.3.1 and 2.4.6, and technique G141.
"""

from ..findings import finding
from ..located import Located


def findings(prepared):
    headings = prepared.headings
    for heading in headings:
        if not heading.words:
            yield finding("empty_heading")
    if headings and headings[0].value == "3" and headings[0].words:
        yield _at("subheading_first", headings[0])
    if prepared.ends_with_heading and headings[-1].words:
        yield _at("heading_last", headings[-1])


def _at(code, heading):
    return Located(code, {"words": heading.words}, "body", heading.words, heading.occurrence)
