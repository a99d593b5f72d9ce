"""The history of the front page: what each publication of an arrangement changed."""

from contextlib import contextmanager

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from common.history import HistoryRow

from ..publishing.arrangement import Arrangement, differences
from .front import FrontSlot


class FrontPublicationQuerySet(models.QuerySet):
    @contextmanager
    def one_at_a_time(self, by):
        """Keep others from writing the places until the end of this transaction; tell what changed.

        The next number can be taken once: a second writer waits for the first, then takes the one
        after it, and reads what the first has written. No row is left where nothing changed.
        """
        with transaction.atomic():
            row = self._take_number(by)
            before = FrontSlot.objects.arrangement()
            yield before
            after = FrontSlot.objects.arrangement()
            if before == after:
                row.delete()
            else:
                row.before, row.after = before.to_json(), after.to_json()
                row.save(update_fields=["before", "after"])

    def _take_number(self, by):
        is_taken = False
        while not is_taken:
            last = self.aggregate(last=models.Max("number"))["last"] or 0
            row, is_taken = self.get_or_create(number=last + 1, defaults={"by": by})
        return row


class FrontPublication(HistoryRow):
    """A change of the places that readers see: by an arrangement, or on the list of places."""

    number = models.PositiveIntegerField(unique=True)
    #: Arrangements, as `Arrangement.to_json` writes them: keys of articles, and no text.
    before = models.JSONField(default=list)
    after = models.JSONField(default=list)

    objects = FrontPublicationQuerySet.as_manager()

    class Meta(HistoryRow.Meta):
        verbose_name = _("publication of the front page")
        verbose_name_plural = _("publications of the front page")
        ordering = ["-number"]
        # Whoever arranges the front page sees it.
        default_permissions = ()

    def __str__(self):
        return str(self.number)

    @property
    def earlier(self) -> Arrangement:
        """What was placed before."""
        return Arrangement.from_json(self.before)

    @property
    def differences(self) -> list:
        return differences(self.earlier, Arrangement.from_json(self.after))
