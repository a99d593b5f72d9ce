"""Updates past `save`, of which Django's signals tell nothing: they write the indexes too."""

from django.db import models, transaction

from .index import registered


def _reading(model, columns):
    """Return the indexes with words of these `columns` of `model`.

    The three lists are: its own indexes, those that read it as a parent, and those that read it as
    a child, which read all columns.
    """
    columns = {column.removesuffix("_id") for column in columns}
    own = [i for i in registered if issubclass(model, i.model) and i.columns & columns]
    others = [i for i in registered if i.reads(model, columns)]
    return own, others, [i for i in registered if model in dict(i.children)]


def index_updated(model, keys, columns, *, using="default"):
    """Write the words of the rows of `model` with these `keys`, of which `columns` were updated."""
    own, others, of_children = _reading(model, columns)
    for index in own:
        index.write_keys(keys, using=using)
    for index in others:
        index.follow(model, keys, columns, using)
    for index in of_children:
        rows = model._base_manager.using(using).filter(pk__in=keys)
        index.write_keys(
            list(rows.values_list(dict(index.children)[model], flat=True)), using=using
        )


class IndexedQuerySet(models.QuerySet):
    """A QuerySet of a model that a `WordIndex` has words of."""

    def update(self, **values):
        if not any(_reading(self.model, values)):
            return super().update(**values)
        with transaction.atomic(using=self.db):
            # Once they are updated, the rows may no longer match.
            keys = list(self.values_list("pk", flat=True))
            updated = super().update(**values)
            index_updated(self.model, keys, values, using=self.db)
        return updated

    def bulk_create(self, objs, *args, **kwargs):
        with transaction.atomic(using=self.db):
            made = super().bulk_create(objs, *args, **kwargs)
            columns = {field.name for field in self.model._meta.concrete_fields}
            keys = [row.pk for row in made if row.pk]
            index_updated(self.model, keys, columns, using=self.db)
        return made
