"""The stages of an article, and who may take it from one to the next.

`Article.move_to` and its siblings are the only writers; they ask here first. An article's stage
speaks of the working copy only: what readers see is decided by its editions.
"""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _


class Stage(models.TextChoices):
    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")
    APPROVED = "approved", _("Approved")
    #: Nothing in the working copy is unpublished.
    PUBLISHED = "published", _("Published")


WRITE = "articles.change_article"
PUBLISH = "articles.publish_article"

#: (from, to): the permission that the move asks for.
MOVES = {
    (Stage.DRAFT, Stage.IN_REVIEW): WRITE,
    (Stage.IN_REVIEW, Stage.DRAFT): WRITE,
    (Stage.IN_REVIEW, Stage.APPROVED): PUBLISH,
    (Stage.APPROVED, Stage.DRAFT): WRITE,
    (Stage.DRAFT, Stage.PUBLISHED): PUBLISH,
    (Stage.IN_REVIEW, Stage.PUBLISHED): PUBLISH,
    (Stage.APPROVED, Stage.PUBLISHED): PUBLISH,
    (Stage.PUBLISHED, Stage.PUBLISHED): PUBLISH,
    (Stage.PUBLISHED, Stage.DRAFT): WRITE,
}


class PublishingError(ValidationError):
    """Publishing as asked would break a rule; `code` names it and the message is for editors."""


def may_move(user, origin, target) -> bool:
    """Say whether `user` may take an article from stage `origin` to `target`.

    No user (None) is the software itself: the importer, the demo, a test.
    """
    permission = MOVES.get((Stage(origin), Stage(target)))
    return permission is not None and (user is None or user.has_perm(permission))


def require(user, permission) -> None:
    """Raise PermissionDenied unless `user`, or the software itself (None), has `permission`."""
    if user is not None and not user.has_perm(permission):
        raise PermissionDenied(permission)


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
