"""Template tags and filters for words whose language or direction is not that of the page."""

from functools import lru_cache

from django import template
from django.conf import settings
from django.template.defaultfilters import stringfilter
from django.utils.html import format_html

from common.direction import direction, isolated

register = template.Library()
register.filter("isolate", stringfilter(isolated))


@register.simple_tag
def lang(language, within=""):
    """Return the attribute `lang`, and `dir` if the direction differs from that around.

    `within` is the language of the element around; by default, that of the site.
    """
    return _attributes(language, within or settings.LANGUAGE_CODE)


@lru_cache
def _attributes(language, within):
    if direction(language) == direction(within):
        return format_html('lang="{}"', language)
    return format_html('lang="{}" dir="{}"', language, direction(language))
