"""The stages of an article, and who may take it from one to the next.

`Article.move_to` and its siblings are the only writers; they ask here first. An article's stage
speaks of the working copy only: what readers see is decided by its editions.
"""

from django.db import models
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


def may_move(user, origin, target) -> bool:
    """Say whether `user` may take an article from stage `origin` to `target`.

    No user (None) is the software itself: the importer, the demo, a test.
    """
    permission = MOVES.get((Stage(origin), Stage(target)))
    return permission is not None and (user is None or user.has_perm(permission))
