"""Limits on the number of requests: of an address, of its network, and on one article."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from common.keyed_hashes import keyed_hash
from common.networks import network

from ..models import Counter
from ..models.counter import memory
from .refusal import Refused


def check_rate(address, action=""):
    """Count one request from the IP `address`; raise Refused(`rate`) if there were too many.

    `action` names the kind of request ("complaint", "receipt"; empty for a comment); each kind is
    counted apart. An address has one limit, and its network has a higher one: a provider gives a
    household a whole /64 of IPv6, and a spammer rents a /24 of IPv4.

    Once a counter is full, this process remembers it until the period ends, and refuses without a
    write or a query.
    """
    start = _period_start(settings.COMMENTS_RATE_PERIOD)
    kind = f"post:{action}:" if action else "post:"
    own, shared = f"{kind}{_hashed(address)}", f"{kind}net:{_hashed(network(address))}"
    limits = {own: settings.COMMENTS_RATE_LIMIT, shared: settings.COMMENTS_NETWORK_LIMIT}
    if any(memory.is_full((name, start, limit)) for name, limit in limits.items()):
        raise Refused("rate")
    full = Counter.objects.add_below(limits, start)
    for name in full:
        memory.remember_full((name, start, limits[name]), start + settings.COMMENTS_RATE_PERIOD)
    if own in full and shared not in full:
        # What an address sends above its own limit must not use up that of its neighbours.
        Counter.objects.filter(name=shared, since=start).update(count=F("count") - 1)
    if full:
        raise Refused("rate")


def _hashed(address):
    # The address itself is not stored, only this keyed hash of it.
    return keyed_hash("comments.rate", address)


def _period_start(period):
    """Return the moment at which the current `period` (a timedelta) began."""
    seconds = period.total_seconds()
    return datetime.fromtimestamp(timezone.now().timestamp() // seconds * seconds, UTC)


def is_flooded(article) -> bool:
    """Count one comment on `article`; say whether too many comments came in this minute."""
    name, start = f"post:on:{article.pk}", _period_start(timedelta(minutes=1))
    return not Counter.objects.add(name, start, limit=settings.COMMENTS_FLOOD_LIMIT)
