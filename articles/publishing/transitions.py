"""The moves of a working copy from stage to stage: the only writers of `Article.stage`."""

from django.db import transaction

from common.permissions import require

from ..models.event import ArticleEvent
from .preflight.findings import finding
from .stages import MOVES, Stage


def move_to(article, stage, *, by, note=""):
    """Take the working copy to `stage`, with a history row.

    Raises PermissionDenied where `by` may not, PublishingError(`move`) where nobody may or
    where a colleague has moved it meanwhile. Only `press` publishes.
    """
    if stage == Stage.PUBLISHED:
        raise _refused(article, stage)
    take_to(article, stage, by=by, note=note)


def take_to(article, stage, *, by, note=""):
    """Do what `move_to` does, to any stage: for the press, once there is an edition."""
    if (article.stage, stage) not in MOVES:
        raise _refused(article, stage)
    require(by, MOVES[article.stage, stage])
    articles = type(article).objects
    with transaction.atomic():
        if not articles.filter(pk=article.pk, stage=article.stage).update(stage=stage):
            raise _refused(articles.get(pk=article.pk), stage)
        article.events.create(
            kind=ArticleEvent.Kind.MOVED, by=by, origin=article.stage, target=stage, note=note
        )
    article.stage = stage


def mark_edited(article, *, by):
    """Note that the working copy changed: what was approved or published is draft again."""
    if article.stage in (Stage.APPROVED, Stage.PUBLISHED):
        take_to(article, Stage.DRAFT, by=by)


def mark_unpublished(article, *, by):
    """Note that what was pressed last is taken back: the working copy is draft again."""
    if article.stage == Stage.PUBLISHED:
        take_to(article, Stage.DRAFT, by=by)


def _refused(article, stage):
    return finding("move", origin=article.get_stage_display(), target=stage.label).error
