"""A comment's place among those that readers see.

A thread is a comment and all that answers it or its answers, on one level. All threads of an
article make one list, in the order of arrival (keys, since clocks jump): it can be read from any
comment on, at the same cost wherever that is.
"""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce

from ..moderation.states import Moderation

#: The key of the comment that began the thread: its own, where nothing is answered.
THREAD = Coalesce("root", "id", output_field=models.BigIntegerField())


class ThreadQuerySet(models.QuerySet):
    def in_threads(self):
        """Return what has a place in a thread: what is published, and what leaves a gap."""
        return self.filter(is_shown=True).annotate(thread=THREAD)

    def after_place(self, place, *, newest_first=False):
        """Return what stands after `place` (thread, key) in the list of threads, in its order."""
        thread, key = place
        if newest_first:
            beyond = self.filter(Q(thread__lt=thread) | Q(pk__gt=key), thread__lte=thread)
        else:
            beyond = self.filter(Q(thread__gt=thread) | Q(pk__gt=key), thread__gte=thread)
        return beyond.in_order(newest_first=newest_first)

    def before_place(self, place, *, newest_first=False):
        """Return what stands before `place`, the nearest first."""
        thread, key = place
        if newest_first:
            beyond = self.filter(Q(thread__gt=thread) | Q(pk__lt=key), thread__gte=thread)
        else:
            beyond = self.filter(Q(thread__lt=thread) | Q(pk__lt=key), thread__lte=thread)
        return beyond.in_order(newest_first=newest_first).reverse()

    def in_order(self, *, newest_first=False):
        """Sort by thread, the oldest or the newest first; each in the order of its talk."""
        return self.order_by("-thread" if newest_first else "thread", "pk")

    def featured(self):
        """Return what the newsroom features, the latest choice first."""
        return self.filter(featured_at__isnull=False, moderation=Moderation.APPROVED).order_by(
            "-featured_at", "-pk"
        )


class Threaded:
    """The part of `Comment` that knows its place."""

    @property
    def place(self) -> tuple[int, int]:
        """Return where it stands in the list of threads: the thread's key, and its own."""
        return (self.root_id or self.pk, self.pk)

    @property
    def is_public(self) -> bool:
        return self.moderation == Moderation.APPROVED

    def take_place(self):
        """Show it or not; and so what it answers, which leaves a gap only while it is answered.

        Called by the writer of `moderation` on the row as it now is, with the article's row locked.
        """
        comment = self
        while comment:
            is_shown = comment.is_public or comment.replies.filter(is_shown=True).exists()
            if is_shown == comment.is_shown:
                return
            comment._write(is_shown=is_shown)
            comment = comment.parent
