"""Who may see, write, move and publish which articles: every other place asks these functions.

A person has a permission for all articles, or only for their own ones: those that they started, and
those that are assigned to them. None as the person means the software itself, which may do
everything: the importer, the demo or a test.
"""

from django.core.exceptions import PermissionDenied
from django.db.models import Q

from .stages import APPROVE, MOVES, PUBLISH, PUBLISH_OWN, VIEW, WRITE, WRITE_OWN, Stage


def own(user) -> Q:
    """Return the condition for the articles of `user`."""
    return Q(started_by=user) | Q(assignee=user)


def is_own(user, article) -> bool:
    return user.pk in (article.started_by_id, article.assignee_id)


def for_writer(articles, user):
    """Narrow a queryset of articles down to those whose working copy `user` may see."""
    if user is None or _sees_all(user):
        return articles
    return articles.filter(own(user)) if user.has_perm(WRITE_OWN) else articles.none()


def for_publisher(articles, user):
    """Narrow a queryset of articles down to those that `user` may publish."""
    if user is None or user.has_perm(PUBLISH):
        return articles
    return articles.filter(own(user)) if user.has_perm(PUBLISH_OWN) else articles.none()


def may_see(user, article=None) -> bool:
    """Say whether `user` may see the working copy of `article`; without one, that of any."""
    return user is None or _sees_all(user) or _has_own(user, WRITE_OWN, article)


def may_change(user, article=None) -> bool:
    """Say whether `user` may change `article` as it stands now; without one, any.

    Who has a permission for their own articles and may not publish them only writes drafts: what
    is handed in belongs to those who review it, until it is sent or taken back.
    """
    if user is None or user.has_perm(WRITE):
        return True
    may_write = _has_own(user, WRITE_OWN, article)
    return may_write and (
        article is None or article.stage == Stage.DRAFT or may_publish(user, article)
    )


def may_delete(user, article=None) -> bool:
    """Say whether `user` may delete an article that was never published."""
    if user is None or user.has_perm("articles.delete_article"):
        return True
    if not _has_own(user, WRITE_OWN, article):
        return False
    return article is None or (may_change(user, article) and not article.editions.exists())


def may_publish(user, article=None) -> bool:
    """Say whether `user` may publish, schedule and withdraw `article`; without one, a new one."""
    return user is None or user.has_perm(PUBLISH) or _has_own(user, PUBLISH_OWN, article)


def may_approve(user) -> bool:
    return user is None or user.has_perm(APPROVE)


def may_move(user, article, target) -> bool:
    """Say whether `user` may move `article` from its stage to `target`."""
    permission = MOVES.get((Stage(article.stage), Stage(target)))
    if permission == WRITE:
        # Not `may_change`: a writer takes back what waits for review.
        return user is None or user.has_perm(WRITE) or _has_own(user, WRITE_OWN, article)
    if permission == PUBLISH:
        return may_publish(user, article)
    return permission == APPROVE and may_approve(user)


def require(is_allowed) -> None:
    """Raise PermissionDenied unless the answer of a function above is yes."""
    if not is_allowed:
        raise PermissionDenied


def _sees_all(user):
    return user.has_perm(VIEW) or user.has_perm(WRITE)


def _has_own(user, permission, article):
    return user.has_perm(permission) and (article is None or is_own(user, article))
