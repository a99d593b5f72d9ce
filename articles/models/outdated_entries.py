"""Entries of the readers' search that are no longer true, until the worker writes them anew."""

from django.db import models

from ..search.index import index_editions
from ..tasks import index_outdated
from .edition import Edition

#: The editions that are kept together, and how many such batches are written at once, some seconds
#: of work: other work waits.
BATCH, BATCHES = 100, 10


class OutdatedQuerySet(models.QuerySet):
    """The rows of a model that keeps the keys of editions with such entries in `outdated`."""

    def index_outdated(self, *, should_continue=lambda: True):
        """Write the words of some outdated editions into the readers' search.

        Two workers may do so at once: the words are written twice, and those of the names that
        were committed last stay.
        """
        for _turn in range(BATCHES):
            row = self.exclude(outdated=[]).order_by("pk").first()
            if row is None or not should_continue():
                break
            index_editions(Edition.objects.filter(pk__in=row.outdated[:BATCH]))
            row.outdated = row.outdated[BATCH:]
            row.settle()


class OutdatedEntriesQuerySet(OutdatedQuerySet):
    def add(self, editions):
        """Note that the entries of `editions`, a list of keys, have a name that is no more."""
        starts = range(0, len(editions), BATCH)
        self.bulk_create(self.model(outdated=editions[start : start + BATCH]) for start in starts)
        if editions:
            index_outdated.enqueue()


class OutdatedEntries(models.Model):
    """A batch of editions that are found by a name that is no more: changed, or of a deleted topic.

    The row is deleted once their words are written anew.
    """

    outdated = models.JSONField()

    objects = OutdatedEntriesQuerySet.as_manager()

    class Meta:
        # Only code reads and writes these rows, so no user needs a permission.
        default_permissions = ()

    def __str__(self):
        return f"editions {self.outdated}"

    def settle(self):
        """Store which editions are left, if any."""
        if self.outdated:
            self.save(update_fields=["outdated"])
        else:
            self.delete()
