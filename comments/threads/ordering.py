"""A comment's place among those that readers see.

A thread is a comment and all that answers it or its answers, on one level. All threads of an
article make one list, in the order of arrival (keys, since clocks jump): it can be read from any
comment on, at the same cost wherever that is.
"""

from django.db import models
from django.db.models.functions import Coalesce

from common import keyset

from ..moderation.states import Moderation

#: The key of the comment that began the thread: its own, where nothing is answered.
THREAD = Coalesce("root", "id", output_field=models.BigIntegerField())


class ThreadQuerySet(models.QuerySet):
    def in_threads(self):
        """Return what has a place in a thread: what is published, and what leaves a gap."""
        return self.filter(is_shown=True).annotate(thread=THREAD)

    def after_place(self, place, *, newest_first=False):
        """Return what stands after `place` (thread, key) in the list of threads, in its order."""
        here = dict(zip(_order(newest_first), place, strict=True))
        return self.filter(keyset.after(here)).in_order(newest_first=newest_first)

    def before_place(self, place, *, newest_first=False):
        """Return what stands before `place`, the nearest first."""
        here = dict(zip(_order(newest_first), place, strict=True))
        return self.filter(keyset.before(here)).in_order(newest_first=newest_first).reverse()

    def in_order(self, *, newest_first=False):
        """Sort by thread, the oldest or the newest first; each in the order of its talk."""
        return self.order_by(*_order(newest_first))

    def featured(self):
        """Return what the newsroom features, the latest choice first."""
        return self.filter(featured_at__isnull=False, moderation=Moderation.APPROVED).order_by(
            "-featured_at", "-pk"
        )


def _order(newest_first):
    return ("-thread" if newest_first else "thread", "pk")


def update_shown(comment):
    """Show the comment or not; and so what it answers, a gap only while that is answered.

    Called by the writer of `moderation` on the row as it now is, with the article's row locked.
    """
    while comment:
        is_shown = comment.is_public or comment.replies.filter(is_shown=True).exists()
        if is_shown == comment.is_shown:
            return
        comment.write(is_shown=is_shown)
        comment = comment.parent
