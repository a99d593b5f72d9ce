"""The uses of attachments in bodies: written when a body is saved, checked before a deletion."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..text.attached import file_names
from .attachment import Attachment
from .image_use import MODELS_WITH_BODY, is_of_one, replace


class AttachmentUseQuerySet(models.QuerySet):
    def record(self, owner):
        """Update the rows of `owner` to the attachments to which its body links now.

        Call it in the transaction that saves the body.
        """
        place = {owner._meta.model_name: owner}
        names = file_names(owner.body)
        linked = set()
        if names:
            found = Attachment.objects.filter(file__in=names)
            linked = set(found.values_list("pk", flat=True))
        replace(self.filter(**place), "attachment", linked, place)


class AttachmentUse(models.Model):
    """A link to an attachment in a body (article, edition or page); it forbids its deletion."""

    attachment = models.ForeignKey(Attachment, on_delete=models.PROTECT, related_name="uses")
    article = models.ForeignKey(
        "articles.Article", on_delete=models.CASCADE, null=True, related_name="+"
    )
    edition = models.ForeignKey(
        "articles.Edition", on_delete=models.CASCADE, null=True, related_name="+"
    )
    page = models.ForeignKey("articles.Page", on_delete=models.CASCADE, null=True, related_name="+")

    objects = AttachmentUseQuerySet.as_manager()

    class Meta:
        verbose_name = _("attachment in a body")
        verbose_name_plural = _("attachments in bodies")
        # Only code writes these rows, so no user needs a permission.
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=is_of_one(MODELS_WITH_BODY), name="attachment_use_is_of_one"
            ),
            *(
                models.UniqueConstraint(
                    fields=["attachment", name], name=f"attachment_use_once_in_{name}"
                )
                for name in MODELS_WITH_BODY
            ),
        ]

    def __str__(self):
        return str(self.attachment)
