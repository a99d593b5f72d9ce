"""The rows and the columns that hold words of an article, found in the models."""

from django.db import models

from common.search.updates import index_updated

from ...models import Article, Edition


def word_fields(row, model=None) -> list[models.Field]:
    """Return the fields of `row` (or only those of `model`) that hold words of its author."""
    return [
        field
        for field in (model or row)._meta.concrete_fields
        if isinstance(field, (models.CharField, models.TextField, models.JSONField))
        and not isinstance(field, models.SlugField)
        and not field.choices
        and field.name != "path"
    ]


def nothing(field):
    return field.get_default() if isinstance(field, models.JSONField) else ""


def rows_of(owner, seen=None):
    """Yield `owner`, and each row of this app that belongs to it, such as editions and bylines."""
    seen = set() if seen is None else seen
    if owner in seen:
        return
    seen.add(owner)
    yield owner
    for relation in relations(type(owner)):
        model = relation.related_model
        # An article that refers to this one does not belong to it.
        if model._meta.app_label == Article._meta.app_label and model is not Article:
            for row in model._base_manager.filter(**{relation.field.name: owner}):
                yield from rows_of(row, seen)


def relations(model):
    """Return the foreign keys that lead to `model`, also those without a name on its side."""
    return [
        relation
        for relation in model._meta.get_fields(include_hidden=True)
        if (relation.one_to_many or relation.one_to_one) and relation.auto_created
        if not relation.related_model._meta.auto_created
    ]


def write(row, values):
    """Write columns of a row that `save` may refuse to change."""
    if isinstance(row, Edition) and values:
        Edition.objects.filter(pk=row.pk).take_down(**values)
    elif values:
        type(row)._base_manager.filter(pk=row.pk).update(**values)
        index_updated(type(row), [row.pk], values)
