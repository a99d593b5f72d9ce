"""The private page of a comment's writer: the comment's state, and each step on the way to it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ..models import AkismetStatus
from ..moderation.states import Moderation, Screening
from ..screening import api

#: The time before or after which the turn of a comment to be checked is not “now”.
SOON = timedelta(minutes=5)

DONE, NOW, ENDED, TO_COME = "done", "now", "ended", ""


@dataclass(frozen=True)
class Step:
    """A step of a comment's progress, with a `note`, or the moment `at` which it was completed."""

    label: str
    #: DONE, NOW, ENDED or TO_COME; also the CSS class.
    state: str
    note: str = ""
    at: datetime | None = None
    #: Whether the comment is at this step now.
    is_current: bool = False


class Receipt:
    """The state of `comment`, in words. It says whether Akismet was asked, never its verdict."""

    def __init__(self, comment):
        self.comment = comment

    @cached_property
    def is_to_be_checked(self) -> bool:
        return self.comment.awaits_check and api.is_configured()

    @cached_property
    def is_being_checked(self) -> bool:
        """Say whether Akismet's answer is to be expected soon.

        It is not while the key is refused or Akismet is silent, nor if the comment's turn is long
        past, since no worker runs, or still far away, after attempts that failed.
        """
        due = self.comment.next_attempt_at
        if not self.is_to_be_checked or due is None or abs(timezone.now() - due) > SOON:
            return False
        akismet = AkismetStatus.objects.filter(pk=1).first()
        return akismet is None or akismet.state == "running"

    @cached_property
    def article_is_live(self) -> bool:
        return self.comment.article.live_edition() is not None

    @property
    def is_pending(self) -> bool:
        return self.comment.moderation == Moderation.PENDING

    @property
    def is_published(self) -> bool:
        return self.comment.moderation == Moderation.APPROVED

    @property
    def can_be_read(self) -> bool:
        """Say whether readers can see the comment under its article now."""
        return self.is_published and self.article_is_live

    # --- Summary ------------------------------------------------------------------------------

    @property
    def heading(self) -> str:
        return self._words[0]

    @property
    def explanation(self) -> list[str]:
        """Return the paragraphs below the heading; none if the link to the comment is enough."""
        return self._words[1:]

    @cached_property
    def _words(self):
        comment = self.comment
        if comment.erased_at:
            return [
                _("It is erased."),
                _("Your name, your comment and all that was kept about them are deleted."),
            ]
        if comment.moderation == Moderation.WITHDRAWN:
            return [
                _("You have withdrawn it."),
                _("It is on no page of this site, and no moderator decides about it."),
            ]
        if self.is_published:
            gone = _("The article itself is not on the site at the moment.")
            return [_("It is published."), *([] if self.article_is_live else [gone])]
        if self.is_being_checked:
            return [
                _("We have it. It is being checked."),
                _("It is stored, and is being checked for spam. Then a moderator reads it."),
            ]
        if self.is_pending:
            no_check = _(
                "The automatic check does not answer at the moment. A moderator may decide without "
                "it."
            )
            held = _("It is looked at more closely: %(why)s.") % {"why": comment.why_held}
            return [
                _("It waits for a moderator."),
                _(
                    "It is stored and waits for a moderator, who reads every comment before it is "
                    "published."
                ),
                *([no_check] if self.is_to_be_checked else []),
                *([held] if comment.hold else []),
            ]
        if comment.reason:
            why = _("A moderator has read it and decided not to publish it: %(reason)s.")
            why %= {"reason": comment.get_reason_display()}
        else:
            why = _("A moderator has read it and decided not to publish it.")
        return [_("It was not published."), why]

    # --- Steps --------------------------------------------------------------------------------

    @property
    def steps(self) -> list[Step]:
        stored = Step(_("Stored"), DONE, at=self.comment.submitted_at)
        steps = [stored, self._check(), self._reading(), self._outcome()]
        return [step for step in steps if step]

    @property
    def _is_withdrawn(self):
        return self.comment.moderation == Moderation.WITHDRAWN

    def _check(self):
        label, screening = _("Checked automatically"), self.comment.screening
        if screening == Screening.FAILED:
            return Step(label, DONE, _("The check gave no answer; a person decides without it."))
        if screening != Screening.WAITING:
            return Step(label, DONE, _("Done"))
        if self.is_being_checked:
            return Step(label, NOW, _("Now, usually within a minute"), is_current=True)
        if self.is_to_be_checked:
            return Step(label, TO_COME, _("It does not answer at the moment"))
        if self.is_pending:
            return Step(label, DONE, _("Not on this site: a person decides without it."))
        if not self._is_withdrawn:
            return Step(label, DONE, _("Not needed: a person was faster."))
        return None

    def _reading(self):
        label = _("Read by a moderator")
        if self.is_being_checked:
            return Step(label, TO_COME, _("To come"))
        if self.is_pending:
            return Step(label, NOW, _("Next"), is_current=True)
        return None if self._is_withdrawn else Step(label, DONE, _("Done"))

    def _outcome(self):
        published = pgettext("comment", "Published")
        if self.is_published:
            return Step(published, DONE, _("Everyone can read it"), is_current=True)
        if self.is_pending:
            return Step(published, TO_COME, _("Once the moderator agrees"))
        if self._is_withdrawn:
            label = _("Erased") if self.comment.erased_at else _("Withdrawn")
            return Step(label, ENDED, at=self.comment.decided_at, is_current=True)
        note = _("Only you can see it, on this page")
        return Step(_("Not published"), ENDED, note, is_current=True)
