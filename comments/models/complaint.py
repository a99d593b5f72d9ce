"""A reader's report of a published comment. (`Report` and `reported` concern Akismet instead.)"""

import uuid

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.bounded_counts import BoundedQuerySet
from common.keyed_hashes import keyed_hash
from common.labels import labelled
from common.permissions import require_permission

from ..moderation import states
from ..moderation.reasons import Reason
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
                return filed
        except IntegrityError:
            raise Refused("complained") from None

    def close(self, outcome, *, by):
        """Set `outcome` on the complaints among these that are still open."""
        # The address was only kept to recognise a second complaint of the same reader.
        return self.filter(outcome=Complaint.Outcome.OPEN).update(
            outcome=outcome, decided_at=timezone.now(), decided_by=by, address_hash=""
        )

    def settle(self, target, *, by):
        """Close the open complaints, because the comment left the site for the state `target`."""
        is_withdrawn = target == Moderation.WITHDRAWN
        outcome = Complaint.Outcome.WITHDRAWN if is_withdrawn else Complaint.Outcome.UPHELD
        return self.close(outcome, by=by)

    def reopen(self):
        """Open the upheld complaints again, because the comment is published once more."""
        return self.filter(outcome=Complaint.Outcome.UPHELD).update(
            outcome=Complaint.Outcome.OPEN, decided_at=None, decided_by=None
        )


class Complaint(models.Model):
    """A reader's reasons against a published comment, and the decision of a moderator."""

    class Grounds(models.TextChoices):
        ILLEGAL = "illegal", _("It is against the law")
        ABUSE = "abuse", _("It insults or threatens somebody")
        OTHER = "other", _("Something else")

    class Outcome(models.TextChoices):
        OPEN = "open", _("Open")
        DISMISSED = "dismissed", _("Dismissed")
        UPHELD = "upheld", _("Comment removed")
        WITHDRAWN = "withdrawn", _("Withdrawn by its writer")

    #: The reason shown to the writer of the comment when a complaint is upheld.
    REASONS = {
        Grounds.ILLEGAL: Reason.ILLEGAL,
        Grounds.ABUSE: Reason.INSULT,
        Grounds.OTHER: Reason.OTHER,
    }

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

    def dismiss(self, *, by):
        """Decide that the comment stays. Raises AlreadyDecided if the complaint is not open."""
        require_permission(by, states.MODERATE)
        with transaction.atomic():
            comment = self._still_open()
            CommentEvent.objects.log(
                comment, CommentEvent.Kind.DISMISSED, by=by, origin=self.grounds
            )
            Complaint.objects.filter(pk=self.pk).close(self.Outcome.DISMISSED, by=by)

    def uphold(self, target=Moderation.REJECTED, *, by):
        """Take the comment off the site by an ordinary decision, which closes the complaint too.

        Raises AlreadyDecided if the complaint is not open.
        """
        require_permission(by, states.MODERATE)
        with transaction.atomic():
            comment = self._still_open()
            comment.decide(target, by=by, reason=self.REASONS[self.grounds])

    def _still_open(self):
        """Lock and return the comment; raise AlreadyDecided if the complaint is not open."""
        comment = self.comment.lock()
        if not Complaint.objects.awaiting_decision().filter(pk=self.pk).exists():
            raise AlreadyDecided(comment)
        return comment
