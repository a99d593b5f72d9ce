"""A comment: its text, Akismet's verdict, the decision of a person, and the work still to do."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from articles.models import Article
from common.direction import isolated
from common.labels import labelled
from common.shortening import shorten

from ..moderation import decisions, staff_actions
from ..moderation.reasons import Hold, Reason
from ..moderation.states import Moderation, Report, Screening
from ..privacy import erasure
from ..screening import work_queue
from ..threads.ordering import THREAD_KEY
from ..writing.text import to_html
from .comment_queryset import TO_DECIDE, WAITS_SINCE, CommentQuerySet
from .event import CommentEvent
from .trace import Trace


class Comment(models.Model):
    """A comment is stored first, then screened, then decided. Its row is its place in the queue.

    The class itself describes the state of a comment. The actions on a comment are functions in
    the packages of this app, by subject; those that are called from many places are its methods.
    """

    article = models.ForeignKey(
        Article, verbose_name=_("article"), on_delete=models.PROTECT, related_name="comments"
    )
    #: The secret part of the address of the writer's private page.
    receipt = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=80)
    text = models.TextField(_("comment"))
    html = models.TextField(editable=False)
    submitted_at = models.DateTimeField(_("submitted"), default=timezone.now, editable=False)
    #: A keyed hash of the words, the same for all comments with these words; None for an imported
    #: comment. It is deleted when the retention of traces ends; a site that keeps no addresses
    #: keeps it for the same time.
    fingerprint = models.CharField(  # noqa: DJ001 (no two comments without one are alike)
        max_length=64, null=True, editable=False
    )
    hold = models.CharField(_("held"), max_length=12, choices=Hold.choices, blank=True)
    #: The words that the rule matched, as typed in the comment, one on each line; or, for
    #: `Hold.NAME`, the name of the newsroom that the writer's name is or looks like.
    hold_detail = models.CharField(max_length=500, blank=True)
    #: The name of the newsroom's rule at the time when the rule held the comment.
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
    #: For a reply, the comment that began the thread; `save` sets it.
    root = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    #: The time of the oldest open report of a reader; None without one. `Complaint` alone writes
    #: this column and the next two.
    complained_at = models.DateTimeField(null=True, editable=False)
    #: 1 while an open report says that the comment is against the law, otherwise 0. The moderators'
    #: queue begins with the urgent comments.
    urgency = models.PositiveSmallIntegerField(default=0, editable=False)
    #: Raised with each change of the open reports, so that a moderator dismisses none unseen.
    complaint_version = models.PositiveIntegerField(default=0, editable=False)
    #: Whether the comment has a place in its thread: it is published, or a reply to it has one.
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
    #: The report that is still to be sent to Akismet, and the last report that was sent.
    report_wanted = models.CharField(max_length=4, choices=Report.choices, blank=True)
    reported = models.CharField(max_length=4, choices=Report.choices, blank=True)

    #: The time at which Akismet, whose verdict is provisional, wants to be asked again
    #: (X-akismet-recheck-after).
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
            models.Index("article", "is_shown", THREAD_KEY, "id", name="comment_place"),
            models.Index(
                "article", "is_shown", THREAD_KEY.desc(), "id", name="comment_place_newest"
            ),
            models.Index(
                fields=["article", "-featured_at"],
                condition=Q(featured_at__isnull=False),
                name="comment_featured",
            ),
            models.Index(fields=["moderation", "submitted_at"], name="comment_queue"),
            # Pending comments are new. Without an index of their own, PostgreSQL reads the comments
            # of all earlier years in `comment_by_age` to find them.
            models.Index(
                fields=["submitted_at", "id"],
                condition=Q(moderation=Moderation.PENDING),
                name="comment_pending",
            ),
            # The moderators' queue in its order, by verdict and by age, and the reported comments.
            models.Index(
                F("urgency").desc(),
                WAITS_SINCE,
                "id",
                condition=TO_DECIDE,
                name="comment_to_decide",
            ),
            models.Index(
                *("screening", F("urgency").desc(), WAITS_SINCE, "id"),
                condition=TO_DECIDE,
                name="comment_to_decide_verdict",
            ),
            models.Index(
                fields=["submitted_at", "id"], condition=TO_DECIDE, name="comment_to_decide_by_age"
            ),
            models.Index(
                fields=["complained_at"],
                condition=Q(complained_at__isnull=False),
                name="comment_complained",
            ),
            models.Index(fields=["submitted_at"], name="comment_by_age"),
            # Comments of one article, those held, and those with another verdict than most, by age:
            # all may be new, and then a database reads nearly all of `comment_by_age` before them.
            models.Index(fields=["article", "submitted_at", "id"], name="comment_of_article"),
            models.Index(
                fields=["hold", "submitted_at", "id"], condition=~Q(hold=""), name="comment_held"
            ),
            models.Index(
                fields=["screening", "submitted_at", "id"],
                condition=~Q(screening=Screening.HAM),
                name="comment_not_ham",
            ),
            models.Index(
                fields=["fingerprint", "submitted_at"],
                condition=Q(fingerprint__isnull=False),
                name="comment_same_words",
            ),
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(next_attempt_at__isnull=False),
                name="comment_due",
            ),
        ]

    def __str__(self):
        return labelled(isolated(self.name), isolated(shorten(self.text, 60)))

    def save(self, **kwargs):
        self.html = to_html(self.text)
        if self._state.adding and self.parent:
            self.root_id = self.parent.root_id or self.parent_id
        super().save(**kwargs)

    def get_absolute_url(self):
        return reverse("comments:comment", args=[self.pk])

    def get_receipt_url(self):
        return reverse("comments:receipt", args=[self.receipt])

    # --- The state of the comment ---------------------------------------------------------------

    @property
    def is_public(self) -> bool:
        return self.moderation == Moderation.APPROVED

    @property
    def is_withdrawn(self) -> bool:
        """Say whether the comment was withdrawn or erased, so that nobody can decide it now."""
        return self.moderation == Moderation.WITHDRAWN or self.erased_at is not None

    @property
    def can_be_withdrawn(self) -> bool:
        return self.moderation in (Moderation.PENDING, Moderation.APPROVED)

    @property
    def revisable_until(self):
        """Return the time until which the writer may change the comment, or None.

        The writer may change a recent comment that nobody has decided or edited.
        """
        end = self.submitted_at + timedelta(minutes=settings.COMMENTS_EDIT_MINUTES)
        is_touched = self.moderation != Moderation.PENDING or self.edited_at or self.is_newsroom
        return end if timezone.now() < end and not is_touched else None

    def last_change(self, *, since=None, kinds=CommentEvent.CHANGES):
        """Return the last event of these `kinds`, after the moment `since` if given; or None."""
        events = self.history().filter(kind__in=kinds)
        return (events.filter(at__gt=since) if since else events).last()

    @cached_property
    def was_screened_before(self) -> bool:
        return self.events.filter(kind=CommentEvent.Kind.SCREENED).exists()

    @property
    def awaits_check(self) -> bool:
        """Say whether the comment waits for a verdict of Akismet.

        Only an undecided comment does, so a key that is set later checks no decided ones.
        """
        return self.screening == Screening.WAITING and self._may_be_checked

    @property
    def needs_check(self) -> bool:
        """Say whether Akismet is still to be asked: for a verdict, or again because it wants so."""
        return self.awaits_check or (self.recheck_at is not None and self._may_be_checked)

    @property
    def _may_be_checked(self):
        return self.moderation == Moderation.PENDING and not self.is_newsroom

    @property
    def place(self) -> tuple[int, int]:
        """Return the comment's place in the list of threads: the key of its thread, and its own."""
        return (self.root_id or self.pk, self.pk)

    @property
    def place_in_queue(self) -> tuple:
        """Return the comment's urgency, the time since which it waits for a moderator, its key."""
        return (self.urgency, self.complained_at or self.submitted_at, self.pk)

    @property
    def why_held(self) -> str:
        """Return the reason for which the comment is held, in words; or an empty string."""
        if self.hold == Hold.NAME:
            return _("uses the name of %s") % self.hold_detail
        if self.hold_rule:
            return _("matches the rule “%s”") % self.hold_rule
        return self.get_hold_display()

    @property
    def hold_words(self) -> list[str]:
        """Return the words in the comment for which it is held, to be highlighted."""
        return [word for word in self.hold_detail.splitlines() if word.strip()]

    @property
    def ip_address(self) -> str | None:
        """Return the IP address of the comment's writer; None if it is unknown or deleted."""
        trace = getattr(self, "trace", None)
        return trace and trace.ip_address

    @property
    def as_submitted(self) -> str:
        """Return the text as its writer sent it; empty if it is the same or is deleted."""
        trace = getattr(self, "trace", None)
        return trace.text if trace and trace.text != self.text else ""

    def history(self):
        """Return the events of the comment's history, the oldest first."""
        return self.events.select_related("by")

    # --- Actions on the comment -----------------------------------------------------------------

    claim = work_queue.claim
    release = work_queue.release
    record_verdict = work_queue.record_verdict
    record_report = work_queue.record_report
    record_failure = work_queue.record_failure
    give_up_without_trace = work_queue.give_up_without_trace
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

    # --- Locking and writing the row ------------------------------------------------------------

    def lock(self):
        """Lock the article's row, then the comment's, and return the comment as it now is.

        The order prevents deadlocks: a decision also writes `is_shown` of the comments above it in
        the thread. All decisions in one thread therefore wait for the article's row first.
        """
        Article.objects.select_for_update(no_key=True).only("pk").get(pk=self.article_id)
        return Comment.objects.select_for_update(of=["self"]).get(pk=self.pk)

    def write(self, **columns):
        """Write these columns and no others. Call it in the transaction that has locked the row.

        On a site that keeps no addresses, a comment that leaves the queue (`next_attempt_at` is
        None) loses its trace, since nothing more is sent to Akismet about it.
        """
        Comment.objects.filter(pk=self.pk).update(**columns)
        for name, value in columns.items():
            setattr(self, name, value)
        if not settings.COMMENTS_KEEP_ADDRESS and columns.get("next_attempt_at", "") is None:
            Trace.objects.filter(comment=self.pk).delete_and_log()
