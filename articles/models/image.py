"""The newsroom's library of pictures, with their crops and the queue of their renditions.

The row of a picture is its entry in the queue. A task only wakes a worker up; the worker that
claims the row makes the whole set of renditions (`articles.pictures.renditions`).
"""

import secrets
from datetime import timedelta

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.leases import is_due
from common.text_fields import VisibleLineField

from .. import tasks
from ..pictures import files
from ..pictures.fields import PictureField
from ..pictures.renditions import OWN_RATIO, crop_size
from ..publishing.preflight import library_picture
from ..publishing.preflight.findings import refuse_any
from .change import Change, RecordsChanges, RecordsChangesQuerySet
from .file_removal import FileRemoval
from .former_file import FormerFile

#: The version of the code that makes renditions. Raise it when that code gives other files, and
#: then also make the renditions of all pictures due.
RENDITION_VERSION = 1
#: The lease of one worker on one picture; longer than the limit in `process.SECONDS`.
LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 5
#: The columns that workers write. `save` must not put old values back into them.
RENDITION_COLUMNS = ("rendition_set", "renditions_due_at", "renditions_attempts", "changed_at")


def random_name(image, filename):
    """Return a name for the stored file that nobody can guess, as a picture may be unpublished.

    The extension is the one that `files.reencode` gave, never the one of the uploaded file.
    """
    return f"images/{secrets.token_urlsafe(18)}.{filename.rpartition('.')[2]}"


class ImageQuerySet(RecordsChangesQuerySet):
    def renditions_due(self):
        """Return the pictures whose renditions are due and that no worker has leased."""
        return self.filter(is_due("renditions_due_at", LEASE))

    def same_as(self, picture):
        """Return the pictures with the pixels of `picture`, a `files.Reencoded`."""
        return self.filter(pixels=picture.pixels) if picture.pixels else self.none()

    def note_shown(self):
        """Store that readers may have seen the pictures. Call it where a use by readers begins."""
        self.filter(was_shown=False).update(was_shown=True)


