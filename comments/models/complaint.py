"""A reader's report of a published comment. (`Report` and `reported` concern Akismet instead.)"""

import uuid
from collections import Counter

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import Count, F, Min, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.bounded_counts import BoundedQuerySet
from common.keyed_hashes import keyed_hash
from common.labels import labelled
from common.permissions import require_permission

from ..moderation import states
from ..moderation.reasons import Grounds, Hold
from ..moderation.states import AlreadyDecided, Moderation
from ..writing.refusal import Refused
from .comment import Comment
from .event import CommentEvent


class ComplaintQuerySet(BoundedQuerySet):
    def awaiting_decision(self):
        """Return the complaints that a moderator still has to decide, the longest waiting first."""
        return self.filter(outcome=Complaint.Outcome.OPEN).order_by("submitted_at", "pk")

    def file(self, comment, *, grounds, words, address, is_suspect=False):
        """Store a reader's complaint about a published comment; return it.

        Raises Refused(`unpublished`) if the comment is not public, or Refused(`complained`) if a
        complaint from the same address is still open.
        """
        try:
            with transaction.atomic():
                # Locked, so that a decision at the same moment cannot miss this complaint.
                if not comment.lock().is_public:
                    raise Refused("unpublished")
                filed = self.create(
                    comment=comment,
                    grounds=grounds,
                    words=words,
                    is_suspect=is_suspect,
                    address_hash=Complaint.hash_of(comment, address),
                )
                CommentEvent.objects.log(comment, CommentEvent.Kind.COMPLAINED, target=grounds)
                self.record_on(comment)
                return filed
        except IntegrityError:
            raise Refused("complained") from None

    def dismiss(self, *, comment, by, note=""):
        """Close the open ones among these complaints about `comment`: the comment stays."""
        tally = Counter(self.awaiting_decision().values_list("grounds", flat=True))
        event = CommentEvent.objects.log(
            comment,
            CommentEvent.Kind.DISMISSED,
            by=by,
            origin=next(iter(tally)) if len(tally) == 1 else "",
            data={"grounds": tally} if tally.total() > 1 else {},
            note=note,
        )
        self.close(Complaint.Outcome.DISMISSED, comment=comment, decision=event)

    def upheld(self):
        return self.filter(outcome=Complaint.Outcome.UPHELD)

    def settle(self, *, comment, decision):
        """Close the open complaints about `comment` by a `decision` (an event) on the comment."""
        outcome = Complaint.Outcome.UPHELD
        if decision.target == Moderation.APPROVED:
            outcome = Complaint.Outcome.DISMISSED
        elif decision.target == Moderation.WITHDRAWN and decision.by is None:
            outcome = Complaint.Outcome.WITHDRAWN
        self.close(outcome, comment=comment, decision=decision)

    def close(self, outcome, *, comment, decision):
        """Set `outcome` on the complaints among these that are still open."""
        # The address was only kept to recognise a second complaint of the same reader.
        closed = self.filter(outcome=Complaint.Outcome.OPEN).update(
            outcome=outcome,
            decided_at=timezone.now(),
            decided_by=decision.by,
            decision=decision,
            address_hash="",
        )
        if closed:
            self.record_on(comment)

    def reopen(self, *, comment):
        """Open these complaints about `comment` again, except those that its writer has settled."""
        undone = self.filter(outcome__in=[Complaint.Outcome.UPHELD, Complaint.Outcome.DISMISSED])
        if undone.update(
            outcome=Complaint.Outcome.OPEN, decided_at=None, decided_by=None, decision=None
        ):
            self.record_on(comment)

    @staticmethod
    def record_on(comment):
        """Write on `comment` which complaints are open now. The caller has locked the comment."""
        is_illegal = Q(grounds=Complaint.Grounds.ILLEGAL)
        found = Complaint.objects.filter(comment=comment.pk, outcome=Complaint.Outcome.OPEN)
        found = found.aggregate(since=Min("submitted_at"), illegal=Count("pk", filter=is_illegal))
        Comment.objects.filter(pk=comment.pk).update(
            complained_at=found["since"],
            urgency=min(found["illegal"], 1),
            complaint_version=F("complaint_version") + 1,
        )
        comment.refresh_from_db(fields=["complained_at", "urgency", "complaint_version"])


