"""How a working copy becomes editions, and how their intervals move: the only code that does it."""

from django.db import models, transaction
from django.utils import timezone

from common.permissions import require

from ..models.correction import Correction
from ..models.edition import Edition
from ..models.event import ArticleEvent
from ..search import index
from . import stages
from .refusals import readable, refusal
from .stages import Stage


class Pressing:
    """The part of `Article` that presses, moves, takes back and ends its editions."""

    def check_press(self, *, at=None, until=None, correction=None):
        """Return the beginning and end that an edition pressed for `at` would have.

        Raises PublishingError with the code of the rule in the way. An edition that is public at
        `at` gives way to the new one, which inherits its planned end; an edition scheduled for
        later stays.
        """
        now = timezone.now()
        at = at or now
        missing = [
            str(self._meta.get_field(name).verbose_name)
            for name in ("headline", "body")
            if not getattr(self, name).strip()
        ]
        if missing:
            raise refusal("incomplete", missing=", ".join(missing))
        if self.embargo_until and at < self.embargo_until:
            raise refusal("embargo", until=readable(self.embargo_until))
        if self.pk is None:
            editions = Edition.objects.none()
        else:
            editions = self.editions.all()
        # Software that brings history over may add to the past, in order; nothing rewrites it. What
        # people press begins now or later: their form sees to that.
        if editions.filter(visible_from__gte=at, visible_from__lte=now).exists():
            raise refusal("past")
        if editions.filter(visible_from=at).exists():
            raise refusal("instant")
        corrects = correction and correction.kind != Correction.Kind.NOTE
        if corrects and not editions.filter(visible_from__lt=at).exists():
            raise refusal("uncorrectable")
        covering = editions.live(at).first()
        following = editions.filter(visible_from__gt=at).order_by("visible_from").first()
        limit = covering.visible_until if covering else following and following.visible_from
        if until and until <= at:
            raise refusal("order")
        if until and following and until > following.visible_from:
            raise refusal("overlap", start=readable(following.visible_from))
        return at, until or limit

    @transaction.atomic
    def press(self, *, by, at=None, until=None, correction=None):
        """Press the working copy into an edition, public from `at` (now) `until` (open end).

        An unsaved `correction` tells readers what it changes, and moves the public "updated" date
        unless it stands on the very first edition. Raises PermissionDenied, or PublishingError as
        `check_press` says.
        """
        require(by, stages.PUBLISH)
        self._lock()
        at, until = self.check_press(at=at, until=until, correction=correction)
        replaced = self.editions.live(at).first()
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

    def check_reschedule(self, edition, at):
        """Return the predecessor whose end is where `edition` begins, and would follow, or None.

        Raises PublishingError where `edition` has begun, or where `at` is past, before the
        embargo, or beyond a neighbour.
        """
        if not edition.is_scheduled:
            raise refusal("begun")
        if at < timezone.now():
            raise refusal("past_date")
        if edition.embargo_until and at < edition.embargo_until:
            raise refusal("embargo", until=readable(edition.embargo_until))
        if edition.visible_until and at >= edition.visible_until:
            raise refusal("order")
        before = (
            self.editions.filter(visible_from__lt=edition.visible_from)
            .order_by("-visible_from")
            .first()
        )
        follows_on = before and before.visible_until == edition.visible_from
        if before and (at <= before.visible_from or (not follows_on and at < before.visible_until)):
            raise refusal("overlap", start=readable(before.visible_from))
        return before if follows_on else None

    @transaction.atomic
    def reschedule(self, edition, at, *, by):
        """Let the still unread `edition` begin at `at` instead; its predecessor follows.

        Raises PermissionDenied, or PublishingError as `check_reschedule` says.
        """
        require(by, stages.PUBLISH)
        self._lock()
        edition = self.editions.get(pk=edition.pk)
        before = self.check_reschedule(edition, at)
        this = self.editions.filter(pk=edition.pk)
        neighbour = self.editions.filter(pk=before and before.pk)
        # The database refuses an overlap at once, so whichever gives room moves first.
        if at > edition.visible_from:
            this.update(visible_from=at)
            neighbour.update(visible_until=at)
        else:
            neighbour.update(visible_until=at)
            this.update(visible_from=at)
        self._follow_editions()
        self._log(ArticleEvent.Kind.RESCHEDULED, by=by, edition=edition.number, moment=at)

    def check_cancel(self, edition):
        """Raise PublishingError where readers have seen `edition` (`begun`), or where the next one
        says what it corrects in it (`corrected`)."""
        if not edition.is_scheduled:
            raise refusal("begun")
        if self.editions.filter(visible_from__lt=edition.visible_from).exists():
            return
        following = self.editions.filter(visible_from__gt=edition.visible_from)
        heir = following.order_by("visible_from").values("number", "correction__kind").first()
        if heir and heir["correction__kind"] not in (None, Correction.Kind.NOTE):
            raise refusal("corrected", number=heir["number"])

    @transaction.atomic
    def cancel(self, edition, *, by):
        """Take back an edition that is still scheduled; its predecessor lasts as if it never was.

        Its correction, which nobody has read either, goes with it. Raises PermissionDenied, or
        PublishingError as `check_cancel` says.
        """
        require(by, stages.PUBLISH)
        self._lock()
        edition = self.editions.get(pk=edition.pk)
        self.check_cancel(edition)
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
        now = timezone.now()
        at = at or now
        if at < now:
            raise refusal("past_date")
        later = self.editions.filter(visible_from__gte=at)
        ended = self.editions.live(at).filter(visible_from__lt=at)
        if not later.exists() and not ended.exists():
            raise refusal("nothing")
        index.forget(later)
        later.delete()
        ended.update(visible_until=at)
        self.withdrawal_notice = notice
        self._follow_editions()
        self._log(ArticleEvent.Kind.WITHDRAWN, by=by, moment=at, note=notice)
        if self.stage == Stage.PUBLISHED:
            self.move_to(Stage.DRAFT, by=by)
