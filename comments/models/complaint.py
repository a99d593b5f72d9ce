"""A reader's report of a published comment. (`Report` and `reported` are what Akismet is told.)"""

import uuid

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from common.bounded_counts import BoundedQuerySet
from common.permissions import require

from ..moderation import states
from ..moderation.reasons import Reason
from ..moderation.states import AlreadyDecided, Moderation
from ..writing.refusal import Refused
from .comment import Comment
from .event import CommentEvent


class ComplaintQuerySet(BoundedQuerySet):
    def awaiting_decision(self):
        """Return what a moderator has still to look at, the longest waiting first."""
        return self.filter(outcome=Complaint.Outcome.OPEN).order_by("submitted_at", "pk")

    def file(self, comment, *, grounds, words, address, is_suspect=False):
        """Store a reader's complaint about a published comment; return it.

        Raises Refused(`unpublished`), or Refused(`complained`) where one from the same address is
        still open.
        """
        try:
            with transaction.atomic():
                # Locked, so that no decision that would have settled it can pass it by.
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
        """Write `outcome` on those of these that are still open."""
        # The address was only kept to tell one reader's second complaint from another's first.
        return self.filter(outcome=Complaint.Outcome.OPEN).update(
            outcome=outcome, decided_at=timezone.now(), decided_by=by, address_hash=""
        )

    def settle(self, target, *, by):
        """Close those that are open: the comment has left the site, for the state `target`."""
        is_withdrawn = target == Moderation.WITHDRAWN
        outcome = Complaint.Outcome.WITHDRAWN if is_withdrawn else Complaint.Outcome.UPHELD
        return self.close(outcome, by=by)

    def reopen(self):
        """Ask again about those of these that were upheld: the comment is published once more."""
        return self.filter(outcome=Complaint.Outcome.UPHELD).update(
            outcome=Complaint.Outcome.OPEN, decided_at=None, decided_by=None
        )


class Complaint(models.Model):
    """Why a reader thinks that a comment should not be there, and what a moderator decided."""

    class Grounds(models.TextChoices):
        ILLEGAL = "illegal", _("It is against the law")
        ABUSE = "abuse", _("It insults or threatens somebody")
        OTHER = "other", _("Something else")

    class Outcome(models.TextChoices):
        OPEN = "open", _("Open")
        DISMISSED = "dismissed", _("Dismissed")
        UPHELD = "upheld", _("Comment removed")
        WITHDRAWN = "withdrawn", _("Withdrawn by its writer")

    #: What the writer of the comment is told, where a complaint is upheld.
    REASONS = {
        Grounds.ILLEGAL: Reason.ILLEGAL,
        Grounds.ABUSE: Reason.INSULT,
        Grounds.OTHER: Reason.OTHER,
    }

    comment = models.ForeignKey(
        Comment, verbose_name=_("comment"), on_delete=models.CASCADE, related_name="complaints"
    )
    #: In the address of the page that is private to the reader who complained.
    receipt = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    grounds = models.CharField(_("grounds"), max_length=8, choices=Grounds.choices)
    words = models.TextField(_("in the reader’s words"), blank=True)
    #: A keyed hash of the address and the comment; empty once decided, or where none was known.
    address_hash = models.CharField(max_length=64, blank=True, editable=False)
    #: Filled in the field that people do not see. A browser may do so by itself, so it only tells.
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
        return f"{self.get_grounds_display()}: {self.comment}"

    def get_absolute_url(self):
        return reverse("comments:complaint", args=[self.receipt])

    @staticmethod
    def hash_of(comment, address) -> str:
        """Return the keyed hash by which one address can complain of `comment` once at a time."""
        if address is None:
            return ""
        who = f"{comment.pk}:{address}"
        return salted_hmac("comments.complaint", who, algorithm="sha256").hexdigest()

    def dismiss(self, *, by):
        """Decide that the comment stays. Raises AlreadyDecided where somebody was first."""
        require(by, states.MODERATE)
        with transaction.atomic():
            comment = self._still_open()
            CommentEvent.objects.log(
                comment, CommentEvent.Kind.DISMISSED, by=by, origin=self.grounds
            )
            Complaint.objects.filter(pk=self.pk).close(self.Outcome.DISMISSED, by=by)

    def uphold(self, target=Moderation.REJECTED, *, by):
        """Take the comment off the site by a decision as any other, which closes this as well."""
        require(by, states.MODERATE)
        with transaction.atomic():
            comment = self._still_open()
            comment.decide(target, by=by, reason=self.REASONS[self.grounds])

    def _still_open(self):
        """Return the comment, locked; raise AlreadyDecided where this is no longer open."""
        comment = self.comment.lock()
        if not Complaint.objects.awaiting_decision().filter(pk=self.pk).exists():
            raise AlreadyDecided(comment)
        return comment
