"""A comment: what was said, what Akismet says of it, what a person decided, what is still to do."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from articles.models import Article

from ..moderation import decisions, staff_actions
from ..moderation.reasons import Hold, Reason
from ..moderation.states import Moderation, Report, Screening
from ..privacy import erasure
from ..screening import work_queue
from ..threads.ordering import THREAD
from ..writing.text import to_html
from .event import CommentEvent
from .queries import CommentQuerySet
from .trace import Trace


class Comment(models.Model):
    """Stored first, then screened, then decided. The row is its own place in the queue.

    It tells its own state. What is done with it is written by subject in the rooms of this app, as
    functions that take a comment; those that are called from many places are its methods.
    """

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

    # --- Its state ------------------------------------------------------------------------------

    @property
    def is_public(self) -> bool:
        return self.moderation == Moderation.APPROVED

    @property
    def is_withdrawn(self) -> bool:
        """Say whether nothing can be decided any more: it was taken back, or erased."""
        return self.moderation == Moderation.WITHDRAWN or self.erased_at is not None

    @property
    def can_be_withdrawn(self) -> bool:
        return self.moderation in (Moderation.PENDING, Moderation.APPROVED)

    @property
    def revisable_until(self):
        """Until when its writer may change it, or None: it is fresh, and nobody has touched it."""
        end = self.submitted_at + timedelta(minutes=settings.COMMENTS_EDIT_MINUTES)
        is_touched = self.moderation != Moderation.PENDING or self.edited_at or self.is_newsroom
        return end if timezone.now() < end and not is_touched else None

    def was_revised_since(self, moment) -> bool:
        revised = self.events.filter(kind=CommentEvent.Kind.REVISED, at__gt=moment)
        return revised.exists()

    @cached_property
    def was_screened_before(self) -> bool:
        return self.events.filter(kind=CommentEvent.Kind.SCREENED).exists()

    @property
    def awaits_check(self) -> bool:
        """Only what is undecided is worth a check: a key that comes later asks for no others."""
        return self.screening == Screening.WAITING and self._may_be_checked

    @property
    def owes_check(self) -> bool:
        """Say whether Akismet is to be asked: for the first time, or again, as it wished."""
        return self.awaits_check or (self.recheck_at is not None and self._may_be_checked)

    @property
    def _may_be_checked(self):
        return self.moderation == Moderation.PENDING and not self.is_newsroom

    @property
    def place(self) -> tuple[int, int]:
        """Return where it stands in the list of threads: the thread's key, and its own."""
        return (self.root_id or self.pk, self.pk)

    @property
    def why_held(self) -> str:
        """Return the rule that holds the comment, with what it matched, or an empty string."""
        if self.hold == Hold.NAME:
            return _("uses the name of %s") % self.hold_detail
        if self.hold_rule:
            return _("matches the rule “%s”") % self.hold_rule
        return self.get_hold_display()

    @property
    def hold_words(self) -> list[str]:
        """Return what the rule that holds the comment has found in it."""
        return [word for word in self.hold_detail.splitlines() if word.strip()]

    @property
    def address(self) -> str | None:
        """Return the address that it came from, while its trace is kept."""
        trace = getattr(self, "trace", None)
        return trace and trace.ip_address

    @property
    def as_submitted(self) -> str:
        """Return the text as its writer sent it, if that is still kept and is another one."""
        trace = getattr(self, "trace", None)
        return trace.text if trace and trace.text != self.text else ""

    def history(self):
        """Return the rows of its history, the oldest first."""
        return self.events.select_related("by")

    # --- What is done with it -------------------------------------------------------------------

    claim = work_queue.claim
    release = work_queue.release
    record_verdict = work_queue.record_verdict
    record_report = work_queue.record_report
    record_failure = work_queue.record_failure
    record_no_trace = work_queue.record_no_trace
    screen_again = work_queue.screen_again

    decide = decisions.decide
    approve = decisions.approve
    reject = decisions.reject
    mark_as_spam = decisions.mark_as_spam
    undo = decisions.undo
    withdraw = decisions.withdraw

    edit = staff_actions.edit
    answer = staff_actions.answer
    feature = staff_actions.feature
    unfeature = staff_actions.unfeature

    erase = erasure.erase

    # --- How all of that reaches the row --------------------------------------------------------

    def lock(self):
        """Return the row as it now is, locked; its article's first, which all of a thread wait for.

        Always in this order: a decision also moves the comments that were answered, whose own
        decisions must not wait for it while it waits for them.
        """
        Article.objects.select_for_update(no_key=True).only("pk").get(pk=self.article_id)
        return Comment.objects.select_for_update(of=["self"]).get(pk=self.pk)

    def write(self, **columns):
        """Write these columns and no others, in the transaction that has locked the row.

        A comment that so leaves the queue loses its trace where no address is kept: Akismet is not
        asked about it any more, nor told.
        """
        Comment.objects.filter(pk=self.pk).update(**columns)
        for name, value in columns.items():
            setattr(self, name, value)
        if not settings.COMMENTS_KEEP_ADDRESS and columns.get("next_attempt_at", "") is None:
            Trace.objects.filter(comment=self.pk).forget()
