"""The events that make the history of a comment."""

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from common.history import HistoryRow
from common.labels import labelled

from ..moderation.reasons import Grounds, Reason
from ..moderation.states import Moderation, Report, Screening


class CommentEventQuerySet(models.QuerySet):
    def log(self, comment, kind, *, at=None, **columns):
        """Append an event to the history of `comment`; return it.

        Call it in the transaction of the change. The time of the event is now, or `at`.
        """
        row = self.create(comment=comment, kind=kind, **columns)
        if at:
            self.filter(pk=row.pk).update(at=at)
        return row


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
        REOPENED = "reopened", _("the reader’s report is open again")
        BLOCKED = "blocked", _("its sender was blocked")
        LIFTED = "lifted", _("the block of its sender was lifted")

    #: The decisions of moderators, about the comment or about readers' reports of it.
    DECIDING = [Kind.DECIDED, Kind.DISMISSED]
    #: The decisions, and their undoing. (A withdrawal or an erasure also writes
    #: `Comment.moderation`, but nobody can undo it.)
    DECISIONS = [*DECIDING, Kind.UNDONE, Kind.REOPENED]
    #: The events that change the text.
    NEW_TEXT = [Kind.REVISED, Kind.EDITED]

    #: The events after which a comment is no longer what a moderator saw before.
    CHANGES = [*DECISIONS, *NEW_TEXT, Kind.WITHDRAWN, Kind.ERASED]

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
        return f"{self.get_kind_display()} {self.target_label}".strip()

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
        if kind in (kinds.WITHDRAWN, kinds.ERASED):
            # The state that follows is always the same, and has the same name.
            target = ""
        if kind in (kinds.DISMISSED, kinds.REOPENED):
            label, target = self._reports_in_words(), self._grounds_in_words()
        if self.by:
            label += " " + gettext("by %(who)s") % {"who": who}
        words = labelled(label, target) if target else label
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
        for axis in self._axes():
            if code in axis.values:
                return axis(code).label
        return code

    def _axes(self):
        """Return the choices from which `origin` and `target` of this kind of event are."""
        kind, kinds = self.kind, self.Kind
        if kind in (kinds.REPORTED, kinds.TOO_LATE):
            return [Report]
        if kind in (kinds.COMPLAINED, kinds.DISMISSED, kinds.REOPENED):
            return [Grounds]
        return [Screening] if kind in (kinds.SCREENED, kinds.SCREEN_AGAIN) else [Moderation]

    def _reports_in_words(self):
        """Return the label of an event about one or more readers' reports, with their number."""
        number = sum(self.data.get("grounds", {}).values())
        if number < 2:
            return capfirst(self.get_kind_display())
        if self.kind == self.Kind.REOPENED:
            words = ngettext("%d report is open again", "%d reports are open again", number)
        else:
            words = ngettext("%d report dismissed", "%d reports dismissed", number)
        return words % number

    def _grounds_in_words(self):
        codes = self.data.get("grounds", {}) or ([self.origin] if self.origin else [])
        return ", ".join(str(self._label(code)) for code in codes)

    @property
    def has_details(self) -> bool:
        """Say whether the row has facts about a call to Akismet."""
        return not self.data.keys() <= {"grounds"}

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