class Complaint(models.Model):
    """A reader's reasons against a published comment, and the decision of a moderator."""

    Grounds = Grounds

    class Outcome(models.TextChoices):
        OPEN = "open", _("Open")
        DISMISSED = "dismissed", _("Dismissed")
        UPHELD = "upheld", _("Comment removed")
        WITHDRAWN = "withdrawn", _("Withdrawn by its writer")

    comment = models.ForeignKey(
        Comment, verbose_name=_("comment"), on_delete=models.CASCADE, related_name="complaints"
    )
    #: The secret part of the address of the private page of the reader who complained.
    receipt = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    grounds = models.CharField(_("grounds"), max_length=8, choices=Grounds.choices)
    words = models.TextField(_("in the reader’s words"), blank=True)
    #: A keyed hash of the address and the comment. It is empty if no address was known, and once
    #: the complaint is decided or its retention period is over.
    address_hash = models.CharField(max_length=64, blank=True, editable=False)
    #: Whether the field that people do not see was filled in. A browser may do that by itself, so
    #: moderators are told, and nothing else follows.
    is_suspect = models.BooleanField(default=False, editable=False)
    submitted_at = models.DateTimeField(_("submitted"), default=timezone.now, editable=False)
    outcome = models.CharField(
        _("outcome"), max_length=10, choices=Outcome.choices, default=Outcome.OPEN, editable=False
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
    #: The event of the comment's history that decided this complaint, for `undo`.
    decision = models.ForeignKey(
        CommentEvent, on_delete=models.SET_NULL, null=True, editable=False, related_name="+"
    )
    #: The moderators who were mailed at once, because it says that the comment is against the law.
    alerted = models.ManyToManyField(settings.AUTH_USER_MODEL, editable=False, related_name="+")

    objects = ComplaintQuerySet.as_manager()

    class Meta:
        verbose_name = _("reader’s report")
        verbose_name_plural = _("readers’ reports")
        constraints = [
            models.UniqueConstraint(
                fields=["comment", "address_hash"],
                condition=Q(outcome="open") & ~Q(address_hash=""),
                name="complaint_open_once",
            )
        ]
        indexes = [models.Index(fields=["outcome", "submitted_at"], name="complaint_queue")]

    def __str__(self):
        return labelled(self.get_grounds_display(), self.comment)

    def get_absolute_url(self):
        return reverse("comments:complaint", args=[self.receipt])

    @staticmethod
    def hash_of(comment, address) -> str:
        """Return the keyed hash that limits an address to one open complaint about `comment`."""
        if address is None:
            return ""
        return keyed_hash("comments.complaint", f"{comment.pk}:{address}")

    @property
    def suspicion(self) -> str:
        """Return why the report may come from a robot, in words; or an empty string."""
        return _("Suspect: %s") % Hold.HONEYPOT.label if self.is_suspect else ""

    def dismiss(self, *, by, along_with=(), seen_at=None, note=""):
        """Decide that the comment stays; leave the complaints about it that `by` did not see open.

        Those with their keys in `along_with` are dismissed by the same decision. Raises
        AlreadyDecided if somebody else has decided the complaint, or if the comment has changed
        since `seen_at`. Nothing happens if `by` has dismissed it already.
        """
        require_permission(by, states.MODERATE)
        with transaction.atomic():
            if comment := self._lock_if_open(self.Outcome.DISMISSED, by, seen_at):
                chosen = comment.complaints.filter(pk__in=[self.pk, *along_with])
                chosen.dismiss(comment=comment, by=by, note=note)

    def uphold(self, target=Moderation.REJECTED, *, by, seen_at=None, reason="", note=""):
        """Take the comment off the site by an ordinary decision, which closes its complaints.

        `reason` (of `Reason`) is the moderator's, and is told to the comment's writer and to the
        reader who complained. Raises AlreadyDecided as `dismiss` does.
        """
        require_permission(by, states.MODERATE)
        with transaction.atomic():
            if comment := self._lock_if_open(self.Outcome.UPHELD, by, seen_at):
                comment.decide(target, by=by, reason=reason, note=note)

    def _lock_if_open(self, outcome, by, seen_at):
        """Lock and return the comment; or return None if `by` has decided for `outcome` already."""
        comment = self.comment.lock()
        self.refresh_from_db(fields=["outcome", "decided_at", "decided_by"])
        if self.outcome == self.Outcome.OPEN:
            if change := seen_at and comment.last_change(since=seen_at):
                raise AlreadyDecided(comment, change)
            return comment
        if (self.outcome, self.decided_by) == (outcome, by):
            return None
        raise AlreadyDecided(comment)
