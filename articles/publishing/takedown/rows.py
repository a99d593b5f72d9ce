"""The rows and the columns that hold words of an article, found in the models."""

from collections import defaultdict
from contextlib import suppress
from itertools import batched

from django.db import models, transaction

from common.search.updates import index_updated

from ...models import Article, ArticleEvent, Change, Edition, Page
from ...models.content import Content
from ...search.index import texts_of
from ..locking import lock_all
from .forgetting import index_anew

#: The models of the texts that show pictures, and link to attachments.
WITH_BODY = (Article, Edition, Page)
#: How many rows are loaded and locked at once: each may have a whole text.
BATCH = 200


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


def texts_with(words, model):
    """Return the rows of `model` whose body has one of `words`, such as the name of a file."""
    conditions = (models.Q(body__contains=each) for each in words)
    return model._base_manager.filter(models.Q(*conditions, _connector=models.Q.OR))


def write(row, values):
    """Write columns of a row that `save` may refuse to change."""
    _write_all(type(row), [row.pk], values)


def _write_all(model, keys, values):
    if model is Edition and values:
        Edition.objects.filter(pk__in=keys).take_down(**values)
    elif values:
        model._base_manager.filter(pk__in=keys).update(**values)
        index_updated(model, keys, values)


def bodies_of(uses) -> dict[type[models.Model], set[int]]:
    """Return the keys of the texts that `uses` name, by model: rows of pictures or attachments."""
    return {
        model: {*uses.exclude(**{name: None}).values_list(name, flat=True)}
        for model in WITH_BODY
        for name in [model._meta.model_name]
    }


class _AnotherUse(Exception):
    """A text shows what it did not show before the articles were locked."""


def lock_in_order(row, uses_of):
    """Lock the articles that show `row`, a picture or an attachment, then `row`; return it.

    `uses_of` returns the keys of the rows that show it, by model. Whoever saves an article holds
    its lock, and then needs that of what it shows.
    """
    while True:
        with suppress(_AnotherUse), transaction.atomic():
            locked = _articles_of(uses_of(row))
            for keys in batched(sorted(locked), BATCH):
                lock_all(Article.objects.filter(pk__in=keys))
            row = type(row).objects.select_for_update().get(pk=row.pk)
            if _articles_of(uses_of(row)) - locked:
                raise _AnotherUse
            return row


def _articles_of(uses):
    articles = {*uses[Article]}
    for keys in batched(uses[Edition], BATCH):
        editions = Edition.objects.filter(pk__in=keys)
        articles.update(editions.values_list("article", flat=True))
    return articles


def rewrite(uses, values_of, **event):
    """Write into each row of `uses` the columns that `values_of` returns for it.

    `uses` has the keys of the rows by model: articles, editions, pages and authors. Each article
    that one of them belongs to gets an event of its history with the columns `event`.
    """
    articles = set()
    for model, keys in uses.items():
        for some in batched(sorted(keys), BATCH):
            rows = list(model._base_manager.filter(pk__in=some))
            _rewrite(model, rows, values_of)
            if issubclass(model, Content):
                articles |= {getattr(row, "article_id", row.pk) for row in rows}
        if not issubclass(model, Content):
            Change.objects.record(model.CHANGE, *keys)
    ArticleEvent.objects.bulk_create(
        ArticleEvent(article_id=key, **event) for key in sorted(articles)
    )
    Change.objects.record(Change.Kind.ARTICLE, *sorted(articles))


def _rewrite(model, rows, values_of):
    keys_by_values, with_other_words = defaultdict(list), []
    for row in rows:
        values = values_of(row)
        keys_by_values[tuple(values.items())].append(row.pk)
        if model is Edition:
            before = texts_of(row)
            for name, value in values.items():
                setattr(row, name, value)
            if texts_of(row) != before:
                with_other_words.append(row.pk)
    for values, keys in keys_by_values.items():
        _write_all(model, keys, dict(values))
    index_anew(with_other_words)
