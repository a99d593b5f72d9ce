"""The uses of pictures in bodies: written when a body is saved, checked before a deletion."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..text.markup import picture_numbers
from .image import Image

#: The names of the models that have a body; a row belongs to one object of one of them.
MODELS_WITH_BODY = ("article", "edition", "page")


class ImageUseQuerySet(models.QuerySet):
    def record(self, owner):
        """Update the rows of `owner` to the pictures that its body shows now.

        Call it in the transaction that saves the body.
        """
        place = {owner._meta.model_name: owner}
        numbers = picture_numbers(owner.body)
        images = Image.objects.filter(pk__in=numbers)
        if "page" in place:
            images.note_shown()
        shown = set(images.values_list("pk", flat=True))
        replace(self.filter(**place), "image", shown, place)


def replace(stored, column, keys, place):
    """Make the rows `stored`, those of one owner, name in `column` these `keys` and no others.

    `place` has the owner by the name of its model.
    """
    noted = set(stored.values_list(column, flat=True))
    if gone := noted - keys:
        stored.filter(**{f"{column}__in": gone}).delete()
    new = (stored.model(**{f"{column}_id": key}, **place) for key in sorted(keys - noted))
    stored.bulk_create(new, ignore_conflicts=True)


def is_of_one(names):
    """Return the condition that exactly one of the columns `names` is filled."""
    condition = Q()
    for filled in names:
        condition |= Q(**{f"{name}__isnull": name != filled for name in names})
    return condition


class ImageUse(models.Model):
    """The use of a picture in a body (article, edition or page); it forbids to delete the picture.

    Lead images and photos of authors are protected by foreign keys of their own.
    """

    image = models.ForeignKey("articles.Image", on_delete=models.PROTECT, related_name="uses")
    article = models.ForeignKey(
        "articles.Article", on_delete=models.CASCADE, null=True, related_name="+"
    )
    edition = models.ForeignKey(
        "articles.Edition", on_delete=models.CASCADE, null=True, related_name="+"
    )
    page = models.ForeignKey("articles.Page", on_delete=models.CASCADE, null=True, related_name="+")

    objects = ImageUseQuerySet.as_manager()

    class Meta:
        verbose_name = _("picture in a body")
        verbose_name_plural = _("pictures in bodies")
        # Only code writes these rows, so no user needs a permission.
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=is_of_one(MODELS_WITH_BODY), name="image_use_is_of_one"
            ),
            *(
                models.UniqueConstraint(fields=["image", name], name=f"image_use_once_in_{name}")
                for name in MODELS_WITH_BODY
            ),
        ]

    def __str__(self):
        return str(self.image)
