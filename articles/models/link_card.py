"""What other pages say of themselves, fetched once for link cards: a queue and a cache.

What readers see of a card is in the body of its article alone: the editor takes it over from here.
"""

from datetime import timedelta

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common.leases import is_due
from common.outbound import MOST_CHARACTERS, normal

from .. import tasks
from ..cards.page_head import MOST_DESCRIPTION, MOST_SOURCE, MOST_TITLE
from .image import Image

#: The lease of one worker on one card: longer than two answers and the decoding of a picture take.
LEASE = timedelta(minutes=2)
MOST_ATTEMPTS = 3
#: After this time, the page is asked again if somebody makes a card of it.
KEPT_FOR = timedelta(days=30)


class LinkCardQuerySet(models.QuerySet):
    def due(self):
        """Return the cards that are to be fetched, and that no worker has leased."""
        return self.filter(is_due("due_at", LEASE))

    def expired(self):
        return self.filter(asked_at__lt=timezone.now() - KEPT_FOR)

    @transaction.atomic
    def ask(self, address, *, again=False):
        """Return the card of the page at `address`, which is fetched unless it was before.

        With `again` it is fetched anew. Raises CannotFetch (of `common.outbound`) if no server of
        the web has such an address.
        """
        card, is_new = self.get_or_create(address=normal(address))
        if is_new or (again and card.state != LinkCard.State.WAITING):
            card.queue()
        return card


class LinkCard(models.Model):
    """The title, site, description and picture of one page of another site."""

    class State(models.TextChoices):
        WAITING = "waiting"
        FETCHED = "fetched"
        #: The server did not answer, or with nothing of use.
        FAILED = "failed"
        #: The guard lets nobody ask that server.
        REFUSED = "refused"

    #: In ASCII (`common.outbound.normal`).
    address = models.CharField(max_length=MOST_CHARACTERS, unique=True)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    #: The code of `CannotFetch`; "" if all went well.
    reason = models.CharField(max_length=20, blank=True)
    title = models.CharField(max_length=MOST_TITLE, blank=True)
    source = models.CharField(max_length=MOST_SOURCE, blank=True)
    description = models.CharField(max_length=MOST_DESCRIPTION, blank=True)
    image = models.ForeignKey(Image, on_delete=models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    #: The time at which the page is due to be fetched; while a worker fetches it, the end of the
    #: worker's lease. None if nothing is to be done.
    due_at = models.DateTimeField(null=True, default=timezone.now, db_index=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    objects = LinkCardQuerySet.as_manager()

    class Meta:
        # Only code reads and writes these rows, so no user needs a permission.
        default_permissions = ()

    def __str__(self):
        return self.address

    def claim(self) -> bool:
        """Lease the card, to fetch its page; return True to one caller only."""
        until = timezone.now() + LEASE
        if not (type(self).objects.due() & self._own_row()).update(due_at=until):
            return False
        self.due_at = until
        return True

    def record_fetched(self, facts, image):
        """Store the facts (of `page_head`) and the picture, unless it was leased meanwhile."""
        self._own_row().update(
            state=self.State.FETCHED,
            reason="",
            title=facts.title,
            source=facts.source,
            description=facts.description,
            image=image,
            due_at=None,
            attempts=0,
        )

    def record_failed(self, reason):
        """Store the `reason`, a code of `CannotFetch`; a server that is away is asked again."""
        attempts = self.attempts + 1
        goes_on = reason == "unreachable" and attempts < MOST_ATTEMPTS
        failed = self.State.REFUSED if reason == "refused" else self.State.FAILED
        self._own_row().update(
            state=self.State.WAITING if goes_on else failed,
            reason=reason,
            attempts=attempts,
            due_at=timezone.now() + timedelta(seconds=10 * attempts**2) if goes_on else None,
        )

    @property
    def why(self) -> str:
        """The reason in words, for the person who made the card; "" if there is none."""
        return {
            "refused": _("This address may not be asked: it is no public page of the web."),
            "unreachable": _("The site did not answer in time."),
            "status": _("The site says that there is no such page, or shows it to nobody."),
            "media_type": _("There is no page at this address, but a file of another kind."),
            "too_big": _("The answer was too large."),
            "untitled": _("The page does not say what it is called."),
        }.get(self.reason, "")

    def queue(self):
        """Make the fetch of the page due now."""
        self.state, self.reason, self.attempts = self.State.WAITING, "", 0
        self.due_at = self.asked_at = timezone.now()
        self.save(update_fields=["state", "reason", "attempts", "due_at", "asked_at"])
        tasks.fetch_link_card.enqueue(self.pk)

    def _own_row(self):
        return type(self).objects.filter(pk=self.pk, due_at=self.due_at)
