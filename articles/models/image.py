import secrets
from typing import NamedTuple

from django.db import models
from django.db.models import ProtectedError
from django.utils.translation import gettext_lazy as _

from .. import images


def random_name(image, filename):
    """Name the stored file so that nobody finds an unpublished picture by guessing.

    The extension is the one that `images.reencode` gave, never the uploader's.
    """
    return f"images/{secrets.token_urlsafe(18)}.{filename.rpartition('.')[2]}"


class Shown(NamedTuple):
    """A picture as a page shows it: where the file is, and its size in pixels."""

    url: str
    width: int
    height: int


class Image(models.Model):
    """A picture in the newsroom's library. Alt text and caption belong to each place of use."""

    title = models.CharField(
        _("title"),
        max_length=120,
        help_text=_("How colleagues will find it; readers never see it."),
    )
    file = models.ImageField(
        _("file"), upload_to=random_name, width_field="width", height_field="height"
    )
    width = models.PositiveIntegerField(_("width"), editable=False, default=0)
    height = models.PositiveIntegerField(_("height"), editable=False, default=0)
    alt = models.CharField(_("usual alternative text"), max_length=300, blank=True)
    caption = models.CharField(_("usual caption"), max_length=300, blank=True)
    credit = models.CharField(_("usual credit"), max_length=120, blank=True)
    created_at = models.DateTimeField(_("added"), auto_now_add=True)

    class Meta:
        verbose_name = _("image")
        verbose_name_plural = _("images")
        ordering = ["-created_at", "-pk"]

    def __str__(self):
        return self.title

    def save(self, **kwargs):
        """Store the picture re-encoded: upright, bounded, and without what the camera noted.

        Raises ValidationError (from `images`) where the file is not a picture that we take.
        """
        if self.file and not self.file._committed:
            self.file = images.reencode(self.file.file)
        super().save(**kwargs)

    def delete(self, **kwargs):
        """Delete the picture, unless the body of an article or of an edition shows it.

        Raises ProtectedError there; lead images and photos are protected by their foreign keys.
        """
        if users := self.used_in_bodies():
            raise ProtectedError(_("The picture is used in an article."), set(users))
        super().delete(**kwargs)
        self.file.delete(save=False)

    def shown_at(self, ratio: str, width: int) -> Shown:
        """Return the file for a place `width` pixels wide with sides in `ratio`, like “16:9”."""
        return Shown(self.file.url, self.width, self.height)

    def used_in_bodies(self) -> list:
        """Return the articles, editions and pages whose body shows this picture."""
        from . import Article, Edition, Page

        mark = f'data-file="{self.pk}"'
        return [
            user
            for model in (Article, Edition, Page)
            for user in model.objects.filter(body__contains=mark)
        ]
