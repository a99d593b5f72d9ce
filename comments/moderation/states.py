"""The two states of a comment, and the permissions to act on it.

`Screening` is Akismet's verdict; `Moderation` is a person's decision. Neither ever writes the
other: only a person's approval makes a comment visible, and a verdict never undoes it.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

MODERATE = "comments.moderate_comment"
EDIT = "comments.edit_comment"
ANSWER = "comments.answer_comment"
FEATURE = "comments.feature_comment"


class Screening(models.TextChoices):
    #: Akismet has not answered yet; also while there is no key, or the key is refused.
    WAITING = "waiting", _("Not screened yet")
    HAM = "ham", _("Ham")
    SPAM = "spam", _("Spam")
    #: Akismet is so sure that it advises to delete the comment. We keep it for review.
    DISCARD = "discard", _("Blatant spam")
    #: Given up after three days of attempts; a moderator must still decide.
    FAILED = "failed", _("Could not be screened")


#: The verdicts by which Akismet takes a comment for spam.
TAKEN_FOR_SPAM = [Screening.SPAM, Screening.DISCARD]


class Moderation(models.TextChoices):
    PENDING = "pending", _("Pending")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")
    SPAM = "spam", _("Spam")
    #: Its writer withdrew it, or it was erased. Nobody can decide about it any more.
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Report(models.TextChoices):
    """The report that Akismet is sent when a person contradicts it."""

    HAM = "ham", _("ham")
    SPAM = "spam", _("spam")


BELIEVED = {
    Screening.HAM: Report.HAM,
    Screening.SPAM: Report.SPAM,
    Screening.DISCARD: Report.SPAM,
}


def report_wanted(*, moderation, screening, reported) -> str:
    """Return the report that must be sent to Akismet, or an empty string.

    Akismet believes the last report that it was sent or, without one, its own verdict. An approval
    contradicts "spam". A person's "spam" contradicts "ham", and also the absence of a verdict. A
    rejection does not say whether the comment is spam, so it is never reported
    (https://akismet.com/developers/submit-spam-missed-spam/).
    """
    believed = reported or BELIEVED.get(screening, "")
    if moderation == Moderation.APPROVED and believed == Report.SPAM:
        return Report.HAM
    if moderation == Moderation.SPAM and believed != Report.SPAM:
        return Report.SPAM
    return ""


class Overtaken(Exception):
    """The comment is no longer what the person saw who acts on it.

    `comment` is the comment as it is now, and `event` the row of its history that changed it: by
    default the last change. It is None for a comment without one.
    """

    def __init__(self, comment, event=None):
        self.comment, self.event = comment, event or comment.last_change()
        super().__init__(comment.pk)


class AlreadyDecided(Overtaken):
    """Nobody decides about what was decided, revised, edited, withdrawn or erased meanwhile."""


class Complained(AlreadyDecided):
    """A reader has reported the comment since this moderator last looked."""


class AlreadyEdited(Overtaken):
    """Nobody edits over a text that was edited, revised, withdrawn or erased meanwhile."""


class AlreadyAnswered(Overtaken):
    """Nobody answers a comment that was answered or edited meanwhile."""


class NothingToUndo(Overtaken):
    """The last decision on this comment is not the one that this moderator saw as theirs."""


class NothingKept(Exception):
    """The trace is deleted, and Akismet cannot be asked about a comment without one."""
