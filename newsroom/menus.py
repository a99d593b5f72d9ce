"""The menus that every page has: the sections above and below, and the standing pages below.

Their HTML follows from the rows and from the page that is shown, so it is made once for each.
"""

from typing import NamedTuple

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString

from articles.models import Page, Section
from articles.models.kept_rows import KeptRows
from common.compiled_queries import compiled
from common.kept_html import html_of


class Entry(NamedTuple):
    key: int
    name: str
    address: str


@compiled
def _sections():
    return Section.objects.all()


@compiled
def _footer_pages():
    return Page.objects.filter(in_footer=True).only("title", "slug")


sections = KeptRows(lambda: tuple(Entry(s.pk, s.name, s.get_absolute_url()) for s in _sections()))
footer_pages = KeptRows(
    lambda: tuple(Entry(p.pk, p.title, p.get_absolute_url()) for p in _footer_pages())
)


def of_sections(path, section) -> SafeString:
    """Return the menu above the page at `path`, which belongs to `section` or to None."""
    found, search = sections(), reverse("articles:search")
    return html_of(
        "_sections.html",
        sections=found,
        # Other paths make no difference to it.
        path=path if path in {search, *(entry.address for entry in found)} else "",
        current=section and section.pk,
        search=search,
        site_language=settings.LANGUAGE_CODE,
    )


def colophon() -> SafeString:
    """Return the foot of every page."""
    return html_of(
        "_colophon.html",
        sections=sections(),
        pages=footer_pages(),
        site_name=settings.SITE_NAME,
        site_language=settings.LANGUAGE_CODE,
    )
