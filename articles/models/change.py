"""A log of the changes that readers can see: code that makes such a change adds a row here.

The row is written in the transaction of the change itself, so code that reads these rows finds
every committed change, and no other. Editions and places on the front page also begin and end by
the clock. No code writes a row for that.
"""

from datetime import timedelta

from django.db import models, transaction
from django.utils import timezone

from common.search.updates import IndexedQuerySet

#: How long a row is kept. A page is to be cached for less time, so no older row is needed.
KEPT_FOR = timedelta(days=8)


class ChangeQuerySet(models.QuerySet):
    def record(self, kind, *keys):
        """Add a row for each changed object: its `kind` (of `Change.Kind`) and its primary key.

        Call it in the transaction that changes the objects.
        """
        self.bulk_create(Change(kind=kind, key=key) for key in keys)

    def expired(self, now=None):
        return self.filter(at__lte=(now or timezone.now()) - KEPT_FOR)


class Change(models.Model):
    """A change that readers can see; `key` is the primary key of the changed object."""

    class Kind(models.TextChoices):
        ARTICLE = "article"
        #: The comments of an article; `key` is the primary key of the article.
        THREAD = "thread"
        SECTION = "section"
        TOPIC = "topic"
        SERIES = "series"
        AUTHOR = "author"
        PAGE = "page"
        FRONT = "front"
        IMAGE = "image"
        #: An attachment.
        FILE = "file"
        #: A setting in the database, which may be seen on any page.
        SITE = "site"

    kind = models.CharField(max_length=8, choices=Kind.choices)
    key = models.PositiveBigIntegerField()
    at = models.DateTimeField(default=timezone.now, db_index=True)

    objects = ChangeQuerySet.as_manager()

    class Meta:
        # Only code reads and writes these rows, so no user needs a permission.
        default_permissions = ()

    def __str__(self):
        return f"{self.kind} {self.key}"


class RecordsChangesQuerySet(IndexedQuerySet):
    @transaction.atomic
    def delete(self):
        keys = list(self.values_list("pk", flat=True))
        deleted = super().delete()
        if keys:
            Change.objects.record(self.model.CHANGE, *keys)
        return deleted


class RecordsChanges(models.Model):
    """A model whose objects readers see directly: each save and deletion also records a `Change`.

    The subclass names the kind of change in `CHANGE`.
    """

    objects = RecordsChangesQuerySet.as_manager()

    class Meta:
        abstract = True

    @transaction.atomic
    def save(self, **kwargs):
        super().save(**kwargs)
        Change.objects.record(self.CHANGE, self.pk)

    @transaction.atomic
    def delete(self, **kwargs):
        key = self.pk
        deleted = super().delete(**kwargs)
        Change.objects.record(self.CHANGE, key)
        return deleted
