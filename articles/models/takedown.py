"""The register of takedowns: content that a publisher suppressed for legal reasons."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.history import HistoryRow

from .former_file import FormerFile, key_of_file


class TakedownQuerySet(models.QuerySet):
    def of_file(self, name):
        """Return the takedowns of the picture or attachment that had the stored file `name`."""
        key = key_of_file(name)
        replaced = FormerFile.objects.filter(file_key=key).values("picture")
        return self.filter(models.Q(file_key=key) | models.Q(picture__in=replaced))


class Takedown(HistoryRow):
    """One takedown: its author, its time, its kind, and the legal reason (`note`), as typed.

    The row holds nothing of the suppressed content. `articles.publishing.takedown` writes it.
    """

    class Kind(models.TextChoices):
        EDITION = "edition", _("an edition")
        PASSAGE = "passage", _("a passage")
        PICTURE = "picture", _("a picture")
        FILE = "file", _("an attachment")

    kind = models.CharField(_("what"), max_length=8, choices=Kind.choices)
    #: The article of the edition or of the passage.
    article = models.ForeignKey(
        "articles.Article",
        verbose_name=_("article"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="takedowns",
    )
    edition = models.PositiveIntegerField(_("edition"), null=True)
    #: The number that the picture had in the library.
    picture = models.PositiveBigIntegerField(_("picture"), null=True)
    file_key = models.CharField(max_length=64, blank=True, db_index=True)

    objects = TakedownQuerySet.as_manager()

    class Meta:
        verbose_name = _("takedown")
        verbose_name_plural = _("takedowns")
        ordering = ["-at", "-pk"]
        default_permissions = ("view",)
        permissions = [
            ("take_down", _("Can suppress editions, passages and pictures for legal reasons"))
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.edition or self.picture or ''}".strip()

    @property
    def has_files_left(self) -> bool:
        """Whether a file of the picture is still to be deleted; a worker tries again."""
        return self.removals.filter(done_at=None).exists()
