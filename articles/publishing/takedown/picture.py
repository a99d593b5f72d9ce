"""The takedown of a picture, wherever it is used, with its file and all renditions."""

from collections import defaultdict

from django.db import models, transaction
from django_prose_editor.fields import ProseEditorField

from common.permissions import require_permission

from ...models import ArticleEvent, Image, ImageUse, Takedown
from ...models.former_file import FormerFile, key_of_file
from ...text.figures import without_picture
from ...text.markup import picture_numbers
from ..preflight import takedowns as preflight
from ..preflight.findings import refuse_first
from ..stages import TAKE_DOWN
from . import admin_log
from .copies import forget_picture
from .forgetting import forget_for_good
from .rows import WITH_BODY, bodies_of, lock_in_order, relations, rewrite, texts_with, word_fields


@transaction.atomic
def take_down_picture(image, *, by, reason) -> Takedown:
    """Delete `image` wherever it is used, with its words there; return the row of the register.

    Its files are deleted as soon as the transaction is committed: see `FileRemoval`. Raises
    PermissionDenied, or PublishingError with the first finding of `preflight`.
    """
    require_permission(by, TAKE_DOWN)
    image = lock_in_order(image, uses_of)
    refuse_first(preflight.of_picture(image, reason=reason))
    takedown = Takedown.objects.create(
        kind=Takedown.Kind.PICTURE,
        by=by,
        note=reason,
        picture=image.pk,
        file_key=key_of_file(image.file.name),
    )
    _erase_uses(image, by=by, note=reason)
    admin_log.erase_names(image)
    image.delete(takedown=takedown)
    forget_for_good()
    return takedown


def pictures_of(content) -> list[Image]:
    """Return the pictures that an edition or a working copy shows."""
    shown = models.Q(pk=content.lead_image_id) | models.Q(pk__in=picture_numbers(content.body))
    return list(Image.objects.filter(shown))


def uses_of(image) -> dict[type[models.Model], set[int]]:
    """Return the keys of the articles, editions, pages and authors that show `image`, by model."""
    found = defaultdict(set)
    for relation in relations(Image):
        if relation.on_delete is models.SET_NULL:
            # What was fetched for a card names the picture, and shows it to nobody.
            continue
        rows = relation.related_model._base_manager.filter(
            **{relation.field.name: image}
        ).order_by()
        if relation.related_model is ImageUse:
            for model, keys in bodies_of(rows).items():
                found[model] |= keys
        else:
            found[relation.related_model] |= {*rows.values_list("pk", flat=True)}
    return found


def _erase_uses(image, **event):
    """Remove `image` from all rows that show it or lead to its file."""
    former = FormerFile.objects.filter(picture=image.pk)
    names = [image.random_part, *(file.random_part for file in former)]
    uses = uses_of(image)
    for model in WITH_BODY:
        uses[model] |= {*texts_with(names, model).values_list("pk", flat=True)}

    def values_of(row):
        values = {}
        for field in row._meta.concrete_fields:
            if field.related_model is Image and getattr(row, field.attname) == image.pk:
                values[field.attname] = None
            elif isinstance(field, ProseEditorField):
                body = field.value_from_object(row)
                if (without := without_picture(body, image.pk, names)) != body:
                    values[field.attname] = without
        if "lead_image_id" in values:
            values |= {f.attname: "" for f in word_fields(row) if f.name.startswith("lead_")}
        return values

    rewrite(uses, values_of, kind=ArticleEvent.Kind.PICTURE_SUPPRESSED, **event)
    ImageUse.objects.filter(image=image).delete()
    forget_picture(image.pk, names)
