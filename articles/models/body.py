"""The body of an article, an edition or a page: HTML that every save cleans."""

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from django_prose_editor.fields import ProseEditorField

from ..text import cleaner
from .attachment_use import AttachmentUse
from .image_use import ImageUse


class HasBody(models.Model):
    """A model with a body in HTML."""

    body = ProseEditorField(
        _("body"), blank=True, extensions=cleaner.EDITOR_EXTENSIONS, sanitize=cleaner.clean
    )

    class Meta:
        abstract = True

    @transaction.atomic
    def save(self, *, update_fields=None, **kwargs):
        # The form cleans the body too, but some code saves bodies without a form.
        if writes_body := update_fields is None or "body" in update_fields:
            self.body = cleaner.clean(self.body)
        super().save(update_fields=update_fields, **kwargs)
        if writes_body:
            ImageUse.objects.record(self)
            AttachmentUse.objects.record(self)
