"""Queries for comments: by state, in the workers' queue, in the moderators' order, in threads."""

from contextlib import suppress

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce

from common import keyset
from common.bounded_counts import COUNT_LIMIT, BoundedQuerySet
from common.leases import is_due, is_free
from common.search.updates import IndexedQuerySet

from ..moderation.states import (
    MODERATE,
    TAKEN_FOR_SPAM,
    AlreadyDecided,
    Moderation,
    NothingKept,
    Screening,
)
from ..screening.work_queue import LONGEST_WAIT, lease
from ..threads.ordering import ThreadQuerySet
from ..writing import importing
from .event import CommentEvent
from .trace import retention_over

#: The comments in the moderators' queue: those that nobody has decided, and those that readers have
#: reported. (A report that is open is one of a comment on the site, or of one back in the queue.)
TO_DECIDE = Q(moderation=Moderation.PENDING) | Q(complained_at__isnull=False)
#: The time since which a comment waits for a moderator.
WAITS_SINCE = Coalesce("complained_at", "submitted_at")
#: The order of the queue: what is reported as illegal first, then the longest waiting.
QUEUE_ORDER = (F("urgency").desc(), WAITS_SINCE.asc(), "pk")


class CommentQuerySet(ThreadQuerySet, BoundedQuerySet, IndexedQuerySet):
    def published(self):
        """Return the published comments, the oldest first."""
        return self.filter(moderation=Moderation.APPROVED).order_by("submitted_at", "pk")

    def awaiting_moderation(self):
        """Return the comments that a person still has to decide, the longest waiting first."""
        return self.filter(moderation=Moderation.PENDING).order_by("submitted_at", "pk")

    def taken_for_spam(self, is_spam=True):
        """Return the comments that Akismet takes for spam; or all others, if not `is_spam`."""
        # The other verdicts are named too: a database finds no rows by an exclusion.
        if not is_spam:
            return self.filter(screening__in=[v for v in Screening if v not in TAKEN_FOR_SPAM])
        # SQLite finds the index of those that are no ham by its condition.
        return self.filter(screening__in=TAKEN_FOR_SPAM).exclude(screening=Screening.HAM)

    def to_decide(self, by=None):
        """Return the moderators' queue, in its order.

        It has no reported comments for a user `by` who may not moderate and so sees no reports.
        """
        if by and not by.has_perm(MODERATE):
            return self.awaiting_moderation()
        return self.filter(TO_DECIDE).order_by(*QUEUE_ORDER)

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

    def next_to_decide(self, place):
        """Return the key of the comment of these after `place` in the queue; None after the last.

        `place` is a comment's `place_in_queue`, also of a comment that has left the queue since.
        """
        urgency, since, pk = place
        rows = self.annotate(waits_since=WAITS_SINCE).order_by("waits_since", "pk")
        later = rows.filter(keyset.after({"waits_since": since, "pk": pk}))
        return _first_key(later, urgency) or (urgency and _first_key(rows, 0)) or None

    def previous_to_decide(self, place):
        """Return the key of the comment of these before `place` in the queue, or None."""
        urgency, since, pk = place
        rows = self.annotate(waits_since=WAITS_SINCE).order_by("-waits_since", "-pk")
        earlier = rows.filter(keyset.before({"waits_since": since, "pk": pk}))
        return _first_key(earlier, urgency) or (not urgency and _first_key(rows, 1)) or None

    def last_decided(self, by, since):
        """Return the comment that the moderator `by` decided last, at `since` or later; or None.

        A comment whose decision was undone, or followed by another decision, does not count.
        """
        decisions = CommentEvent.objects.filter(kind__in=CommentEvent.DECISIONS)
        later = decisions.filter(comment=OuterRef("comment"), pk__gt=OuterRef("pk"))
        last = (
            CommentEvent.objects.filter(~Exists(later), by=by, at__gte=since)
            .filter(kind__in=CommentEvent.DECIDING)
            .order_by("-at", "-pk")
        )
        row = last.values_list("comment", flat=True).first()
        return row and self.filter(pk=row).first()


def _first_key(comments, urgency):
    """Return the key of the first of these with this urgency (0 or 1), or None.

    The two are asked for one by one, since each is then one range of `comment_to_decide`.
    """
    return comments.filter(urgency=urgency).values_list("pk", flat=True).first()
