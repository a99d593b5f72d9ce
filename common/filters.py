"""Template filters that every template has, without `{% load %}`."""

from django import template
from django.template.defaultfilters import stringfilter

from .machine_time import moment
from .shortening import shorten

register = template.Library()


@register.filter
@stringfilter
def shortened(text, length):
    """Return `text` with at most `length` characters: Django's own filters divide emoji."""
    return shorten(text, length)


@register.filter(expects_localtime=True)
def machine_time(instant):
    """Return `instant` for the attribute `datetime`, or an empty string for None."""
    return moment(instant) if instant else ""
