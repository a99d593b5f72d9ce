"""Template tags and filters that show text with its typography."""

from django import template
from django.template.defaultfilters import stringfilter

from ..text import reading
from ..text.typography import typeset as typeset_text

register = template.Library()


@register.filter
@stringfilter
def typeset(text, language):
    """Return plain text with the typography of its language."""
    return typeset_text(text, language)


@register.simple_tag
def read(body, language):
    """Return the body as its page shows it: `html`, `contents` and `minutes`."""
    return reading.read(body, language)
