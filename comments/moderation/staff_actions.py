"""Actions of the newsroom on a comment other than decisions: edit it, answer it, feature it.

These functions are methods of `Comment`.
"""

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from articles.models import Change
from common.permissions import require_permission

from ..models.event import CommentEvent
from ..writing.refusal import Refused
from . import states
from .decisions import write_decision
from .states import AlreadyAnswered, AlreadyEdited, Moderation

Kind = CommentEvent.Kind


@transaction.atomic
def edit(comment, text, *, by, seen_at=None, note=""):
    """Replace the comment's text with `text`; the page tells readers that it was edited.

    The text that its writer sent stays in the trace, while the trace is kept. Only that text is
    ever sent to Akismet. Raises AlreadyEdited if somebody has changed the text since `seen_at`, or
    if the comment is withdrawn or erased.
    """
    require_permission(by, states.EDIT)
    current = comment.lock()
    if seen_at and current.is_withdrawn:
        raise AlreadyEdited(current)
    if current.erased_at or current.text == text:
        return
    change = seen_at and current.last_change(since=seen_at, kinds=CommentEvent.NEW_TEXT)
    if change:
        raise AlreadyEdited(current, change)
    CommentEvent.objects.log(comment, Kind.EDITED, by=by, note=note)
    comment.text, comment.edited_at = text, timezone.now()
    comment.save(update_fields=["text", "html", "edited_at"])
    if current.is_public:
        Change.objects.record(Change.Kind.THREAD, comment.article_id)


@transaction.atomic
def answer(comment, text, *, by, name, seen_at=None):
    """Answer the comment in the newsroom's name; return the answer, which is public at once.

    `seen_at` is the moment at which `by` last saw the comment. Raises AlreadyAnswered if somebody
    has answered or edited the comment since. An answer of `by` that is public already in the same
    words, after a double click or from a form that is sent again, is returned and not sent twice.

    The answer is approved through `write_decision`, and can be rejected later like any comment. It
    has no trace, so it cannot be sent to Akismet. Raises Refused(`unanswerable`) if the comment is
    not public, since readers would not see the comment that is answered. Raises ValueError if
    `name` is the login name of `by`, which no reader may learn.
    """
    require_permission(by, states.ANSWER)
    if name == by.get_username() and name != settings.SITE_NAME:
        raise ValueError("An answer is signed with a public name, never with a login name.")
    current = comment.lock()
    if not current.is_public:
        raise Refused("unanswerable")
    same = current.replies.filter(is_newsroom=True, name=name, text=text)
    same = same.filter(moderation=Moderation.APPROVED)
    if sent := same.filter(events__kind=Kind.SUBMITTED, events__by=by).first():
        return sent
    kinds = [*CommentEvent.NEW_TEXT, Kind.ANSWERED]
    change = seen_at and current.last_change(since=seen_at, kinds=kinds)
    if change:
        raise AlreadyAnswered(current, change)
    reply = type(comment).objects.create(
        article_id=comment.article_id, parent=comment, name=name, text=text, is_newsroom=True
    )
    CommentEvent.objects.log(reply, Kind.SUBMITTED, by=by)
    write_decision(reply, reply, Moderation.APPROVED, by=by)
    CommentEvent.objects.log(comment, Kind.ANSWERED, by=by)
    return reply


def feature(comment, *, by, seen_at=None):
    """Feature the comment: readers see it with a badge, and in the list of featured comments.

    Raises AlreadyEdited if somebody has changed the text since `seen_at`, the moment at which `by`
    last saw it. A comment that is not public stays as it is.
    """
    _feature(comment, timezone.now(), Kind.FEATURED, by, seen_at)


def unfeature(comment, *, by):
    _feature(comment, None, Kind.UNFEATURED, by)


@transaction.atomic
def _feature(comment, moment, kind, by, seen_at=None):
    require_permission(by, states.FEATURE)
    current = comment.lock()
    if bool(current.featured_at) == bool(moment) or (moment and not current.is_public):
        return
    if change := seen_at and current.last_change(since=seen_at, kinds=CommentEvent.NEW_TEXT):
        raise AlreadyEdited(current, change)
    CommentEvent.objects.log(comment, kind, by=by)
    comment.write(featured_at=moment)
    if current.is_public:
        Change.objects.record(Change.Kind.THREAD, comment.article_id)
