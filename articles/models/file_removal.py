"""Stored pictures that are to be deleted: a row for each, until its last file is gone."""

import logging
from datetime import timedelta

from django.db import models, transaction
from django.utils import timezone

from common.leases import is_due

from ..pictures import removal

logger = logging.getLogger(__name__)

#: The longest wait between two attempts.
LONGEST_WAIT = timedelta(hours=1)
#: The time after which files are looked for once more: a worker may have been writing renditions,
#: for as long as `image.LEASE`, while the picture was deleted.
LOOK_AGAIN = timedelta(minutes=10)
#: The most pictures whose files one sweep deletes.
BATCH = 50


class FileRemovalQuerySet(models.QuerySet):
    def schedule(self, name, *, takedown=None):
        """Delete the stored file `name` and its renditions once this transaction is committed.

        Call it in the transaction that deletes the row of the picture, or gives it another file.
        """
        row = self.create(name=name, takedown=takedown)
        # The row stays due if the attempt raises an error, so the request need not fail.
        transaction.on_commit(row.attempt, robust=True)

    def attempt_due(self, *, should_continue=lambda: True):
        for row in self.filter(is_due("due_at", LONGEST_WAIT)).order_by("due_at", "pk")[:BATCH]:
            if not should_continue():
                break
            row.attempt()


class FileRemoval(models.Model):
    """A stored picture, whose file and renditions are to be deleted.

    The storage may fail: a folder may be read-only, or a service away. Then the row stays, and a
    worker tries again, for as long as it takes.
    """

    name = models.CharField(max_length=200)
    due_at = models.DateTimeField(default=timezone.now)
    #: The time at which all files were first deleted; None while some are left.
    done_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    #: The takedown that suppressed the picture, if one did.
    takedown = models.ForeignKey(
        "articles.Takedown", on_delete=models.CASCADE, null=True, related_name="removals"
    )

    objects = FileRemovalQuerySet.as_manager()

    class Meta:
        # Only code reads and writes these rows, so no user needs a permission.
        default_permissions = ()

    def __str__(self):
        return f"{self._meta.model_name} {self.pk}"

    def attempt(self):
        """Delete the files. The row stays for LOOK_AGAIN, or for as long as that fails."""
        own, now = type(self).objects.filter(pk=self.pk), timezone.now()
        try:
            removal.delete_files(self.name)
        except Exception as error:
            # Each kind of storage has its own errors. They may hold the name of the file, which
            # is not logged: the log would outlive a picture that was suppressed.
            logger.warning("A picture’s files are still to be deleted: %s", type(error).__name__)
            wait = min(timedelta(minutes=(self.attempts + 1) ** 2), LONGEST_WAIT)
            own.update(attempts=self.attempts + 1, due_at=now + wait)
        else:
            if self.done_at is None:
                own.update(attempts=0, done_at=now, due_at=now + LOOK_AGAIN)
            else:
                own.delete()
