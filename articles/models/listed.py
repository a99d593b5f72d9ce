"""Credits and topics of editions, each with a copy of the edition's public dates.

One index then serves each page of the list of an author or a topic, at any depth, and the date of
its last change: without the copies a database sorts all editions of the list for each page.
"""

from django.db import models
from django.db.models import Index, Q

#: The dates, as the columns of both models are called.
DATES = ("first_published_at", "updated_at")


def indexes_of(column, name) -> list[Index]:
    """Return the indexes of the lists that `column` names: newest first, and by the last change."""
    return [
        Index(fields=[column, "-first_published_at"], name=f"{name}_newest_first"),
        Index(
            fields=[column, "-updated_at"],
            condition=Q(updated_at__isnull=False),
            name=f"{name}_updated",
        ),
    ]


class ListedQuerySet(models.QuerySet):
    def bulk_create(self, objs, **kwargs):
        objs = list(objs)
        editions = self.model.edition.field.related_model.objects.using(self.db)
        rows = editions.filter(pk__in={row.edition_id for row in objs}).values_list("pk", *DATES)
        dates = {pk: values for pk, *values in rows}
        for row in objs:
            row.first_published_at, row.updated_at = dates[row.edition_id]
        return super().bulk_create(objs, **kwargs)


class Listed(models.Model):
    """A row that puts its `edition` on a list of readers.

    `publishing/dates.py` writes these dates whenever it moves those of the edition, and only then.
    """

    first_published_at = models.DateTimeField(null=True, editable=False)
    updated_at = models.DateTimeField(null=True, editable=False)

    objects = ListedQuerySet.as_manager()

    class Meta:
        abstract = True
