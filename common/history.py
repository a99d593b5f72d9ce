"""The history of something: a row for each act, with its time and the person who did it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class HistoryRow(models.Model):
    """A row of a history. Rows are appended, and never changed."""

    at = models.DateTimeField(_("when"), auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
    )
    note = models.TextField(_("note"), blank=True)

    class Meta:
        abstract = True
        verbose_name = _("history row")
        verbose_name_plural = _("history")
