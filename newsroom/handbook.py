"""The handbook, shown to the staff in the admin, under “Help”, in the language of the admin.

Its chapters are Markdown files in `docs/handbook/`, a folder for each language of the site. Its
pictures are taken by `make handbook`.
"""

import re
from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.contrib import admin
from django.http import Http404
from django.template.response import TemplateResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from markdown import Markdown

FOLDER = settings.BASE_DIR / "docs" / "handbook"
#: The chapters, by the names of their files, in the order in which they are read.
NAMES = ("start", "writing", "pictures", "publishing", "front", "moderation", "operators")
#: A static file, as the chapters name it from where they are.
_STATIC = re.compile(r'src="../../../static/([^"]+)"')
#: Width and height of each picture, in CSS pixels: a page keeps its room before it is there.
PICTURE_SIZE = (1280, 800)


@dataclass(frozen=True)
class Chapter:
    """A chapter in one language. Its text is ours, so its HTML is shown as it is."""

    name: str
    language: str

    @cached_property
    def _title_and_text(self):
        path = FOLDER / self.language / f"{self.name}.md"
        title, _line, text = path.read_text(encoding="utf-8").partition("\n")
        return title.removeprefix("# "), text

    @property
    def title(self) -> str:
        return self._title_and_text[0]

    @cached_property
    def _page(self):
        markdown = Markdown(
            extensions=["tables", "toc"], extension_configs={"toc": {"toc_depth": "2"}}
        )
        html = markdown.convert(self._title_and_text[1])
        return _STATIC.sub(_source, html), markdown.toc_tokens

    @property
    def html(self) -> str:
        return mark_safe(self._page[0])  # noqa: S308

    @property
    def headings(self) -> list[dict]:
        """The headings, each with its `name` and with its `id` on the page."""
        return self._page[1]

    def get_absolute_url(self):
        return reverse("admin:handbook_chapter", args=[self.name])


def _source(match) -> str:
    width, height = PICTURE_SIZE
    return f'src="{static(match[1])}" width="{width}" height="{height}" loading="lazy"'


def chapters(language) -> list[Chapter]:
    return [Chapter(name, language) for name in NAMES]


@require_safe
def contents(request):
    """List the chapters with their headings."""
    return _page(request, "admin/handbook/contents.html", title=_("Handbook"))


@require_safe
def chapter(request, name):
    """Show the chapter `name`, with links to the chapters around it; 404 if there is none."""
    if name not in NAMES:
        raise Http404("No such chapter.")
    place, all_of_them = NAMES.index(name), chapters(_language())
    shown = all_of_them[place]
    around = {
        "previous": all_of_them[place - 1] if place else None,
        "next": all_of_them[place + 1] if place + 1 < len(NAMES) else None,
    }
    return _page(request, "admin/handbook/chapter.html", title=shown.title, chapter=shown, **around)


def _language() -> str:
    """Return the language of the admin, or that of the site where the handbook has no such one."""
    language = get_language()
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def _page(request, template, **context):
    context |= {**admin.site.each_context(request), "chapters": chapters(_language())}
    return TemplateResponse(request, template, context)
