"""Instants as machines read them, in whole seconds.

The fractions of a second that the database holds say nothing to a reader. Some parsers refuse them,
and the HTML Standard allows three digits at most (section 2.3.5.7).
"""

from django.utils.timezone import localtime


def moment(instant) -> str:
    """Return `instant` in the site's time zone, with its offset from UTC (RFC 3339)."""
    return localtime(instant).isoformat(timespec="seconds")
