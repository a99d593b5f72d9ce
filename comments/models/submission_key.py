"""Keys of the last minutes' comments, by which a comment that is sent twice is recognised."""

from datetime import timedelta

from django.db import models
from django.utils import timezone

from common.compiled_queries import compiled

#: The time for which a key is kept, and a comment that is sent again leads to its receipt.
LIFETIME = timedelta(minutes=5)


class SubmissionKeyQuerySet(models.QuerySet):
    def live_with(self, key):
        """Return the one that is `key`, with its comment, or None; delete it if it has expired."""
        found = next(iter(_with_key(key)), None)
        if found and found.made_at <= timezone.now() - LIFETIME:
            # Unless its writer has changed the comment meanwhile, so that the row has a new key.
            self.expired().filter(pk=found.pk).delete()
            return None
        return found

    def put(self, key, comment):
        """Store `key` for `comment`, in place of another; raise IntegrityError if it is there."""
        row = SubmissionKey(key=key, comment=comment, made_at=timezone.now())
        columns = {"unique_fields": ["comment"], "update_fields": ["key", "made_at"]}
        self.bulk_create([row], update_conflicts=True, **columns)

    def expired(self):
        return self.filter(made_at__lte=timezone.now() - LIFETIME)


class SubmissionKey(models.Model):
    """The key of a double click: a keyed hash of the comment and of its sender's IP address.

    It is unique, so that of several equal requests at the same time only one is stored. It is the
    only hash of a comment that contains the address, so it lives for LIFETIME. Then the worker's
    sweep deletes the row, and nobody can search for the address by trying all of them.
    """

    key = models.CharField(max_length=64, unique=True)
    comment = models.OneToOneField(
        "comments.Comment", on_delete=models.CASCADE, related_name="submission_key"
    )
    made_at = models.DateTimeField(default=timezone.now)

    objects = SubmissionKeyQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["made_at"], name="submission_key_by_age")]

    def __str__(self):
        return f"#{self.comment_id}"


@compiled
def _with_key(key):
    return SubmissionKey.objects.filter(key=key).select_related("comment")
