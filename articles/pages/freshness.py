"""When the paper last changed: what the `Last-Modified` of feeds and sitemaps rests on.

The newest date in a feed would not do. A withdrawal takes the newest article away and a mended typo
moves no date, so a program that asks `If-Modified-Since` would be told that nothing is new.
"""

from django.db.models import Max
from django.utils import timezone

from ..models import ArticlePath, Author, Edition, Page, Section, Topic

#: Editions begin and end by the clock, so each may be a change that nobody made at that moment.
CLOCKS = [
    *((Edition, "visible_from"), (Edition, "visible_until"), (ArticlePath, "since")),
    *((Section, "changed_at"), (Topic, "changed_at"), (Author, "changed_at"), (Page, "updated_at")),
]


def last_change(at=None):
    """Return when what readers get last changed before the instant `at` (now); None if never.

    One instant for the whole paper: too late for some feeds, too early for none.
    """
    at = at or timezone.now()
    latest = [
        model.objects.filter(**{f"{clock}__lte": at}).aggregate(latest=Max(clock))["latest"]
        for model, clock in CLOCKS
    ]
    return max(filter(None, latest), default=None)
