"""What readers were told about a change: one row beside the edition that made it."""

from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class CorrectionQuerySet(models.QuerySet):
    def public(self, at=None):
        """Return what the paper says at the instant `at` (now) about articles that it still has.

        A total order, newest first: an article's editions never begin together.
        """
        at = at or timezone.now()
        # The model of editions, which imports this module.
        live = self.model.edition.field.related_model.objects.live(at)
        return self.filter(published_at__lte=at, article__in=live.values("article"))

    def delete(self):
        raise TypeError("A correction stays. It goes only with an edition that nobody has read.")


class CorrectionManager(models.Manager.from_queryset(CorrectionQuerySet)):
    def get_queryset(self):
        return super().get_queryset().annotate(published_at=F("edition__visible_from"))


class Correction(models.Model):
    """A public statement about what an edition changes; it becomes public with that edition.

    So it has no date of its own, moves with a scheduled edition and goes with one that is taken
    back unread. Once public it is never changed and never deleted. An edition without one mends
    what readers need not know, and moves no public date.
    """

    class Kind(models.TextChoices):
        CORRECTION = "correction", _("Correction")
        CLARIFICATION = "clarification", _("Clarification")
        UPDATE = "update", _("Update")
        NOTE = "note", _("Editor’s note")
        RETRACTION = "retraction", _("Retraction")

    #: Told before the article is read; the others stand at its end.
    URGENT = (Kind.RETRACTION, Kind.CORRECTION)

    article = models.ForeignKey(
        "articles.Article",
        verbose_name=_("article"),
        on_delete=models.CASCADE,
        related_name="corrections",
    )
    edition = models.OneToOneField(
        "articles.Edition",
        verbose_name=_("edition"),
        on_delete=models.CASCADE,
        related_name="correction",
    )
    kind = models.CharField(_("kind"), max_length=13, choices=Kind.choices)
    text = models.TextField(_("text"), blank=True)

    objects = CorrectionManager()

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering = ["-edition__visible_from", "-pk"]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.text}"

    def save(self, **kwargs):
        if not self._state.adding:
            raise TypeError("A correction never changes: press another edition that says more.")
        super().save(**kwargs)

    def delete(self, **kwargs):
        raise TypeError("A correction stays. It goes only with an edition that nobody has read.")

    @property
    def is_urgent(self) -> bool:
        return self.kind in self.URGENT
