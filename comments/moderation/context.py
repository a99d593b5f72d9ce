"""A comment as moderators read it: in its place in the queue, in its thread, by its writer."""

from django.db.models import Exists, OuterRef, Q

from common.bounded import BoundedQuerySet

from ..moderation.states import Moderation
from .event import CommentEvent
from .trace import Trace

#: How many comments of the thread are shown on each side, and how many of the same writer.
NEIGHBOURS = 2
SAME_WRITER = 20


class ReadingQuerySet(BoundedQuerySet):
    """Steps from one comment to the next without counting or skipping rows (keyset)."""

    def after(self, comment):
        """Return those that come after `comment`, by age, the next one first."""
        same_moment = Q(submitted_at__gt=comment.submitted_at) | Q(pk__gt=comment.pk)
        return self.filter(same_moment, submitted_at__gte=comment.submitted_at).order_by(
            "submitted_at", "pk"
        )

    def before(self, comment):
        """Return those that come before `comment`, by age, the one just before it first."""
        same_moment = Q(submitted_at__lt=comment.submitted_at) | Q(pk__lt=comment.pk)
        return self.filter(same_moment, submitted_at__lte=comment.submitted_at).order_by(
            "-submitted_at", "-pk"
        )

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


class InContext:
    """The part of `Comment` that knows what stands around it."""

    @property
    def hold_words(self) -> list[str]:
        """Return what the rule that holds the comment has found in it."""
        return [word for word in self.hold_detail.splitlines() if word.strip()]

    def thread_around(self) -> tuple[list, list]:
        """Return the public comments just before and just after it, among those on its level."""
        level = type(self).objects.filter(
            article_id=self.article_id, parent_id=self.parent_id, moderation=Moderation.APPROVED
        )
        return list(level.before(self)[:NEIGHBOURS])[::-1], list(level.after(self)[:NEIGHBOURS])

    @property
    def address(self) -> str | None:
        """Return the address that it came from, while its trace is kept."""
        trace = getattr(self, "trace", None)
        return trace and trace.ip_address

    def same_writer(self):
        """Return other comments from the same address, newest first, while its trace is kept."""
        if self.address is None:
            return []
        traces = (
            Trace.objects.filter(ip_address=self.address)
            .exclude(comment=self.pk)
            .select_related("comment__article")
            .order_by("-comment")[:SAME_WRITER]
        )
        return [trace.comment for trace in traces]

    def history(self):
        """Return the rows of the comment's history, the oldest first."""
        return self.events.select_related("by")

    @property
    def as_submitted(self) -> str:
        """Return the text as its writer sent it, if that is still kept and is another one."""
        trace = getattr(self, "trace", None)
        return trace.text if trace and trace.text != self.text else ""
