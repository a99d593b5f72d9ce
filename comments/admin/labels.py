"""Texts in the admin about comments and readers' reports."""

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from common.shortening import shorten

from ..models import CommentEvent
from ..moderation.states import Complained

Kind = CommentEvent.Kind

#: The longest text of a comment in a list, in characters.
LONGEST_EXCERPT = 400

_DECIDED = _("“%(comment)s” was decided already: %(change)s.")
#: The sentences about the events that change a comment before a colleague acts on it.
_CHANGED = {
    Kind.DECIDED: _DECIDED,
    Kind.UNDONE: _("The decision about “%(comment)s” is no longer there: %(change)s."),
    Kind.REVISED: _("“%(comment)s” was changed by its writer."),
    Kind.WITHDRAWN: _("“%(comment)s” was withdrawn by its writer."),
    Kind.EDITED: _("The text of “%(comment)s” has changed: %(change)s."),
    Kind.ANSWERED: _("“%(comment)s” has an answer already: %(change)s."),
    Kind.ERASED: _("The comment is gone: %(change)s."),
}
#: The same of the person who is told.
_OWN = {
    Kind.DECIDED: _("You have already decided “%(comment)s”: %(change)s."),
    Kind.EDITED: _("You have already edited “%(comment)s”."),
    Kind.ANSWERED: _("You have already answered “%(comment)s”."),
}


def excerpt(comment) -> str:
    """Return the text of the comment, cut to LONGEST_EXCERPT characters."""
    return shorten(comment.text, LONGEST_EXCERPT)


def state(comment):
    """Return the state of the comment, with the person who decided it and the time."""
    return state_with_decision(comment, comment.get_moderation_display())


def state_with_decision(row, words):
    """Return `words` (the state of a comment or report), with its decider and time if decided."""
    if not row.decided_at:
        return words
    return _in_time(words, row.decided_by or "–", row.decided_at)


def _in_time(words, who, at):
    when = date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")
    if who is None:
        return _("%(state)s, %(when)s") % {"state": words, "when": when}
    return _("%(state)s by %(who)s, %(when)s") % {"state": words, "who": who, "when": when}


def overtaken_message(overtaken, user, outcome=None):
    """Return the message for a `user` whose act was refused: what has changed, who did it, when.

    `outcome` is the sentence that says what became of the act; by default, that nothing was done.
    If `user` acted before, in another window, the message names nobody and warns of nothing.
    """
    comment, event = overtaken.comment, overtaken.event
    if isinstance(overtaken, Complained):
        words = _(
            "A reader has reported “%s” meanwhile. Nothing was decided: please read it first."
        )
        return words % comment
    if outcome is None:
        is_decided = event and event.kind in CommentEvent.DECISIONS
        outcome = _("Nothing was changed.") if is_decided else _("Nothing was decided.")
        if event and event.by == user:
            return _what_changed(comment, event, user)
    return f"{_what_changed(comment, event, user)} {outcome}"


def nothing_to_undo_message(overtaken, user):
    """Return the message that the last decision about the comment cannot be undone by `user`."""
    words, event = _("Nothing is left to undo."), overtaken.event
    is_undone = event and event.by == user and event.kind not in CommentEvent.DECIDING
    return words if event is None or is_undone else overtaken_message(overtaken, user, words)


def _what_changed(comment, event, user):
    if event is None:
        words = _DECIDED if comment.decided_at else _("“%(comment)s” is not what you saw.")
        return words % {"comment": comment, "change": state(comment)}
    words, who = _CHANGED.get(event.kind, _DECIDED), event.by
    if event.by == user:
        words, who = _OWN.get(event.kind, _OWN[Kind.DECIDED]), None
    elif event.kind == Kind.ERASED and event.by is None:
        words = _("The comment was erased by its writer.")
    is_decision = event.kind == Kind.DECIDED
    label = event.target_label if is_decision else event.get_kind_display()
    return words % {"comment": comment, "change": _in_time(label, who, event.at)}
