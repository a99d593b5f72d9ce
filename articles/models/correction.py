"""Corrections: public statements about a change, at most one for each edition."""

from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from common import reader_clock
from common.labels import labelled
from common.text_fields import VisibleTextField


class CorrectionQuerySet(models.QuerySet):
    def public(self, at=None):
        """Return the corrections that are public at the instant `at` (default: now).

        Corrections of an article that is not public at that instant are left out.
        """
        at = at or reader_clock.now()
        # `Edition`, reached through the relation because its module imports this one.
        live = self.model.edition.field.related_model.objects.live(at)
        is_live = Exists(live.filter(article=OuterRef("article")))
        return self.filter(is_live, published_at__lte=at)

    def delete(self):
        raise TypeError("A correction stays. It goes only with an edition that nobody has read.")


class Correction(models.Model):
    """A public statement about the change that an edition makes; it is published with the edition.

    So its date is a copy of the edition's. It is rescheduled with its edition, and deleted with an
    edition that is cancelled before it is public. Once public it is never changed and never
    deleted. An edition without a correction makes a change that readers need not know of, and moves
    no public date.
    """

    class Kind(models.TextChoices):
        CORRECTION = "correction", _("Correction")
        CLARIFICATION = "clarification", _("Clarification")
        UPDATE = "update", _("Update")
        NOTE = "note", _("Editor’s note")
        RETRACTION = "retraction", _("Retraction")

    #: The kinds that are shown above the text of the article; the others are shown below it.
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
    text = VisibleTextField(_("text"), blank=True)
    #: The beginning of the edition, by which the list of all corrections is read from an index.
    published_at = models.DateTimeField(editable=False)

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering = ["-published_at", "-pk"]
        indexes = [models.Index(fields=["-published_at", "-id"], name="correction_newest_first")]

    def __str__(self):
        return labelled(self.get_kind_display(), self.text)

    def save(self, **kwargs):
        if not self._state.adding:
            raise TypeError("A correction never changes: press another edition that says more.")
        self.published_at = self.edition.visible_from
        super().save(**kwargs)

    def delete(self, **kwargs):
        raise TypeError("A correction stays. It goes only with an edition that nobody has read.")

    @property
    def is_urgent(self) -> bool:
        return self.kind in self.URGENT
