"""Texts in the admin about comments and readers' reports."""

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from common.shortening import shorten

#: The longest text of a comment in a list, in characters.
LONGEST_EXCERPT = 400


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
    return _("%(state)s by %(who)s, %(when)s") % {
        "state": words,
        "who": row.decided_by or "–",
        "when": date_format(timezone.localtime(row.decided_at), "SHORT_DATETIME_FORMAT"),
    }


def overtaken_message(comment):
    """Return the message that a colleague, or the comment's writer, acted before the moderator."""
    if comment.is_withdrawn or not comment.decided_at:
        words = _("“%s” was changed or withdrawn by its writer. Nothing was decided.")
        return words % comment
    return _("“%(comment)s” was decided already: %(state)s. Nothing was changed.") % {
        "comment": comment,
        "state": state(comment),
    }
