"""What the writer of a comment may do with it, by the private page alone."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from common.permissions import require

from ..moderation import states
from ..moderation.states import Moderation, Screening
from ..writing.refusal import Refused
from ..writing.text import to_html
from .event import CommentEvent
from .queue import DONE
from .trace import Trace


class ByWriter:
    """The part of `Comment` that its writer writes in."""

    @property
    def is_withdrawn(self) -> bool:
        """Say whether nothing can be decided any more: it was taken back, or erased."""
        return self.moderation == Moderation.WITHDRAWN or self.erased_at is not None

    @property
    def can_be_withdrawn(self) -> bool:
        return self.moderation in (Moderation.PENDING, Moderation.APPROVED)

    @property
    def revisable_until(self):
        """Until when its writer may change it, or None: it is fresh, and nobody has touched it."""
        end = self.submitted_at + timedelta(minutes=settings.COMMENTS_EDIT_MINUTES)
        is_touched = self.moderation != Moderation.PENDING or self.edited_at or self.is_newsroom
        return end if timezone.now() < end and not is_touched else None

    def was_revised_since(self, moment) -> bool:
        revised = self.events.filter(kind=CommentEvent.Kind.REVISED, at__gt=moment)
        return revised.exists()

    @transaction.atomic
    def revise(self, sender, *, name, text, **values):
        """Put another name and text in place of those sent; they are screened like new ones.

        `values` are the columns made from them. A check under way is of no use any more, and
        changes nothing. Where no address was kept, the one that `sender` has now is, for the new
        check. Raises Refused(`late`) once a person decided or the time is over.
        """
        current = self._locked()
        if not current.revisable_until:
            raise Refused("late")
        self._log(CommentEvent.Kind.REVISED)
        self._write(
            name=name,
            text=text,
            html=to_html(text),
            screening=Screening.WAITING,
            next_attempt_at=timezone.now(),
            **DONE,
            **values,
        )
        if not Trace.objects.filter(comment=self.pk).update(name=name, text=text):
            Trace.objects.keep(self, sender)

    @transaction.atomic
    def withdraw(self):
        """Take the comment back, for its writer: nobody sees it any more, or decides about it."""
        current = self._locked()
        if current.can_be_withdrawn:
            self._take_back(current, CommentEvent.Kind.WITHDRAWN)

    @transaction.atomic
    def erase(self, *, by=None):
        """Forget what was said and by whom: name, text, trace, fingerprint, words of the history.

        Its writer (None) may, and moderators. What is left is a row that says when and that it is
        erased; in the thread it is a gap, if it was answered. A check or a report under way
        changes nothing any more.
        """
        require(by, states.MODERATE)
        current = self._locked()
        if current.erased_at:
            return
        if current.can_be_withdrawn:
            self._take_back(current, CommentEvent.Kind.ERASED, by=by)
        else:
            self._log(CommentEvent.Kind.ERASED, by=by)
        self.events.update(note="", data={})
        Trace.objects.filter(comment=self.pk).delete()
        self._write(
            name="",
            text="",
            html="",
            fingerprint=None,
            hold="",
            hold_detail="",
            hold_rule="",
            featured_at=None,
            erased_at=timezone.now(),
            report_wanted="",
            next_attempt_at=None,
            **DONE,
        )

    def _take_back(self, current, kind, *, by=None):
        self._decide(current, Moderation.WITHDRAWN, by=by, kind=kind)
        self._write(leased_until=None)
