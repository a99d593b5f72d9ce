"""The newsroom's sound files and PDFs, which bodies show as attachments."""

import secrets

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from common.text_fields import VisibleLineField, VisibleTextField

from ..attachments import formats
from ..text.attached import FOLDER
from .change import Change, RecordsChanges, RecordsChangesQuerySet
from .file_removal import FileRemoval

#: Characters of a transcript: those of ten hours of speech.
MOST_TRANSCRIPT = 600_000


def random_name(attachment, _filename):
    """Return a name for the stored file that nobody can guess, as it may be unpublished.

    The extension is that of the format which the bytes have, never the one of the uploaded file.
    """
    return f"{FOLDER}/{secrets.token_urlsafe(18)}.{attachment.format}"


class AttachmentQuerySet(RecordsChangesQuerySet):
    @transaction.atomic
    def delete(self):
        names = list(self.values_list("file", flat=True))
        deleted = super().delete()
        for name in names:
            FileRemoval.objects.schedule(name)
        return deleted


class Attachment(RecordsChanges):
    """A sound file or a PDF. Its file never changes: another file is another attachment.

    So what readers were once shown stays at its address for as long as an edition shows it.
    """

    CHANGE = Change.Kind.FILE

    title = VisibleLineField(
        _("title"),
        max_length=120,
        help_text=_("Proposed to readers as the name of the file, and can be typed over there."),
    )
    file = models.FileField(_("file"), upload_to=random_name, max_length=200)
    format = models.CharField(
        _("format"),
        max_length=4,
        choices=[(each.extension, each.label) for each in formats.FORMATS.values()],
        editable=False,
    )
    bytes = models.PositiveBigIntegerField(_("size"), editable=False, default=0)
    #: Of sound.
    seconds = models.PositiveIntegerField(_("length"), editable=False, null=True)
    credit = VisibleLineField(_("credit"), max_length=120, blank=True)
    transcript = VisibleTextField(
        _("transcript"),
        blank=True,
        max_length=MOST_TRANSCRIPT,
        help_text=_(
            "What is said and heard, for readers who do not hear it; sound needs one. An empty "
            "line begins a new paragraph."
        ),
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

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["-created_at", "-pk"]

    def __str__(self):
        return self.title

    def clean(self):
        """Require a text alternative for sound (WCAG 2.2, success criterion 1.2.1)."""
        if self.is_audio and not self.transcript.strip():
            words = _("Sound needs a transcript; if nobody speaks, say what is heard.")
            raise ValidationError({"transcript": ValidationError(words, "transcript")})

    @transaction.atomic
    def save(self, **kwargs):
        """Save the attachment, with what its new file is. Raises ValidationError (of `formats`)."""
        if self.file and not self.file._committed:
            self.read_file()
        super().save(**kwargs)

    def read_file(self):
        """Take over what the bytes of a new file say. Raises ValidationError (of `formats`)."""
        facts = formats.facts_of(self.file)
        self.format, self.bytes, self.seconds = facts.format.extension, facts.bytes, facts.seconds

    @transaction.atomic
    def delete(self, *, takedown=None, **kwargs):
        """Delete the attachment with its file; `takedown` is the one that suppresses it, if any.

        Raises ProtectedError if it is in use: see `AttachmentUse`.
        """
        FileRemoval.objects.schedule(self.file.name, takedown=takedown)
        return super().delete(**kwargs)

    @property
    def kind(self) -> formats.Format:
        return formats.FORMATS[self.format]

    @property
    def is_audio(self) -> bool:
        return bool(self.format) and self.kind.is_audio
