"""A comment: what was said, what Akismet says of it, what a person decided, what is still to do."""

import uuid

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from articles.models import Article
from common.permissions import require

from ..moderation import states
from ..moderation.states import (
    AlreadyDecided,
    ChangedByWriter,
    Hold,
    Moderation,
    NothingToUndo,
    Reason,
    Report,
    Screening,
)
from ..writing.text import to_html
from .event import CommentEvent
from .newsroom import ByNewsroom
from .queue import DueQuerySet, Queued
from .reading import InContext, ReadingQuerySet
from .thread import THREAD, Threaded, ThreadQuerySet
from .trace import Trace, retention_over
from .writer import ByWriter


class CommentQuerySet(DueQuerySet, ReadingQuerySet, ThreadQuerySet):
    def published(self):
        """Return what readers see, in the order of a conversation."""
        return self.filter(moderation=Moderation.APPROVED).order_by("submitted_at", "pk")

    def awaiting_moderation(self):
        """Return what a person has still to decide, the longest waiting first."""
        return self.filter(moderation=Moderation.PENDING).order_by("submitted_at", "pk")

    def outlived(self, now):
        """Return what still has a fingerprint, though the time to find duplicates is over."""
        return self.filter(retention_over(now), fingerprint__isnull=False)


class Comment(Queued, Threaded, ByWriter, ByNewsroom, InContext, models.Model):
    """Stored first, then screened, then decided. The row is its own place in the queue."""

    article = models.ForeignKey(
        Article, verbose_name=_("article"), on_delete=models.PROTECT, related_name="comments"
    )
    #: In the address of the page that is private to its writer.
    receipt = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=80)
    text = models.TextField(_("comment"))
    html = models.TextField(editable=False)
    submitted_at = models.DateTimeField(_("submitted"), default=timezone.now, editable=False)
    #: Of article, name and text; unique, so that the same comment cannot be stored twice. It goes
    #: when traces do; where no address is kept it stays as long as one would have been.
    fingerprint = models.CharField(  # noqa: DJ001 (unique, so absent must be null)
        max_length=64, unique=True, null=True, editable=False
    )
    hold = models.CharField(_("held"), max_length=12, choices=Hold.choices, blank=True)
    #: What the rule matched, as it stands in the comment, one on each line.
    hold_detail = models.CharField(max_length=500, blank=True)
    #: The name that the newsroom gave the rule, as it was at the time.
    hold_rule = models.CharField(max_length=80, blank=True, editable=False)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("in reply to"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="replies",
    )
    featured_at = models.DateTimeField(_("featured"), null=True, editable=False)
    is_newsroom = models.BooleanField(_("answer of the newsroom"), default=False, editable=False)
    edited_at = models.DateTimeField(_("edited"), null=True, editable=False)
    erased_at = models.DateTimeField(_("erased"), null=True, editable=False)
    #: The comment that began the thread of a reply; `save` finds it.
    root = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    #: Whether it has a place in the thread: it is published, or was answered by one that has.
    is_shown = models.BooleanField(default=False, editable=False)

    screening = models.CharField(
        _("screening"), max_length=8, choices=Screening.choices, default=Screening.WAITING
    )
    moderation = models.CharField(
        _("moderation"), max_length=12, choices=Moderation.choices, default=Moderation.PENDING
    )
    reason = models.CharField(
        _("reason"), max_length=12, choices=Reason.choices, blank=True, editable=False
    )
    decided_at = models.DateTimeField(_("decided"), null=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
    )
    #: The report that Akismet is owed, and the last one it has had.
    report_wanted = models.CharField(max_length=4, choices=Report.choices, blank=True)
    reported = models.CharField(max_length=4, choices=Report.choices, blank=True)

    #: When Akismet, which was not done with it, wishes to be asked again (X-akismet-recheck-after).
    recheck_at = models.DateTimeField(null=True, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    next_attempt_at = models.DateTimeField(null=True, editable=False)
    leased_until = models.DateTimeField(null=True, editable=False)

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        permissions = [
            ("moderate_comment", _("Can approve, reject and mark comments as spam")),
            ("edit_comment", _("Can edit the text of comments")),
            ("answer_comment", _("Can answer comments as the newsroom")),
            ("feature_comment", _("Can feature comments")),
        ]
        indexes = [
            models.Index(fields=["article", "moderation", "submitted_at"], name="comment_thread"),
            models.Index("article", "is_shown", THREAD, "id", name="comment_place"),
            models.Index("article", "is_shown", THREAD.desc(), "id", name="comment_place_newest"),
            models.Index(
                fields=["article", "-featured_at"],
                condition=Q(featured_at__isnull=False),
                name="comment_featured",
            ),
            models.Index(fields=["moderation", "submitted_at"], name="comment_queue"),
            # What awaits a decision is new: without indexes of its own, PostgreSQL walks through
            # all the years before by `comment_by_age` to find it.
            models.Index(
                fields=["submitted_at", "id"],
                condition=Q(moderation=Moderation.PENDING),
                name="comment_pending",
            ),
            models.Index(
                fields=["screening", "submitted_at"],
                condition=Q(moderation=Moderation.PENDING),
                name="comment_pending_verdict",
            ),
            models.Index(fields=["submitted_at"], name="comment_by_age"),
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(next_attempt_at__isnull=False),
                name="comment_due",
            ),
        ]

    def __str__(self):
        return f"{self.name}: {Truncator(self.text).chars(60)}"

    def save(self, **kwargs):
        self.html = to_html(self.text)
        if self._state.adding and self.parent:
            self.root_id = self.parent.root_id or self.parent_id
        super().save(**kwargs)

    def get_absolute_url(self):
        return reverse("comments:comment", args=[self.pk])

    def get_receipt_url(self):
        return reverse("comments:receipt", args=[self.receipt])

    @property
    def why_held(self) -> str:
        """Return the rule that holds the comment, with what it matched, or an empty string."""
        if self.hold == Hold.NAME:
            return _("uses the name of %s") % self.hold_detail
        if self.hold_rule:
            return _("matches the rule “%s”") % self.hold_rule
        return self.get_hold_display()

    @cached_property
    def was_screened_before(self) -> bool:
        return self.events.filter(kind=CommentEvent.Kind.SCREENED).exists()

    # --- What a person decides ----------------------------------------------------------------

    def approve(self, *, by, **kwargs):
        self.decide(Moderation.APPROVED, by=by, **kwargs)

    def reject(self, *, by, **kwargs):
        self.decide(Moderation.REJECTED, by=by, **kwargs)

    def mark_as_spam(self, *, by, **kwargs):
        self.decide(Moderation.SPAM, by=by, **kwargs)

    def decide(self, target, *, by, seen_at=None, reason="", note=""):
        """Write `by`'s decision, with a `reason` (of `Reason`) where it is a rejection.

        Raises PermissionDenied where `by` may not moderate, and AlreadyDecided where somebody has
        decided since `seen_at`, when `by` last saw the comment, or where the comment is no longer
        in the state that this object holds, or its writer has changed or withdrawn it.
        """
        require(by, states.MODERATE)
        if target == Moderation.WITHDRAWN:
            raise ValueError("Only its writer takes a comment back.")
        with transaction.atomic():
            current = self._locked()
            if current.is_withdrawn or (seen_at and current.was_revised_since(seen_at)):
                raise ChangedByWriter(current)
            overtaken = seen_at and current.decided_at and current.decided_at > seen_at
            if overtaken or current.moderation != self.moderation:
                raise AlreadyDecided(current)
            reason = reason if target == Moderation.REJECTED else ""
            if current.moderation == target and reason in ("", current.reason):
                return
            self._decide(current, target, by=by, reason=reason, note=note)

    def undo(self, *, by):
        """Take back `by`'s decision: the comment is as it was before, and the history says so.

        Raises NothingToUndo where the last decision on it is not `by`'s, or is taken back already.
        """
        require(by, states.MODERATE)
        with transaction.atomic():
            current = self._locked()
            if current.is_withdrawn:
                raise NothingToUndo(current.pk)
            last = current.events.filter(kind__in=CommentEvent.DECISIONS).last()
            if not last or last.kind != CommentEvent.Kind.DECIDED or last.by != by:
                raise NothingToUndo(current.pk)
            earlier = current.events.filter(kind=CommentEvent.Kind.DECIDED, pk__lt=last.pk)
            before = earlier.filter(target=last.origin).last() or CommentEvent()
            self._decide(
                current,
                last.origin,
                by=by,
                reason=before.reason,
                kind=CommentEvent.Kind.UNDONE,
                decided_by=before.by,
            )

    def _decide(self, current, target, *, by, reason="", note="", kind="decided", **written):
        """Write the state, its history row, the thread's count and Akismet's report.

        The only writer of `moderation`, called with the row (`current`) locked.
        """
        visible = Moderation.APPROVED
        change = (target == visible) - (current.moderation == visible)
        if change:
            Article.objects.filter(pk=self.article_id).update(
                comment_count=F("comment_count") + change
            )
        self._log(kind, by=by, origin=current.moderation, target=target, reason=reason, note=note)
        values = {"decided_by": by, **written}
        if target == Moderation.PENDING:
            values |= {"decided_at": None, "decided_by": None}
        else:
            values |= {"decided_at": timezone.now()}
        self._write(
            moderation=target, reason=reason, **values, **self._owed(current, moderation=target)
        )
        if change:
            current.moderation = target
            current.take_place()
        if change > 0:
            self.complaints.reopen()
        if change < 0:
            is_withdrawn = target == Moderation.WITHDRAWN
            self.complaints.close("withdrawn" if is_withdrawn else "upheld", by=by)

    # --- Writing ------------------------------------------------------------------------------

    def _locked(self):
        """Return the row, locked; its article's count first, which all of a thread wait for.

        Always in this order: a decision also moves the comments that were answered, whose own
        decisions must not wait for it while it waits for them.
        """
        Article.objects.select_for_update(no_key=True).only("pk").get(pk=self.article_id)
        return Comment.objects.select_for_update(of=["self"]).get(pk=self.pk)

    def _write(self, **values):
        Comment.objects.filter(pk=self.pk).update(**values)
        for name, value in values.items():
            setattr(self, name, value)
        if not settings.COMMENTS_KEEP_ADDRESS and values.get("next_attempt_at", "") is None:
            # It has left the queue: Akismet is not asked about it any more, nor told.
            Trace.objects.filter(comment=self.pk).forget()

    def _log(self, kind, **what):
        CommentEvent.objects.create(comment=self, kind=kind, **what)
