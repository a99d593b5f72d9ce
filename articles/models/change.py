"""The changes of all that readers see: each writer adds a row for its change.

The row is written in the transaction of the change itself, so a reader of these rows knows of every
change that is committed, and of no other. Editions and places on the front page also begin and end
by the clock. Nobody writes a row for that.
"""

from datetime import timedelta

from django.db import models, transaction
from django.utils import timezone

#: A page is kept for less, so an older row tells nobody anything.
KEPT_FOR = timedelta(days=8)


class ChangeQuerySet(models.QuerySet):
    def record(self, kind, *keys):
        """Say that readers now see the things of `kind` (of `Change.Kind`) with `keys` otherwise.

        Call it in the transaction that changes them.
        """
        self.bulk_create(Change(kind=kind, key=key) for key in keys)

    def outlived(self, now=None):
        return self.filter(at__lte=(now or timezone.now()) - KEPT_FOR)


class Change(models.Model):
    """Something that readers see has changed; `key` is the primary key of the row that did."""

    class Kind(models.TextChoices):
        ARTICLE = "article"
        #: The comments of an article: `key` is the article's.
        THREAD = "thread"
        SECTION = "section"
        TOPIC = "topic"
        AUTHOR = "author"
        PAGE = "page"
        FRONT = "front"
        IMAGE = "image"
        #: A setting in the database, which may be seen on any page.
        SITE = "site"

    kind = models.CharField(max_length=8, choices=Kind.choices)
    key = models.PositiveBigIntegerField()
    at = models.DateTimeField(default=timezone.now, db_index=True)

    objects = ChangeQuerySet.as_manager()

    class Meta:
        # Nobody but software reads or writes these rows.
        default_permissions = ()

    def __str__(self):
        return f"{self.kind} {self.key}"


class VisibleQuerySet(models.QuerySet):
    @transaction.atomic
    def delete(self):
        keys = list(self.values_list("pk", flat=True))
        deleted = super().delete()
        if keys:
            Change.objects.record(self.model.CHANGE, *keys)
        return deleted


class Visible(models.Model):
    """A row that readers see as it is: each save and each deletion records a change with it.

    Its model names its kind: `CHANGE`.
    """

    objects = VisibleQuerySet.as_manager()

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
