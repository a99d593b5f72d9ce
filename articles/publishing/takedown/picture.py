"""The takedown of a picture, wherever it is used, with its file and all renditions."""

from django.db import models, transaction
from django_prose_editor.fields import ProseEditorField

from common.permissions import require_permission

from ...models import Article, ArticleEvent, Change, Edition, Image, ImageUse, Page, Takedown
from ...models.content import Content
from ...models.former_file import FormerFile, key_of_file
from ...text.figures import without_picture
from ...text.markup import picture_numbers
from ..preflight import takedowns as preflight
from ..preflight.findings import refuse_first
from ..stages import TAKE_DOWN
from . import admin_log
from .copies import forget_picture
from .forgetting import forget_for_good, index_anew
from .rows import relations, word_fields, write


@transaction.atomic
def take_down_picture(image, *, by, reason) -> Takedown:
    """Delete `image` wherever it is used, with its words there; return the row of the register.

    Its files are deleted as soon as the transaction is committed: see `FileRemoval`. Raises
    PermissionDenied, or PublishingError with the first finding of `preflight`.
    """
    require_permission(by, TAKE_DOWN)
    image = Image.objects.select_for_update().get(pk=image.pk)
    refuse_first(preflight.of_picture(image, reason=reason))
    takedown = Takedown.objects.create(
        kind=Takedown.Kind.PICTURE,
        by=by,
        note=reason,
        picture=image.pk,
        file_key=key_of_file(image.file.name),
    )
    changed = _without_picture_anywhere(image)
    articles = {getattr(row, "article_id", row.pk) for row in changed if isinstance(row, Content)}
    ArticleEvent.objects.bulk_create(
        ArticleEvent(article_id=pk, kind=ArticleEvent.Kind.PICTURE_SUPPRESSED, by=by, note=reason)
        for pk in sorted(articles)
    )
    Change.objects.record(Change.Kind.ARTICLE, *sorted(articles))
    for row in changed:
        if not isinstance(row, Content):
            Change.objects.record(row.CHANGE, row.pk)
    index_anew(row for row in changed if isinstance(row, Edition))
    admin_log.erase_names(image)
    image.delete(takedown=takedown)
    forget_for_good()
    return takedown


def pictures_of(content) -> list[Image]:
    """Return the pictures that an edition or a working copy shows."""
    shown = models.Q(pk=content.lead_image_id) | models.Q(pk__in=picture_numbers(content.body))
    return list(Image.objects.filter(shown))


def uses_of(image) -> list[models.Model]:
    """Return each article, edition, page and author that shows `image`."""
    found = []
    for relation in relations(Image):
        if relation.on_delete is models.SET_NULL:
            # What was fetched for a card names the picture, and shows it to nobody.
            continue
        rows = relation.related_model._base_manager.filter(**{relation.field.name: image})
        found += (row.owner for row in rows) if relation.related_model is ImageUse else rows
    return list(dict.fromkeys(found))


def _without_picture_anywhere(image):
    """Remove `image` from all rows that show it or lead to its file; return these rows."""
    changed = dict.fromkeys(uses_of(image))
    former = FormerFile.objects.filter(picture=image.pk)
    names = [image.random_part, *(file.random_part for file in former)]
    for model in (Article, Edition, Page):
        for name in names:
            changed |= dict.fromkeys(model._base_manager.filter(body__contains=name))
    for row in changed:
        values = {}
        for field in row._meta.concrete_fields:
            if field.related_model is Image and getattr(row, field.attname) == image.pk:
                values[field.attname] = None
            elif isinstance(field, ProseEditorField):
                values[field.attname] = without_picture(
                    field.value_from_object(row), image.pk, names
                )
        if "lead_image_id" in values:
            values |= {f.attname: "" for f in word_fields(row) if f.name.startswith("lead_")}
        write(row, values)
    ImageUse.objects.filter(image=image).delete()
    forget_picture(image.pk, names)
    return list(changed)
