"""What a person decides about a working copy that was handed in, on the page that shows it."""

from django.db import transaction

from ..models.note import Note
from . import who_may
from .repeating import press_if_new
from .stages import Stage
from .transitions import move_to
from .working_copy import Overtaken

#: The moves that are a decision.
DECISIONS = (Stage.APPROVED, Stage.DRAFT, Stage.PUBLISHED)


def decisions(article, user) -> list[Stage]:
    """Return what `user` may decide about `article` as it stands.

    What readers have, or will have by themselves, is published from its form: that asks whether
    they are to be told what changes.
    """
    stages = [stage for stage in DECISIONS if who_may.may_move(user, article, stage)]
    is_waiting = article.stage in (Stage.IN_REVIEW, Stage.APPROVED)
    if not is_waiting or article.live_edition() or article.scheduled_editions().exists():
        return [stage for stage in stages if is_waiting and stage != Stage.PUBLISHED]
    return stages


@transaction.atomic
def decide(article, stage, *, by, seen, note=""):
    """Move `article` to `stage`, or publish it now, with the `note`, if it is as `by` saw it.

    `seen` is what `state_of` returned for what was shown. Raises Overtaken if the article is
    another by now, PermissionDenied, and PublishingError as the move does.
    """
    locked = type(article).objects.select_for_update()
    article.refresh_from_db(from_queryset=locked)
    if state_of(article) != seen:
        raise Overtaken
    who_may.require(stage in decisions(article, by))
    if stage != Stage.PUBLISHED:
        move_to(article, stage, by=by, note=note)
        return
    press_if_new(article, by=by)
    if note:
        Note.objects.add(article, note, by=by)


def state_of(article) -> str:
    """Return what a form holds of the text and the stage that it shows."""
    return f"{article.version} {article.stage}"
