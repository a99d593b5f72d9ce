"""Instants as machines read them, in whole seconds.

The fractions of a second that the database holds say nothing to a reader. Some parsers refuse them,
and the HTML Standard allows three digits at most (section 2.3.5.7).
"""

from datetime import UTC, timedelta

from django.utils.timezone import localtime


def moment(instant) -> str:
    """Return `instant` in the site's time zone, with its offset from UTC (RFC 3339)."""
    return in_whole_minutes(instant).isoformat(timespec="seconds")


def in_whole_minutes(instant):
    """Return `instant` in the site's time zone, or in UTC where the offset has seconds.

    It had before standard time, and no format has a place for them (RFC 3339, RFC 5322).
    """
    local = localtime(instant)
    return instant.astimezone(UTC) if local.utcoffset() % timedelta(minutes=1) else local
