"""The question whether a new edition would only repeat the one that readers have."""

from django.db import transaction

from .locking import lock
from .snapshots import snapshot
from .stages import Stage
from .transitions import change_stage


def would_repeat(article, *, at=None, until=None, correction=None) -> bool:
    """Say whether a press would only repeat the edition that readers have at `at` (default: now).

    The parameters are those of `Article.press`. What is compared is stored.
    """
    edition = article.live_edition(at)
    return (
        edition is not None
        and correction is None
        and until in (None, edition.visible_until)
        and article.embargo_until == edition.embargo_until
        and snapshot(article) == snapshot(edition)
    )


@transaction.atomic
def press_if_new(article, *, by, **asked):
    """Press the working copy and return the edition, or None if it would repeat what readers have.

    A copy that repeats it has nothing unpublished: a change may have been taken back.
    """
    lock(article)
    if not would_repeat(article, **asked):
        return article.press(by=by, **asked)
    if article.stage != Stage.PUBLISHED:
        change_stage(article, Stage.PUBLISHED, by=by)
    return None
