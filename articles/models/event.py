"""The history of an article: one row for each action of the newsroom."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.history import HistoryRow

from ..publishing.stages import Stage


class ArticleEvent(HistoryRow):
    """A row of an article's history: a move between stages, a hand-over, a press, a takedown."""

    class Kind(models.TextChoices):
        MOVED = "moved", _("moved")
        HANDED_OVER = "handed_over", _("handed over")
        PRESSED = "pressed", _("pressed")
        RESCHEDULED = "rescheduled", _("rescheduled")
        CANCELLED = "cancelled", _("taken back")
        WITHDRAWN = "withdrawn", _("withdrawn")
        READDRESSED = "readdressed", _("given another address")
        # Takedowns: their rows hold the legal reason, and nothing of the content.
        EDITION_SUPPRESSED = "no_edition", _("edition taken down")
        PASSAGE_SUPPRESSED = "no_passage", _("passage taken down")
        PICTURE_SUPPRESSED = "no_picture", _("picture taken down")
        FILE_SUPPRESSED = "no_file", _("attachment taken down")

    TAKEDOWNS = (
        *(Kind.EDITION_SUPPRESSED, Kind.PASSAGE_SUPPRESSED),
        *(Kind.PICTURE_SUPPRESSED, Kind.FILE_SUPPRESSED),
    )

    article = models.ForeignKey("articles.Article", on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(_("what"), max_length=12, choices=Kind.choices)
    origin = models.CharField(_("from"), max_length=12, choices=Stage.choices, blank=True)
    target = models.CharField(_("to"), max_length=12, choices=Stage.choices, blank=True)
    edition = models.PositiveIntegerField(_("edition"), null=True)
    #: The beginning of an edition; of a hand-over, when the work is due.
    moment = models.DateTimeField(_("with effect from"), null=True)
    #: Of a hand-over: who has the article from then on; nobody, if null.
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("to whom"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
    )

    class Meta(HistoryRow.Meta):
        ordering = ["-at", "-pk"]
        # Read twice a minute for whom to mail: what has happened since.
        indexes = [models.Index(fields=["at"], name="article_event_at")]

    def __str__(self):
        return f"{self.get_kind_display()} {self.get_target_display()}".strip()
