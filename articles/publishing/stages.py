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


VIEW = "articles.view_article"
WRITE = "articles.change_article"
APPROVE = "articles.approve_article"
PUBLISH = "articles.publish_article"
#: The same for the articles of a person, and no others: see `publishing.who_may`.
WRITE_OWN = "articles.change_own_article"
PUBLISH_OWN = "articles.publish_own_article"
#: For legal reasons, and with a history row: see `publishing.takedown`.
TAKE_DOWN = "articles.take_down"

#: The permission that each move (from, to) requires of the person who asks for it. A change of the
#: content of an approved or published working copy, and a withdrawal, move it back to draft too.
MOVES = {
    (Stage.DRAFT, Stage.IN_REVIEW): WRITE,
    (Stage.IN_REVIEW, Stage.DRAFT): WRITE,
    (Stage.IN_REVIEW, Stage.APPROVED): APPROVE,
    (Stage.APPROVED, Stage.DRAFT): APPROVE,
    (Stage.DRAFT, Stage.PUBLISHED): PUBLISH,
    (Stage.IN_REVIEW, Stage.PUBLISHED): PUBLISH,
    (Stage.APPROVED, Stage.PUBLISHED): PUBLISH,
    (Stage.PUBLISHED, Stage.PUBLISHED): PUBLISH,
}
