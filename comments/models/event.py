"""The events that make the history of a comment."""

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.history import HistoryRow

from ..moderation.reasons import Reason
from ..moderation.states import Moderation, Report, Screening


class CommentEventQuerySet(models.QuerySet):
    def log(self, comment, kind, *, at=None, **columns):
        """Append an event to the history of `comment`. Call it in the transaction of the change.

        The time of the event is now, or `at`.
        """
        row = self.create(comment=comment, kind=kind, **columns)
        if at:
            self.filter(pk=row.pk).update(at=at)


class CommentEvent(HistoryRow):
    """An event in a comment's history. It names the fields sent to Akismet, never their values."""

    class Kind(models.TextChoices):
        SUBMITTED = "submitted", _("submitted")
        REVISED = "revised", _("changed by its writer")
        SCREENED = "screened", _("screened")
        ATTEMPT_FAILED = "attempt", _("Akismet did not answer")
        GIVEN_UP = "given_up", _("given up")
        SCREEN_AGAIN = "again", _("to be screened again")
        DECIDED = "decided", _("decided")
        UNDONE = "undone", _("taken back")
        EDITED = "edited", _("edited")
        ANSWERED = "answered", _("answered for the newsroom")
        FEATURED = "featured", _("featured")
        UNFEATURED = "unfeatured", _("no longer featured")
        REPORTED = "reported", _("reported to Akismet")
        TOO_LATE = "too_late", _("too late to report")
        FORGOTTEN = "forgotten", _("traces deleted")
        WITHDRAWN = "withdrawn", _("withdrawn")
        EXPORTED = "exported", _("exported")
        ERASED = "erased", _("erased")
        COMPLAINED = "complained", _("reported by a reader")
        DISMISSED = "dismissed", _("the reader’s report was dismissed")
        BLOCKED = "blocked", _("its sender was blocked")
        LIFTED = "lifted", _("the block of its sender was lifted")

    #: The decision of a moderator, and its undoing. (A withdrawal or an erasure also writes
    #: `Comment.moderation`, but nobody can undo it.)
    DECISIONS = [Kind.DECIDED, Kind.UNDONE]

    comment = models.ForeignKey("comments.Comment", on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(_("what"), max_length=12, choices=Kind.choices)
    origin = models.CharField(_("from"), max_length=12, blank=True)
    target = models.CharField(_("to"), max_length=12, blank=True)
    reason = models.CharField(_("reason"), max_length=12, choices=Reason.choices, blank=True)
    data = models.JSONField(_("details"), default=dict, blank=True)

    objects = CommentEventQuerySet.as_manager()

    class Meta(HistoryRow.Meta):
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["by", "at"], name="comment_event_by")]

    def __str__(self):
        return f"{self.get_kind_display()} {self.target}".strip()

    # --- Values for the history page ----------------------------------------------------------

    @property
    def in_words(self) -> str:
        """Return the event as a line for moderators, with the name of the user who caused it."""
        kind, kinds = self.kind, self.Kind
        who, target = self.by or "–", self.target_label
        if kind == kinds.SUBMITTED and self.by:
            return gettext("Written by %(who)s for the newsroom") % {"who": who}
        if kind == kinds.SUBMITTED:
            if held := self.note and self.comment.hold and self.comment.why_held:
                return gettext("Submitted; held: %(why)s") % {"why": held}
            return gettext("Submitted")
        if kind == kinds.SCREENED:
            return gettext("Akismet says: %(verdict)s") % {"verdict": target}
        if kind == kinds.UNDONE:
            return gettext("Taken back by %(who)s; again: %(state)s") % {
                "who": who,
                "state": target,
            }
        if kind == kinds.REPORTED:
            return gettext("Reported to Akismet as %(what)s; it has answered") % {"what": target}
        if kind == kinds.BLOCKED:
            words = gettext("Blocked by %(who)s: further comments of its sender are held")
            if self.target == "refuse":
                words = gettext("Blocked by %(who)s: further comments of its sender are refused")
            return words % {"who": who}
        label = capfirst(self.get_kind_display())
        if kind == kinds.DECIDED:
            label, target = target, ""
        words = f"{label}: {target}" if target else label
        if self.by:
            words += " " + gettext("by %(who)s") % {"who": who}
        return f"{words} ({self.get_reason_display()})" if self.reason else words

    @property
    def shown_note(self) -> str:
        """Return the note, except that of a submission: `in_words` has told the hold already."""
        return "" if self.kind == self.Kind.SUBMITTED else self.note

    @property
    def origin_label(self) -> str:
        return self._label(self.origin)

    @property
    def target_label(self) -> str:
        return self._label(self.target)

    def _label(self, code):
        is_report = self.kind in (self.Kind.REPORTED, self.Kind.TOO_LATE)
        for axis in [Report] if is_report else [Moderation, Screening]:
            if code in axis.values:
                return axis(code).label
        return code

    @property
    def fields(self) -> list[str]:
        """Return the names of the fields that were sent to Akismet."""
        return self.data.get("fields", [])

    @property
    def headers(self) -> dict[str, str]:
        """Return Akismet's own headers (x-akismet-…) in its answer."""
        return self.data.get("headers", {})

    @property
    def milliseconds(self) -> int | None:
        return self.data.get("milliseconds")
