"""A log of the changes that readers can see: code that makes such a change adds a row here.

The row is written in the transaction of the change itself, so code that reads these rows finds
every committed change, and no other. Editions and places on the front page also begin and end by
the clock. No code writes a row for that.

After the commit the code that made the change moves `mark`: so each process of this machine asks
for new rows before its next answer. A process that is killed in between does not move it; the
others ask by themselves after a moment, as they do because of other machines.
"""

from datetime import timedelta

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from common import page_notes
from common.search.updates import IndexedQuerySet
from common.shared_mark import SharedMark

#: How long a row is kept. A page is cached for less time, so no older row is needed.
KEPT_FOR = timedelta(days=8)

mark = SharedMark(lambda: settings.VAR_DIR / "changes.mark")


class CurrentTransaction(models.Func):
    """The number of the transaction on PostgreSQL, which never comes again; 0 on SQLite."""

    output_field = models.BigIntegerField()
    template = "0"

    def as_postgresql(self, compiler, connection, **context):
        return self.as_sql(
            compiler, connection, template="(pg_current_xact_id()::text::bigint)", **context
        )


class ChangeQuerySet(models.QuerySet):
    def record(self, kind, *keys):
        """Add a row for each changed object: its `kind` (of `Change.Kind`) and its primary key.

        Call it in the transaction that changes the objects.
        """
        if self.bulk_create(Change(kind=kind, key=key) for key in keys):
            # Robust: the change is made, whatever becomes of the mark.
            transaction.on_commit(mark.move, robust=True)

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
    #: PostgreSQL's keys become visible out of order; by this number nobody misses a row.
    transaction = models.BigIntegerField(
        db_default=CurrentTransaction(), editable=False, db_index=True
    )

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

    The subclass names the kind of change in `CHANGE`. Each object that is read for a page is noted
    as a part of that page. `save` raises `NotUpdated` if the row was deleted since it was read.
    """

    objects = RecordsChangesQuerySet.as_manager()

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, *args, **kwargs):
        read = super().from_db(*args, **kwargs)
        page_notes.made_of(cls.CHANGE, read.pk)
        return read

    @transaction.atomic
    def save(self, **kwargs):
        # What was deleted, merged or taken down meanwhile must not come back.
        kwargs.setdefault("force_update", not (self._state.adding or kwargs.get("force_insert")))
        super().save(**kwargs)
        Change.objects.record(self.CHANGE, self.pk)

    @transaction.atomic
    def delete(self, **kwargs):
        key = self.pk
        deleted = super().delete(**kwargs)
        Change.objects.record(self.CHANGE, key)
        return deleted
