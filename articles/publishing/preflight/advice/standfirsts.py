"""An article without a standfirst: lists, feeds and search engines show it below the headline."""

from ..findings import finding


def findings(prepared):
    if not prepared.content.standfirst.strip():
        yield finding("standfirst")
