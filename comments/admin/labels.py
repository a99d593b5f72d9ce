"""Texts in the admin about comments and readers' reports."""

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from ..models import CommentEvent
from ..moderation.states import AlreadyDecided, Complained

#: The longest text of a comment in a list, in characters.
LONGEST_EXCERPT = 400


def excerpt(comment) -> str:
    """Return the text of the comment, cut off after LONGEST_EXCERPT characters."""
    text = comment.text
    return text if len(text) <= LONGEST_EXCERPT else f"{text[:LONGEST_EXCERPT]}…"


def state(comment):
    """Return the state of the comment, with the person who decided it and the time."""
    return state_with_decision(comment, comment.get_moderation_display())


def state_with_decision(row, words):
    """Return `words` (the state of a comment or report), with its decider and time if decided."""
    if not row.decided_at:
        return words
    return _with_decider(words, row.decided_by or "–", row.decided_at)


def overtaken_message(refusal, user):
    """Return the message for `user` that somebody acted before: a colleague, a reader, the writer.

    `refusal` is an AlreadyDecided. If `user` acted before, in another window, the message says so
    and names nobody.
    """
    comment, values = refusal.comment, {"comment": refusal.comment}
    if isinstance(refusal, Complained):
        words = _(
            "A reader has reported “%s” meanwhile. Nothing was decided: please read it first."
        )
        return words % comment
    last = comment.last_event(CommentEvent.CHANGES)
    if last is None or (last.by is None and last.kind not in CommentEvent.DECISIONS):
        words = _("“%s” was changed or withdrawn by its writer. Nothing was decided.")
        return words % comment
    is_own = last.by == user
    is_decision = last.kind == CommentEvent.Kind.DECIDED
    label = last.target_label if is_decision else capfirst(last.get_kind_display())
    values["state"] = _with_decider(label, None if is_own else last.by or "–", last.at)
    if is_own:
        return _("You have already decided “%(comment)s”: %(state)s.") % values
    return _("“%(comment)s” was decided already: %(state)s. Nothing was changed.") % values


def nothing_to_undo_message(comment, user):
    """Return the message that the last decision about the comment cannot be undone by `user`."""
    last = comment.last_event(CommentEvent.CHANGES)
    if last and last.by != user:
        return overtaken_message(AlreadyDecided(comment), user)
    return _("Nothing is left to undo.")


def edited_message(refusal, user):
    """Return the message that the text was changed since `user` saw it; by `user`, if it was."""
    kinds = CommentEvent.Kind
    last = refusal.comment.last_event([kinds.EDITED, kinds.REVISED])
    if last and last.by == user:
        return _("You have edited it meanwhile. The text is now: %s") % refusal.comment.text
    return _("Somebody has edited it meanwhile. The text is now: %s") % refusal.comment.text


def _with_decider(label, decider, moment):
    when = date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")
    if decider is None:
        return f"{label}, {when}"
    return _("%(state)s by %(who)s, %(when)s") % {"state": label, "who": decider, "when": when}
