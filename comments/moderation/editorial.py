"""What the newsroom does to a comment beside deciding: edit it, answer it, feature it."""

from django.db import transaction
from django.utils import timezone

from common.permissions import require

from ..moderation import states
from ..moderation.states import AlreadyEdited, Moderation
from .event import CommentEvent


class ByNewsroom:
    """The part of `Comment` that editors and moderators write in."""

    @transaction.atomic
    def edit(self, text, *, by, seen_at=None, note=""):
        """Put `text` in place of the comment's, and let readers know that it was edited.

        What its writer sent stays in the trace, for as long as that is kept; only that is ever
        sent to Akismet. Raises AlreadyEdited where somebody has changed it since `seen_at`.
        """
        require(by, states.EDIT)
        current = self._locked()
        is_edited = seen_at and current.edited_at and current.edited_at > seen_at
        if is_edited or (seen_at and current.was_revised_since(seen_at)):
            raise AlreadyEdited(current)
        if current.erased_at or current.text == text:
            return
        self._log(CommentEvent.Kind.EDITED, by=by, note=note)
        self.text, self.edited_at = text, timezone.now()
        self.save(update_fields=["text", "html", "edited_at"])

    @transaction.atomic
    def answer(self, text, *, by, name):
        """Answer in the newsroom's name; return the answer, which is public at once.

        It goes through the writer of every decision and can be moderated away like any comment. It
        has no trace, so nothing of it can be sent to Akismet. Raises ValueError where the comment
        itself is not public, since readers would not know what is answered.
        """
        require(by, states.ANSWER)
        if not self._locked().is_public:
            raise ValueError("Only a public comment can be answered.")
        reply = type(self).objects.create(
            article_id=self.article_id, parent=self, name=name, text=text, is_newsroom=True
        )
        reply._log(CommentEvent.Kind.SUBMITTED, by=by)
        reply._decide(reply, Moderation.APPROVED, by=by)
        self._log(CommentEvent.Kind.ANSWERED, by=by)
        return reply

    def feature(self, *, by):
        """Give the comment a place of its own among those that readers see."""
        self._feature(timezone.now(), CommentEvent.Kind.FEATURED, by)

    def unfeature(self, *, by):
        self._feature(None, CommentEvent.Kind.UNFEATURED, by)

    @transaction.atomic
    def _feature(self, moment, kind, by):
        require(by, states.FEATURE)
        current = self._locked()
        if bool(current.featured_at) == bool(moment) or (moment and not current.is_public):
            return
        self._log(kind, by=by)
        self._write(featured_at=moment)
