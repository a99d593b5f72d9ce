"""The moves of a working copy from stage to stage: the only writers of `Article.stage`."""

from django.db import transaction

from ..models.event import ArticleEvent
from . import who_may
from .preflight.findings import finding
from .stages import MOVES, Stage


def move_to(article, stage, *, by, note=""):
    """Move the working copy to `stage`, and add a row of history.

    Raises PermissionDenied if `by` may not make this move, and PublishingError(`move`) if nobody
    may, or if a colleague has moved the article meanwhile. Only `press` moves it to PUBLISHED.
    """
    if stage == Stage.PUBLISHED:
        raise _refused(article, stage)
    change_stage(article, stage, by=by, note=note)


def change_stage(article, stage, *, by, note=""):
    """Do the same as `move_to`, but to any stage: `press` calls it once there is an edition."""
    if (article.stage, stage) not in MOVES:
        raise _refused(article, stage)
    who_may.require(who_may.may_move(by, article, stage))
    _write(article, stage, by=by, note=note)


def _write(article, stage, *, by, note=""):
    articles = type(article).objects
    with transaction.atomic():
        if not articles.filter(pk=article.pk, stage=article.stage).update(stage=stage):
            raise _refused(articles.get(pk=article.pk), stage)
        article.events.create(
            kind=ArticleEvent.Kind.MOVED, by=by, origin=article.stage, target=stage, note=note
        )
    article.stage = stage


def return_to_draft_after_edit(article, *, by):
    """After a change of the content, move an approved or published working copy back to draft."""
    if article.stage in (Stage.APPROVED, Stage.PUBLISHED):
        who_may.require(who_may.may_change(by, article))
        _write(article, Stage.DRAFT, by=by)


def return_to_draft_after_withdrawal(article, *, by):
    """After an edition was cancelled or withdrawn, move a published working copy back to draft."""
    if article.stage == Stage.PUBLISHED:
        _write(article, Stage.DRAFT, by=by)


def _refused(article, stage):
    return finding("move", origin=article.get_stage_display(), target=stage.label).error