class Image(RecordsChanges):
    """A picture in the newsroom's library.

    Each place of use stores its own alt text and caption; `alt` and `caption` are the usual ones.
    """

    CHANGE = Change.Kind.IMAGE

    title = VisibleLineField(
        _("title"),
        max_length=120,
        help_text=_("How colleagues will find it; readers never see it."),
    )
    file = PictureField(
        _("file"), upload_to=random_name, width_field="width", height_field="height"
    )
    width = models.PositiveIntegerField(_("width"), editable=False, default=0)
    height = models.PositiveIntegerField(_("height"), editable=False, default=0)
    alt = VisibleLineField(
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
    caption = VisibleLineField(_("usual caption"), max_length=300, blank=True)
    credit = VisibleLineField(_("usual credit"), max_length=120, blank=True)
    taken_on = models.DateField(
        _("taken on"),
        null=True,
        blank=True,
        help_text=_("Read from the file, where it says so."),
    )
    rights = VisibleLineField(
        _("rights"),
        max_length=200,
        blank=True,
        help_text=_("Who holds the rights, and what was agreed; readers never see it."),
    )
    licence = VisibleLineField(
        _("licence"),
        max_length=120,
        blank=True,
        help_text=_("Such as “CC BY 4.0”, or the contract’s number; readers never see it."),
    )
    #: The last day, in the site's time zone, on which an edition with the picture may begin.
    expires_on = models.DateField(
        _("may be used until"),
        null=True,
        blank=True,
        help_text=_("The last day on which it may be published; empty for no end."),
    )
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
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("added by"),
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
    )
    #: The digest of the pixels that were sent (`files.Reencoded`): the same picture is noticed when
    #: it is added again. Empty for pictures that were added before it was kept.
    pixels = models.CharField(max_length=64, blank=True, editable=False, db_index=True)

    #: The name of the set of renditions that exists (`pictures.renditions`), or "" for none.
    rendition_set = models.CharField(max_length=20, blank=True, editable=False)
    #: The time at which the set is due to be made; while a worker makes it, the end of the
    #: worker's lease. None if nothing is to be made.
    renditions_due_at = models.DateTimeField(
        null=True, editable=False, default=timezone.now, db_index=True
    )
    renditions_attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    #: The time since which pages and feeds show something else of it: the addresses of another file
    #: or of another set, or another credit. None if they never changed.
    changed_at = models.DateTimeField(null=True, editable=False, db_index=True)
    #: Whether it was ever on a standing page or an author's photo. An edition begins by the clock,
    #: so `FormerFile` looks for editions when it has to know.
    was_shown = models.BooleanField(default=False, editable=False)

    objects = ImageQuerySet.as_manager()

    class Meta:
        verbose_name = _("image")
        verbose_name_plural = _("images")
        ordering = ["-created_at", "-pk"]
        # Of the library, whose order is also that of each filter.
        indexes = [models.Index(fields=["-created_at", "-id"], name="image_newest_first")]

    def __str__(self):
        return self.title

    def clean(self):
        refuse_any(library_picture.of_image(self))

    @transaction.atomic
    def save(self, **kwargs):
        """Save the picture; re-encode a new file: upright, bounded, without the camera's metadata.

        A new file or another focal point makes the renditions due. The former file stays where
        something may link to it (`FormerFile`). Raises ValidationError (from `files`) if the file
        is not a picture that we accept.
        """
        is_new_file = self.file and not self.file._committed
        if is_new_file:
            self.file = picture = files.reencode(self.file.file)
            self.width, self.height = picture.width, picture.height
            self.pixels = picture.pixels
        before = None
        if not self._state.adding:
            before = Image.objects.select_for_update().filter(pk=self.pk).first()
        if before:
            self.was_shown = before.was_shown
        if before and not is_new_file:
            # A worker may have written its columns since this copy was read.
            for name in RENDITION_COLUMNS:
                setattr(self, name, getattr(before, name))
        are_due = is_new_file or self.rendition_set != self.wanted_set
        if are_due:
            self.renditions_due_at, self.renditions_attempts = timezone.now(), 0
        if is_new_file:
            self.rendition_set = ""
        if before and (is_new_file or before.credit != self.credit):
            self.changed_at = timezone.now()
        super().save(**kwargs)
        if are_due:
            tasks.make_renditions.enqueue(self.pk)
        if before and is_new_file:
            FormerFile.objects.keep_or_remove(before)

    @transaction.atomic
    def delete(self, *, takedown=None, **kwargs):
        """Delete the picture with its files; `takedown` is the takedown that suppresses it, if any.

        Raises ProtectedError if the picture is in use: see `ImageUse`.
        """
        FileRemoval.objects.schedule(self.file.name, takedown=takedown)
        FormerFile.objects.remove(self, takedown=takedown)
        return super().delete(**kwargs)

    def make_another(self):
        """Make of this copy, which has a new file, a picture of its own; `save` then adds it."""
        self.pk, self._state.adding = None, True
        self.was_shown, self.rendition_set, self.changed_at = False, "", None

    # --- Crops ------------------------------------------------------------------------------

    @property
    def is_upright(self) -> bool:
        return self.height > self.width

    @property
    def is_transparent(self) -> bool:
        """Whether the picture has transparency: only then does `files.reencode` write a PNG."""
        return self.file.name.endswith(".png")

    def crop_size(self, ratio=OWN_RATIO) -> tuple[int, int]:
        """Return width and height, in pixels, of the largest crop that has `ratio` ("3:2")."""
        return crop_size((self.width, self.height), ratio)

    def crop_box(self, ratio=OWN_RATIO) -> tuple[int, int, int, int]:
        """Return left, top, right and bottom, in pixels, of the crop that has `ratio`.

        As with `object-position` in CSS, the focal point has the same relative position in the crop
        as in the whole picture, so the crop always contains it.
        """
        width, height = self.crop_size(ratio)
        left = round((self.width - width) * self.focal_x / 100)
        top = round((self.height - height) * self.focal_y / 100)
        return left, top, left + width, top + height

    # --- Renditions -------------------------------------------------------------------------

    @property
    def wanted_set(self) -> str:
        return f"{RENDITION_VERSION}-{self.focal_x}-{self.focal_y}"

    @property
    def rendition_folder(self) -> str:
        return self.file.name.rpartition(".")[0]

    @property
    def random_part(self) -> str:
        """The part of the name that the file shares with its renditions and with no other file."""
        return self.rendition_folder.rpartition("/")[2]

    def rendition_name(self, rendition, of_set) -> str:
        """Return the name of the rendition's file, in a folder with the picture's random name."""
        return f"{self.rendition_folder}/{of_set}/{rendition.name}"

    def rendition_url(self, rendition) -> str:
        return self.file.storage.url(self.rendition_name(rendition, self.rendition_set))

    def claim(self) -> bool:
        """Lease the picture, to make its renditions; return True to one caller only.

        Return False if another worker has leased the picture since it was read, or if a change to
        the picture has made it due anew.
        """
        until = timezone.now() + LEASE
        due = type(self).objects.renditions_due() & self._own_row()
        if not due.update(renditions_due_at=until):
            return False
        self.renditions_due_at = until
        return True

    @transaction.atomic
    def record_renditions_made(self):
        """Store the name of the new set, unless the picture was changed or leased meanwhile."""
        made = self._own_row().update(
            rendition_set=self.wanted_set,
            renditions_due_at=None,
            renditions_attempts=0,
            changed_at=timezone.now(),
        )
        if made:
            Change.objects.record(Change.Kind.IMAGE, self.pk)

    def record_renditions_failed(self):
        """Store the time of the next attempt: each wait is longer; none after MOST_ATTEMPTS."""
        attempts = self.renditions_attempts + 1
        again = timezone.now() + timedelta(minutes=attempts**2 / 2)
        self._own_row().update(
            renditions_attempts=attempts,
            renditions_due_at=None if attempts >= MOST_ATTEMPTS else again,
        )

    def postpone_renditions(self):
        """Try again after a while, as often as necessary: the fault is not the picture's."""
        self._own_row().update(renditions_due_at=timezone.now() + LEASE)

    def _own_row(self):
        return type(self).objects.filter(pk=self.pk, renditions_due_at=self.renditions_due_at)
