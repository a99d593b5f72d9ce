"""An arrangement of the front page that a person tries, and that readers do not see yet."""

from datetime import timedelta

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from ..publishing.arrangement import Arrangement
from .article import Article
from .front import FrontSlot
from .front_publication import FrontPublication

#: The steps that can be undone.
MOST_STEPS = 100
#: How long after the last sign of a person the page counts as closed.
AWAY_AFTER = timedelta(seconds=70)


class Outdated(Exception):
    """What readers see is not what the person has seen: a colleague has changed it."""


class FrontDraftQuerySet(models.QuerySet):
    def at_work(self, *, besides):
        """Return the drafts of colleagues who have the page open."""
        present = self.filter(beat_at__gt=timezone.now() - AWAY_AFTER).exclude(by=besides)
        return present.select_related("by").order_by("by__username")

    def locked(self, person):
        """Return the draft of `person`, locked for this transaction; make it if there is none."""
        return self.select_for_update().get_or_create(by=person)[0]


class FrontDraft(models.Model):
    """The arrangement of one person, step by step.

    Each person has their own, so nobody undoes the step of another. It is made from what readers
    see, which is its `base`: where that is not what they see any more, a colleague has published,
    and the draft is not published over it. A draft without changes shows what readers see.
    """

    by = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    #: Arrangements, as `Arrangement.to_json` writes them: what readers saw, and each step.
    base = models.JSONField(default=list)
    steps = models.JSONField(default=list)
    #: The index of the step that is shown; those after it were undone.
    step = models.PositiveSmallIntegerField(default=0)
    #: Grows with each change, so that a second window of the same person is noticed.
    version = models.PositiveIntegerField(default=0)
    #: The last sign that the page is open.
    beat_at = models.DateTimeField(default=timezone.now, db_index=True)

    objects = FrontDraftQuerySet.as_manager()

    class Meta:
        # Whoever arranges the front page has one.
        default_permissions = ()

    def __str__(self):
        return str(self.by)

    # --- What it shows ---------------------------------------------------------------------------

    @property
    def has_changes(self) -> bool:
        return bool(self.steps) and self.steps[self.step] != self.base

    def arrangement(self, live) -> Arrangement:
        """Return what it shows while readers see `live`."""
        return Arrangement.from_json(self.steps[self.step]) if self.has_changes else live

    def is_outdated(self, live) -> bool:
        return self.has_changes and self.base != live.to_json()

    @property
    def can_undo(self) -> bool:
        return self.step > 0

    @property
    def can_redo(self) -> bool:
        return self.step + 1 < len(self.steps)

    # --- Steps -----------------------------------------------------------------------------------

    def do(self, arrangement, live):
        """Add a step to `arrangement`, while readers see `live`. The steps undone are forgotten."""
        now, new = live.to_json(), arrangement.to_json()
        steps = self.steps[: self.step + 1]
        if not self.has_changes:
            self.base = now
            steps += [now] if steps[-1:] != [now] else []
        steps += [new] if steps[-1:] != [new] else []
        self._show(steps, len(steps) - 1)

    def undo(self):
        if self.can_undo:
            self._show(self.steps, self.step - 1)

    def redo(self):
        if self.can_redo:
            self._show(self.steps, self.step + 1)

    def settle(self, arrangement, live):
        """Go on with `arrangement` over `live`, which the person has seen."""
        self.base, new = live.to_json(), arrangement.to_json()
        steps = self.steps[: self.step + 1]
        steps += [new] if steps[-1:] != [new] else []
        self._show(steps, len(steps) - 1)

    def _show(self, steps, step):
        self.steps, self.step = steps[-MOST_STEPS:], step - max(0, len(steps) - MOST_STEPS)
        self.version += 1
        self.beat_at = timezone.now()
        self.save()

    # --- The press -------------------------------------------------------------------------------

    @transaction.atomic
    def publish(self) -> set:
        """Make it what readers see; return the keys of its articles that are deleted by now.

        Raise Outdated if a colleague has changed what readers see.
        """
        # Until the end nobody deletes an article that is placed here. The list of places, which has
        # the number of the front page, may name one.
        arrangement = Arrangement.from_json(self.steps[self.step])
        articles = Article.objects.filter(pk__in=arrangement.articles).order_by("pk")
        found = set(articles.select_for_update(no_key=True).values_list("pk", flat=True))
        with FrontPublication.objects.one_at_a_time(self.by) as live:
            if self.is_outdated(live):
                raise Outdated
            FrontSlot.objects.arrange(arrangement.only(found))
        # Deleted articles left the base too, so no later press finds a difference.
        self.settle(arrangement.only(found), arrangement.only(found))
        return set(arrangement.articles) - found
