"""The stages of an article, and the permission for each move between two of them.

Only the functions of `publishing.transitions` write the stage, after they have checked these rules.
A stage describes the working copy only; readers see the editions.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Stage(models.TextChoices):
    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")
    APPROVED = "approved", _("Approved")
    #: All content of the working copy is in an edition, which is public or scheduled.
    PUBLISHED = "published", _("Published")


WRITE = "articles.change_article"
PUBLISH = "articles.publish_article"
#: For legal reasons, and with a history row: see `publishing.takedown`.
TAKE_DOWN = "articles.take_down"

#: The permission that each move (from, to) requires.
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


def may_move(user, origin, target) -> bool:
    """Say whether `user` may move an article from stage `origin` to `target`.

    None as the user means the software itself: the importer, the demo or a test.
    """
    permission = MOVES.get((Stage(origin), Stage(target)))
    return permission is not None and (user is None or user.has_perm(permission))
