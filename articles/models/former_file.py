"""The former files of pictures, to which other sites, feeds and search engines may still link."""

from hashlib import sha256

from django.apps import apps
from django.db import models
from django.utils import timezone

from .file_removal import FileRemoval


def key_of_file(name: str) -> str:
    """Return a key of the picture that the stored file `name` belongs to, also of its renditions.

    The key tells a request for a suppressed file from others, and does not hold the name.
    """
    _folder, _slash, rest = name.partition("/")
    picture, _dot, _format = rest.partition("/")[0].partition(".")
    return sha256(picture.encode(errors="replace")).hexdigest()


class FormerFileQuerySet(models.QuerySet):
    def keep_or_remove(self, image):
        """Keep the file of `image`, which is being replaced, if readers may have seen its address.

        If nobody may have, delete it. Call it in the transaction that stores the new file.
        """
        if _was_shown(image):
            name = image.file.name
            self.create(picture=image.pk, name=name, file_key=key_of_file(name))
        else:
            FileRemoval.objects.schedule(image.file.name)

    def remove(self, image, *, takedown=None):
        """Delete the former files of `image`, which is being deleted.

        With `takedown`, the rows stay without names: a request for such a file is answered as one
        for the suppressed picture.
        """
        own = self.filter(picture=image.pk)
        for name in own.values_list("name", flat=True):
            FileRemoval.objects.schedule(name, takedown=takedown)
        if takedown:
            own.update(name="")
        else:
            own.delete()


def _was_shown(image):
    """Say whether readers may have seen `image`, even if nothing shows it any more.

    The model of editions is found by name, since its own module imports this one.
    """
    begun = {"visible_from__lte": timezone.now()}
    editions = apps.get_model("articles", "Edition").objects.filter(**begun)
    return (
        image.was_shown
        or editions.filter(lead_image=image).exists()
        or image.uses.filter(edition__in=editions).exists()
    )


class FormerFile(models.Model):
    """The file that a picture had before another replaced it; it stays, with its renditions.

    Feeds, social cards and search engines keep addresses of pictures for months. The files go with
    the picture: when it is deleted, and when it is taken down.
    """

    #: The number of the picture in the library.
    picture = models.PositiveBigIntegerField(db_index=True)
    #: The name of the stored file; empty after a takedown.
    name = models.CharField(max_length=200, blank=True)
    file_key = models.CharField(max_length=64, db_index=True)
    replaced_at = models.DateTimeField(default=timezone.now)

    objects = FormerFileQuerySet.as_manager()

    class Meta:
        # Only code reads and writes these rows, so no user needs a permission.
        default_permissions = ()

    def __str__(self):
        return f"{self._meta.model_name} {self.pk}"

    @property
    def random_part(self) -> str:
        """The part of the name that the file shares with its renditions."""
        return self.name.rpartition(".")[0].rpartition("/")[2]
