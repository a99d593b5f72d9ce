"""Which comments: by state, in the queue of work, in the order of the moderators, in threads."""

from contextlib import suppress

from django.db.models import Exists, OuterRef

from common import keyset
from common.bounded_counts import MOST, BoundedQuerySet
from common.leases import is_due, is_free

from ..moderation.states import AlreadyDecided, Moderation
from ..screening.work_queue import LONGEST_WAIT, lease
from ..threads.ordering import ThreadQuerySet
from ..writing import importing
from .event import CommentEvent
from .trace import retention_over


class CommentQuerySet(ThreadQuerySet, BoundedQuerySet):
    def published(self):
        """Return what readers see, in the order of a conversation."""
        return self.filter(moderation=Moderation.APPROVED).order_by("submitted_at", "pk")

    def awaiting_moderation(self):
        """Return what a person has still to decide, the longest waiting first."""
        return self.filter(moderation=Moderation.PENDING).order_by("submitted_at", "pk")

    def outlived(self, now):
        """Return what still has a fingerprint, though the time to find duplicates is over."""
        return self.filter(retention_over(now), fingerprint__isnull=False)

    import_one = importing.import_one

    # --- The queue of work ----------------------------------------------------------------------

    def due(self, now=None):
        """Return the comments that Akismet is owed something about, and that no worker has."""
        return self.filter(
            is_due("next_attempt_at", LONGEST_WAIT, now), is_free("leased_until", lease(), now)
        )

    def screen_again(self, *, by) -> int:
        """Have the undecided ones among these asked about once more; return how many."""
        done = 0
        for comment in self.filter(moderation=Moderation.PENDING, is_newsroom=False)[:MOST]:
            with suppress(AlreadyDecided):
                comment.screen_again(by=by)
                done += 1
        return done

    # --- What moderators look at ----------------------------------------------------------------

    def after(self, comment):
        """Return those that come after `comment`, by age, the next one first."""
        here = {"submitted_at": comment.submitted_at, "pk": comment.pk}
        return self.filter(keyset.after(here)).order_by("submitted_at", "pk")

    def before(self, comment):
        """Return those that come before `comment`, by age, the one just before it first."""
        here = {"submitted_at": comment.submitted_at, "pk": comment.pk}
        return self.filter(keyset.before(here)).order_by("-submitted_at", "-pk")

    def last_decided(self, by, since):
        """Return the comment that `by` decided last, since then, and that is still so; or None."""
        decisions = CommentEvent.objects.filter(kind__in=CommentEvent.DECISIONS)
        later = decisions.filter(comment=OuterRef("comment"), pk__gt=OuterRef("pk"))
        last = (
            CommentEvent.objects.filter(~Exists(later), by=by, at__gte=since)
            .filter(kind=CommentEvent.Kind.DECIDED)
            .order_by("-at", "-pk")
        )
        row = last.values_list("comment", flat=True).first()
        return row and self.filter(pk=row).first()
