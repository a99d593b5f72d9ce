"""How a working copy becomes editions, and how their intervals move: the only code that does it."""

from django.db import models, transaction
from django.utils import timezone

from common.permissions import require

from ..models.edition import Edition
from ..models.event import ArticleEvent
from ..search import index
from . import stages
from .preflight import editions as preflight
from .preflight.findings import refuse_first
from .stages import Stage


class Pressing:
    """The part of `Article` that presses, moves, takes back and ends its editions."""

    @transaction.atomic
    def press(self, *, by, at=None, until=None, correction=None):
        """Press the working copy into an edition, public from `at` (now) `until` (open end).

        An edition that is public at `at` gives way to the new one, which inherits its planned end;
        one that is scheduled for later stays. An unsaved `correction` tells readers what the new
        one changes, and moves the public "updated" date unless it stands on the very first edition.
        Raises PermissionDenied, or PublishingError with the first finding of `preflight`.
        """
        require(by, stages.PUBLISH)
        self._lock()
        at = at or timezone.now()
        refuse_first(preflight.to_press(self, at=at, until=until, correction=correction))
        replaced = self.editions.live(at).first()
        until = until or self._natural_end(at, replaced)
        self.editions.live(at).update(visible_until=at)
        last = self.editions.aggregate(last=models.Max("number"))["last"] or 0
        edition = self.copy_to(
            Edition(
                article=self,
                number=last + 1,
                visible_from=at,
                visible_until=until,
                embargo_until=self.embargo_until,
                pressed_by=by,
            )
        )
        if correction:
            correction.article, correction.edition = self, edition
            correction.save()
        index.index(edition)
        if at <= timezone.now() and not replaced:
            # It is back. Until then, or where its end is still planned, the notice stays.
            self.withdrawal_notice = ""
        self._follow_editions()
        note = str(correction or "")
        self._log(ArticleEvent.Kind.PRESSED, by=by, edition=edition.number, moment=at, note=note)
        self._move_to(Stage.PUBLISHED, by=by)
        return edition

    def _natural_end(self, at, replaced):
        """Return when an edition from `at` ends by itself: with the one that it replaces, or where
        the next begins, or never (None)."""
        if replaced:
            return replaced.visible_until
        following = self.editions.filter(visible_from__gt=at).order_by("visible_from").first()
        return following and following.visible_from

    @transaction.atomic
    def reschedule(self, edition, at, *, by):
        """Let the still unread `edition` begin at `at` instead; its predecessor follows.

        Raises PermissionDenied, or PublishingError with the first finding of `preflight`.
        """
        require(by, stages.PUBLISH)
        self._lock()
        edition = self.editions.get(pk=edition.pk)
        refuse_first(preflight.to_reschedule(edition, at))
        this = self.editions.filter(pk=edition.pk)
        neighbour = self.editions.filter(visible_until=edition.visible_from)
        # The database refuses an overlap at once, so whichever gives room moves first.
        if at > edition.visible_from:
            this.update(visible_from=at)
            neighbour.update(visible_until=at)
        else:
            neighbour.update(visible_until=at)
            this.update(visible_from=at)
        self._follow_editions()
        self._log(ArticleEvent.Kind.RESCHEDULED, by=by, edition=edition.number, moment=at)

    @transaction.atomic
    def cancel(self, edition, *, by):
        """Take back an edition that is still scheduled; its predecessor lasts as if it never was.

        Its correction, which nobody has read either, goes with it. Raises PermissionDenied, or
        PublishingError as `preflight` finds.
        """
        require(by, stages.PUBLISH)
        self._lock()
        edition = self.editions.get(pk=edition.pk)
        refuse_first(preflight.to_cancel(edition))
        start, end = edition.visible_from, edition.visible_until
        number = edition.number
        index.forget(self.editions.filter(pk=edition.pk))
        edition.delete()
        self.editions.filter(visible_until=start).update(visible_until=end)
        self._follow_editions()
        self._log(ArticleEvent.Kind.CANCELLED, by=by, edition=number, moment=start)
        if self.stage == Stage.PUBLISHED:
            self.move_to(Stage.DRAFT, by=by)

    @transaction.atomic
    def withdraw(self, *, by, at=None, notice=""):
        """End publication at `at` (now), with a `notice` that its address shows from then on.

        Editions scheduled for later are taken back. Raises PublishingError(`nothing`) where there
        is nothing to end and (`past_date`) for an instant gone by.
        """
        require(by, stages.PUBLISH)
        self._lock()
        refuse_first(preflight.to_withdraw(self, at=at))
        at = at or timezone.now()
        later = self.editions.filter(visible_from__gte=at)
        ended = self.editions.live(at).filter(visible_from__lt=at)
        index.forget(later)
        later.delete()
        ended.update(visible_until=at)
        self.withdrawal_notice = notice
        self._follow_editions()
        self._log(ArticleEvent.Kind.WITHDRAWN, by=by, moment=at, note=notice)
        if self.stage == Stage.PUBLISHED:
            self.move_to(Stage.DRAFT, by=by)
