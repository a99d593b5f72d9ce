"""Why an article cannot be published as asked, in words for the editor."""

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _


class PublishingError(ValidationError):
    """Publishing as asked would break a rule; `code` names it and the message is for editors."""


def refusal(code, **params) -> PublishingError:
    """Return the error of the rule `code`, in words for the editor."""
    return PublishingError(REFUSALS[code], code=code, params=params)


def readable(moment) -> str:
    """Return the instant as the newsroom's people read it."""
    return date_format(timezone.localtime(moment), "DATETIME_FORMAT")


REFUSALS = {
    "move": _("An article in stage “%(origin)s” cannot go to “%(target)s”."),
    "embargo": _("The embargo lasts until %(until)s; no edition can be visible before."),
    "past": _("Readers have already seen a later edition, so none can begin at that time."),
    "past_date": _("That moment has gone by. Leave it empty for “now”."),
    "begun": _("This edition is already public; it can be replaced or withdrawn, not moved."),
    "instant": _("Another edition of this article begins at exactly that time."),
    "order": _("The end must come after the beginning."),
    "overlap": _("Another edition of this article is public at that time (from %(start)s)."),
    "uncorrectable": _("No edition begins before, so there is nothing that this could correct."),
    "corrected": _(
        "Edition %(number)s is scheduled too, and says what it corrects in this one. Take that one "
        "back first."
    ),
    "nothing": _("No edition of this article is public or scheduled."),
    "incomplete": _("Before publishing, please give the article: %(missing)s."),
}
