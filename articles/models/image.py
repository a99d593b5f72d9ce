import secrets

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models, transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .. import images, tasks
from .rendered import WORKERS_OWN, Rendered, RenderedQuerySet


def random_name(image, filename):
    """Name the stored file so that nobody finds an unpublished picture by guessing.

    The extension is the one that `images.reencode` gave, never the uploader's.
    """
    return f"images/{secrets.token_urlsafe(18)}.{filename.rpartition('.')[2]}"


class Image(Rendered, models.Model):
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
    alt = models.CharField(
        _("usual alternative text"),
        max_length=300,
        blank=True,
        help_text=_("What the picture shows, for readers who do not see it."),
    )
    decorative = models.BooleanField(
        _("only decorates"),
        default=False,
        help_text=_("Readers who do not see it miss nothing, so it needs no alternative text."),
    )
    caption = models.CharField(_("usual caption"), max_length=300, blank=True)
    credit = models.CharField(_("usual credit"), max_length=120, blank=True)
    focal_x = models.PositiveSmallIntegerField(
        _("focal point, from the left (%)"),
        default=50,
        validators=[MaxValueValidator(100)],
        help_text=_("Every crop keeps this point. Click on the picture to set it."),
    )
    focal_y = models.PositiveSmallIntegerField(
        _("focal point, from the top (%)"), default=50, validators=[MaxValueValidator(100)]
    )
    created_at = models.DateTimeField(_("added"), auto_now_add=True)

    #: Which set of renditions exists (`renditions`), or "" for none.
    rendition_set = models.CharField(max_length=20, blank=True, editable=False)
    #: When the set is to be made; while a worker makes it, when that worker is given up.
    renditions_due_at = models.DateTimeField(
        null=True, editable=False, default=timezone.now, db_index=True
    )
    renditions_attempts = models.PositiveSmallIntegerField(default=0, editable=False)

    objects = RenderedQuerySet.as_manager()

    class Meta:
        verbose_name = _("image")
        verbose_name_plural = _("images")
        ordering = ["-created_at", "-pk"]

    def __str__(self):
        return self.title

    def clean(self):
        if not self.alt.strip() and not self.decorative:
            raise ValidationError(
                {"alt": _("Please say what the picture shows, or that it only decorates.")}
            )

    @transaction.atomic
    def save(self, **kwargs):
        """Store the picture re-encoded: upright, bounded, and without what the camera noted.

        Its renditions are then due, as they are when the focal point moves. Raises ValidationError
        (from `images`) where the file is not a picture that we take.
        """
        is_new_file = self.file and not self.file._committed
        if is_new_file:
            self.file = images.reencode(self.file.file)
        before = None if self._state.adding else Image.objects.filter(pk=self.pk).first()
        if before and not is_new_file:
            # A worker may have written its columns since this copy was read.
            for name in WORKERS_OWN:
                setattr(self, name, getattr(before, name))
        is_due = is_new_file or self.rendition_set != self.wanted_set
        if is_due:
            self.renditions_due_at, self.renditions_attempts = timezone.now(), 0
        if is_new_file:
            self.rendition_set = ""
        super().save(**kwargs)
        if is_due:
            tasks.make_renditions.enqueue(self.pk)
        if before and is_new_file:
            transaction.on_commit(before.delete_files)

    def delete(self, **kwargs):
        """Delete the picture, unless the body of an article or of an edition shows it.

        Raises ProtectedError there; lead images and photos are protected by their foreign keys.
        """
        if users := self.used_in_bodies():
            raise ProtectedError(_("The picture is used in an article."), set(users))
        super().delete(**kwargs)
        transaction.on_commit(self.delete_files)

    def delete_files(self):
        """Delete the stored file and every rendition that was ever made of it."""
        storage, folder = self.file.storage, self.rendition_folder
        try:
            sets, _files = storage.listdir(folder)
        except FileNotFoundError:
            sets = []
        for name in sets:
            _folders, files = storage.listdir(f"{folder}/{name}")
            for file in files:
                storage.delete(f"{folder}/{name}/{file}")
            storage.delete(f"{folder}/{name}")
        if sets:
            storage.delete(folder)
        storage.delete(self.file.name)

    def used_in_bodies(self) -> list:
        """Return the articles, editions and pages whose body shows this picture."""
        from . import Article, Edition, Page

        mark = f'data-file="{self.pk}"'
        return [
            user
            for model in (Article, Edition, Page)
            for user in model.objects.filter(body__contains=mark)
        ]
