"""The moves of a working copy from stage to stage: the only writers of `Article.stage`."""

from django.db import transaction

from ..models.event import ArticleEvent
from . import handover, who_may
from .preflight.findings import finding
from .stages import MOVES, Stage


def move_to(article, stage, *, by, note=""):
    """Move the working copy to `stage`, and add a row of history with the `note`.

    Whoever had the article has done their part: what is submitted waits for anybody, and what is
    sent back goes to the person who had submitted it (see `handover.after_move`).

    Raises PermissionDenied if `by` may not make this move, and PublishingError: `move` if nobody
    may, or if a colleague has moved the article meanwhile; `say_why` if the work of another is sent
    back without a note. Only `press` moves it to PUBLISHED.
    """
    if stage == Stage.PUBLISHED:
        raise _refused(article, stage)
    with transaction.atomic():
        columns = handover.after_move(article, stage, by=by, note=note)
        change_stage(article, stage, by=by, note=note, **columns)


def change_stage(article, stage, *, by, note="", **columns):
    """Do the same as `move_to`, but to any stage: `press` calls it once there is an edition.

    What is published is no longer with anybody, nor due. `columns` are written with the stage.
    """
    if (article.stage, stage) not in MOVES:
        raise _refused(article, stage)
    who_may.require(who_may.may_move(by, article, stage))
    if stage == Stage.PUBLISHED:
        columns = handover.ENDED
    _write(article, stage, by=by, note=note, **columns)


def _write(article, stage, *, by, note="", **columns):
    articles = type(article).objects
    with transaction.atomic():
        same = articles.filter(pk=article.pk, stage=article.stage)
        if not same.update(stage=stage, **columns):
            raise _refused(articles.get(pk=article.pk), stage)
        article.events.create(
            kind=ArticleEvent.Kind.MOVED, by=by, origin=article.stage, target=stage, note=note
        )
    article.stage = stage
    if columns:
        article.refresh_from_db(fields=list(columns))


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
