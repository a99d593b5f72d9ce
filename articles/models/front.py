"""The places on the front page that editors give to articles."""

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common import reader_clock
from common.compiled_queries import compiled
from common.labels import labelled

from ..publishing.arrangement import LEAD, PINNED, SECOND, Arrangement, Spot
from .change import Change, RecordsChanges, RecordsChangesQuerySet


class FrontSlotQuerySet(RecordsChangesQuerySet):
    def current(self, at=None):
        """Return the slots that have not ended at the instant `at` (default: now)."""
        return self.filter(Q(until__isnull=True) | Q(until__gt=at or reader_clock.now()))

    def next_end(self):
        """Return the next instant at which a slot ends, or None."""
        return next(iter(_next_ends(reader_clock.now())), None)

    def arrangement(self) -> Arrangement:
        """Return what is placed now, ended or not."""
        rows = self.order_by(*self.model._meta.ordering).values_list("article", "place", "until")
        return Arrangement.of(Spot(*row) for row in rows)

    @transaction.atomic
    def arrange(self, arrangement):
        """Make `arrangement` what is placed. Rows that say so already are not written."""
        self.exclude(article__in=arrangement.articles).delete()
        slots = {slot.article_id: slot for slot in self.all()}
        for place in self.model.Place:
            for position, spot in enumerate(arrangement.at(place)):
                slot = slots.get(spot.article) or self.model(article_id=spot.article)
                values = {"place": spot.place, "position": position, "until": spot.until}
                if slot.pk is None or any(getattr(slot, n) != v for n, v in values.items()):
                    for name, value in values.items():
                        setattr(slot, name, value)
                    slot.save()


class FrontSlot(RecordsChanges):
    """A place on the front page that an editor gives to an article; the newest fill the others.

    A slot never makes an article public. The front page leaves out an article that is not live, and
    shows it in its place as soon as it is. See `articles.pages.front`.
    """

    CHANGE = Change.Kind.FRONT

    class Place(models.IntegerChoices):
        LEAD = LEAD, _("Lead")
        SECOND = SECOND, _("Second")
        PINNED = PINNED, _("First in its section")

    # One row for each article, so no article can be placed twice.
    article = models.OneToOneField(
        "articles.Article",
        verbose_name=_("article"),
        on_delete=models.CASCADE,
        related_name="front_slot",
    )
    place = models.PositiveSmallIntegerField(
        _("place"),
        choices=Place.choices,
        default=Place.SECOND,
        help_text=_("Of several leads the first that is public leads, and the next second it."),
    )
    position = models.PositiveSmallIntegerField(
        _("position"), default=0, help_text=_("Lowest first.")
    )
    until = models.DateTimeField(
        _("until"), null=True, blank=True, help_text=_("Empty: until somebody takes it away.")
    )

    objects = FrontSlotQuerySet.as_manager()

    class Meta:
        verbose_name = _("place on the front page")
        verbose_name_plural = _("places on the front page")
        ordering = ["place", "position", "pk"]

    def __str__(self):
        return labelled(self.get_place_display(), self.article)

    @property
    def has_ended(self) -> bool:
        return self.until is not None and self.until <= timezone.now()


@compiled
def _next_ends(at):
    ends = FrontSlot.objects.filter(until__gt=at).order_by("until")
    return ends.values_list("until", flat=True)[:1]
