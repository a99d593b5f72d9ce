"""What templates need to show articles, and to describe them to machines."""

import json

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from common.addresses import absolute
from common.feeds import xml_text

from ..models import Author
from ..pages import structured_data
from ..pages.article_page import ArticlePage
from ..pictures import display, renditions
from ..text import headlines

register = template.Library()

#: As Django's `json_script`: whatever a headline holds, it cannot end the element or open another.
_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}

#: Open Graph wants a language with its territory.
LOCALES = {"en": "en_GB", "fr": "fr_FR"}

register.simple_tag(display.picture, name="picture")
register.filter("absolute", absolute)
register.filter("xml_text", xml_text)
register.filter("headline_size", headlines.size_class)


@register.filter
def og_locale(language):
    return LOCALES.get(language, language)


@register.filter
def shown_at(image, ratio):
    """Return the crop of a picture that machines are given: its url, width and height."""
    return renditions.shown_at(image, ratio, renditions.MACHINE_WIDTH)


@register.simple_tag
def json_ld(subject=None):
    """Tell machines what the page of `subject` is; without a subject, the front page.

    The element is a block of data, which no browser runs, so the policy on scripts does not ask
    about it (HTML Standard, “prepare the script element”).
    """
    if subject is None:
        graph = structured_data.front()
    elif isinstance(subject, ArticlePage):
        graph = structured_data.article(subject)
    elif isinstance(subject, Author):
        graph = structured_data.profile(subject)
    else:
        graph = structured_data.collection(subject)
    data = {"@context": "https://schema.org", "@graph": graph}
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPES)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))  # noqa: S308


@register.inclusion_tag("articles/_social.html")
def social(*, title, path, description="", type="website", language="", lead=None):
    """Tell search engines and social networks what to show of a page, in its head."""
    return {
        "site_name": settings.SITE_NAME,
        "title": title,
        "path": path,
        "description": description,
        "type": type,
        "language": language or settings.LANGUAGE_CODE,
        "lead": lead,
    }
