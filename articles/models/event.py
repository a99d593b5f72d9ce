"""The history of an article: one row for each action of the newsroom."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from ..publishing.stages import Stage


class ArticleEvent(models.Model):
    """A row of an article's history: a move between stages, a press, a withdrawal."""

    class Kind(models.TextChoices):
        MOVED = "moved", _("moved")
        PRESSED = "pressed", _("pressed")
        RESCHEDULED = "rescheduled", _("rescheduled")
        CANCELLED = "cancelled", _("taken back")
        WITHDRAWN = "withdrawn", _("withdrawn")
        READDRESSED = "readdressed", _("given another address")

    article = models.ForeignKey("articles.Article", on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField(_("when"), auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
    )
    kind = models.CharField(_("what"), max_length=12, choices=Kind.choices)
    origin = models.CharField(_("from"), max_length=12, choices=Stage.choices, blank=True)
    target = models.CharField(_("to"), max_length=12, choices=Stage.choices, blank=True)
    edition = models.PositiveIntegerField(_("edition"), null=True)
    moment = models.DateTimeField(_("with effect from"), null=True)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("history row")
        verbose_name_plural = _("history")
        ordering = ["-at", "-pk"]

    def __str__(self):
        return f"{self.get_kind_display()} {self.get_target_display()}".strip()
