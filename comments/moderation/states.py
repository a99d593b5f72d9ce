"""The two axes of a comment, and who may decide.

`Screening` is what Akismet says; `Moderation` is what a person decides. Neither ever writes the
other: only a person's approval makes a comment visible, and a verdict never undoes it.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

MODERATE = "comments.moderate_comment"
EDIT = "comments.edit_comment"
ANSWER = "comments.answer_comment"
FEATURE = "comments.feature_comment"


class Screening(models.TextChoices):
    #: Not asked yet, or not answered yet; also while there is no key, or the key is refused.
    WAITING = "waiting", _("Not screened yet")
    HAM = "ham", _("Ham")
    SPAM = "spam", _("Spam")
    #: Akismet is so sure that it advises to throw the comment away. We keep it for review.
    DISCARD = "discard", _("Blatant spam")
    #: Given up after three days of tries; still for a moderator to decide.
    FAILED = "failed", _("Could not be screened")


class Moderation(models.TextChoices):
    PENDING = "pending", _("Pending")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")
    SPAM = "spam", _("Spam")
    #: Its writer took it back, or had it erased. Nobody decides about it any more.
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Report(models.TextChoices):
    """What Akismet is told when a person contradicts it."""

    HAM = "ham", _("ham")
    SPAM = "spam", _("spam")


BELIEVED = {
    Screening.HAM: Report.HAM,
    Screening.SPAM: Report.SPAM,
    Screening.DISCARD: Report.SPAM,
}


def report_wanted(*, moderation, screening, reported) -> str:
    """Return the report that Akismet is owed, or an empty string.

    What it believes is what it was last told, or else its own verdict. An approval contradicts
    spam; a person's "spam" contradicts ham and silence. A rejection says nothing about spam, so it
    is never reported (https://akismet.com/developers/submit-spam-missed-spam/).
    """
    believed = reported or BELIEVED.get(screening, "")
    if moderation == Moderation.APPROVED and believed == Report.SPAM:
        return Report.HAM
    if moderation == Moderation.SPAM and believed != Report.SPAM:
        return Report.SPAM
    return ""


class AlreadyDecided(Exception):
    """Somebody else has decided since this moderator last looked.

    `comment` is the comment as it now is: who decided, when and what.
    """

    def __init__(self, comment):
        self.comment = comment
        super().__init__(comment.pk)


class NothingKept(Exception):
    """The trace is deleted, and Akismet cannot be asked about a comment without one."""


class NothingToUndo(Exception):
    """The last decision on this comment is not this moderator's, or was taken back already."""


class AlreadyEdited(Exception):
    """Somebody else has edited the text since this editor opened it; `comment` is as it now is."""

    def __init__(self, comment):
        self.comment = comment
        super().__init__(comment.pk)


class ChangedByWriter(AlreadyDecided):
    """Its writer has changed the comment, or taken it back, since this moderator last looked."""
