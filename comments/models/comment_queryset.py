"""Queries for comments: by state, in the workers' queue, in the moderators' order, in threads."""

from contextlib import suppress

from django.db.models import Exists, OuterRef

from common import keyset
from common.bounded_counts import COUNT_LIMIT, BoundedQuerySet
from common.leases import is_due, is_free
from common.search.updates import IndexedQuerySet

from ..moderation.states import AlreadyDecided, Moderation, NothingKept
from ..screening.work_queue import LONGEST_WAIT, lease
from ..threads.ordering import ThreadQuerySet
from ..writing import importing
from .event import CommentEvent
from .trace import retention_over


class CommentQuerySet(ThreadQuerySet, BoundedQuerySet, IndexedQuerySet):
    def published(self):
        """Return the published comments, the oldest first."""
        return self.filter(moderation=Moderation.APPROVED).order_by("submitted_at", "pk")

    def awaiting_moderation(self):
        """Return the comments that a person still has to decide, the longest waiting first."""
        return self.filter(moderation=Moderation.PENDING).order_by("submitted_at", "pk")

    def with_expired_fingerprint(self, now):
        """Return the comments whose fingerprint must be deleted: their retention period is over."""
        return self.filter(retention_over(now), fingerprint__isnull=False)

    def with_same_words(self, comment):
        """Return the comments with the same words as `comment`, which is one of them."""
        if comment.fingerprint is None:
            return self.filter(pk=comment.pk)
        return self.filter(fingerprint=comment.fingerprint)

    import_one = importing.import_one

    # --- The workers' queue ---------------------------------------------------------------------

    def due(self, now=None):
        """Return the comments that are due for a call to Akismet and that no worker has leased."""
        return self.filter(
            is_due("next_attempt_at", LONGEST_WAIT, now), is_free("leased_until", lease(), now)
        )

    def screen_again(self, *, by) -> int:
        """Queue the undecided ones of these comments for another check; return their number.

        At most COUNT_LIMIT comments are queued. A comment whose trace is deleted cannot be screened
        again, and is left as it is.
        """
        done = 0
        undecided = self.filter(moderation=Moderation.PENDING, is_newsroom=False)
        for comment in undecided.filter(trace__isnull=False)[:COUNT_LIMIT]:
            with suppress(AlreadyDecided, NothingKept):
                comment.screen_again(by=by)
                done += 1
        return done

    # --- The moderators' order ------------------------------------------------------------------

    def after(self, comment):
        """Return the comments submitted after `comment`, the next one first."""
        here = {"submitted_at": comment.submitted_at, "pk": comment.pk}
        return self.filter(keyset.after(here)).order_by("submitted_at", "pk")

    def before(self, comment):
        """Return the comments submitted before `comment`, the one just before it first."""
        here = {"submitted_at": comment.submitted_at, "pk": comment.pk}
        return self.filter(keyset.before(here)).order_by("-submitted_at", "-pk")

    def last_decided(self, by, since):
        """Return the comment that the moderator `by` decided last, at `since` or later; or None.

        A comment whose decision was undone, or followed by another decision, does not count.
        """
        decisions = CommentEvent.objects.filter(kind__in=CommentEvent.DECISIONS)
        later = decisions.filter(comment=OuterRef("comment"), pk__gt=OuterRef("pk"))
        last = (
            CommentEvent.objects.filter(~Exists(later), by=by, at__gte=since)
            .filter(kind=CommentEvent.Kind.DECIDED)
            .order_by("-at", "-pk")
        )
        row = last.values_list("comment", flat=True).first()
        return row and self.filter(pk=row).first()
