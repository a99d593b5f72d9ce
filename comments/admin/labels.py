"""What moderators are told of a comment, wherever they meet it."""

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _


def state(comment):
    """Return where the comment stands, and who took it there and when."""
    words = comment.get_moderation_display()
    if not comment.decided_at:
        return words
    return _("%(state)s by %(who)s, %(when)s") % {
        "state": words,
        "who": comment.decided_by or "–",
        "when": date_format(timezone.localtime(comment.decided_at), "SHORT_DATETIME_FORMAT"),
    }


def who_was_first(comment):
    """Return what a moderator is told whom a colleague, or the comment's writer, forestalled."""
    if comment.is_withdrawn or not comment.decided_at:
        words = _("“%s” was changed or withdrawn by its writer. Nothing was decided.")
        return words % comment
    return _("“%(comment)s” was decided already: %(state)s. Nothing was changed.") % {
        "comment": comment,
        "state": state(comment),
    }
