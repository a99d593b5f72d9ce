"""The times that a clock shows on a day, in a time zone where it is put forward and back."""

from datetime import UTC, datetime, timedelta

MINUTE = timedelta(minutes=1)


def moments_at(day, clock, zone) -> list[datetime]:
    """Return the moments at which the clock of `zone` shows `clock` on `day`: 0, 1 or 2."""
    shown = datetime.combine(day, clock)
    instants = {}
    for fold_ in (0, 1):
        moment = shown.replace(tzinfo=zone, fold=fold_)
        instant = moment.astimezone(UTC)
        if instant.astimezone(zone).replace(tzinfo=None) == shown:
            instants[instant] = instant.astimezone(zone)
    return [instants[instant] for instant in sorted(instants)]


def around_gap(day, clock, zone):
    """Return the last minute before the clock is put forward over `clock`, and the moment after."""
    skipped = datetime.combine(day, clock, tzinfo=zone)
    # Read with the offset of before and of after, it is an instant on the other side of the jump.
    early, late = sorted(skipped.replace(fold=fold_).astimezone(UTC) for fold_ in (0, 1))
    offset = early.astimezone(zone).utcoffset()
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) / 2
        if middle.astimezone(zone).utcoffset() == offset:
            early = middle
        else:
            late = middle
    after = (late + timedelta(milliseconds=500)).replace(microsecond=0)
    return (after - MINUTE).astimezone(zone), after.astimezone(zone)
