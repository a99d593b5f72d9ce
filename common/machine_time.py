"""Instants as machines read them, in whole seconds. All templates have the filter.

The fractions of a second that the database holds say nothing to a reader. Some parsers refuse them,
and the HTML Standard allows three digits at most (section 2.3.5.7).
"""

from django import template
from django.utils.timezone import localtime

register = template.Library()


def moment(instant) -> str:
    """Return `instant` in the site's time zone, with its offset from UTC (RFC 3339)."""
    return localtime(instant).isoformat(timespec="seconds")


@register.filter(expects_localtime=True)
def machine_time(instant) -> str:
    return moment(instant) if instant else ""
