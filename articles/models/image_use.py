"""Which pictures stand in which bodies: written where bodies are saved, asked before one goes."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..text.markup import picture_numbers
from .image import Image

#: What has a body, by the name of its model; a row belongs to one of these.
BODIED = ("article", "edition", "page")


class ImageUseQuerySet(models.QuerySet):
    def record(self, bodied):
        """Let the rows say which pictures the body of `bodied` shows, in the transaction of its
        saving."""
        place = {bodied._meta.model_name: bodied}
        numbers = picture_numbers(bodied.body)
        shown = set(Image.objects.filter(pk__in=numbers).values_list("pk", flat=True))
        noted = set(self.filter(**place).values_list("image", flat=True))
        if gone := noted - shown:
            self.filter(image__in=gone, **place).delete()
        new = (ImageUse(image_id=number, **place) for number in sorted(shown - noted))
        self.bulk_create(new, ignore_conflicts=True)


def _one_of(names):
    """Return the condition that just one of the columns `names` is filled."""
    condition = Q()
    for filled in names:
        condition |= Q(**{f"{name}__isnull": name != filled for name in names})
    return condition


class ImageUse(models.Model):
    """A picture in the body of an article, an edition or a page; so the picture cannot be deleted.

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
        # Only software writes these rows.
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=_one_of(BODIED), name="image_use_is_of_one"),
            *(
                models.UniqueConstraint(fields=["image", name], name=f"image_use_once_in_{name}")
                for name in BODIED
            ),
        ]

    def __str__(self):
        return str(self.image)
