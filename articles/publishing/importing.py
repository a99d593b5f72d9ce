"""The import of articles published elsewhere, with their own dates and without permission checks.

The import calls `press`, as all publishing does, so the rules of editions hold; only dates and
names of people are written afterwards. Importers and the demo use it.
"""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from ..models.article_path import ArticlePath
from ..models.content import Content
from ..models.correction import Correction
from .editions import press
from .stages import Stage
from .transitions import change_stage, return_to_draft_after_edit

#: The moves that take a draft to each stage, in order.
STEPS = {
    Stage.DRAFT: [],
    Stage.IN_REVIEW: [Stage.IN_REVIEW],
    Stage.APPROVED: [Stage.IN_REVIEW, Stage.APPROVED],
}


@dataclass(frozen=True)
class PastEdition:
    """An edition to import, which was published elsewhere or is to be published later."""

    visible_from: datetime
    visible_until: datetime | None = None
    #: The values that differ from the edition before, by field; `byline` is (author, role) pairs.
    content: dict = field(default_factory=dict)
    #: The correction that was published with it, not saved yet.
    correction: Correction | None = None


@transaction.atomic
def import_article(
    article, editions, *, by=None, stage=Stage.PUBLISHED, unpublished=None, paths=(), notice=""
):
    """Publish `editions` (of PastEdition, in the order of time) of `article`; return the article.

    `by` is recorded as the person who pressed them. Each of `paths`, the addresses that the article
    had elsewhere, redirects to its address here; so far only paths of the form of ours do, such as
    `/2015/05/03/old-bridge/`, since no others reach the view. `stage` is that of the working copy;
    `unpublished` is the content that only the working copy has, by field. `notice` is the notice of
    withdrawal that readers find after the last edition has ended. Raises PublishingError with the
    first finding of `preflight`, and ValueError if `stage` is PUBLISHED although there is no
    edition, or some content is unpublished.
    """
    if stage == Stage.PUBLISHED and (unpublished or not editions):
        raise ValueError("What has unpublished content, or no edition, is in another stage.")
    if article._state.adding:
        article.save()
    now = timezone.now()
    for past in editions:
        _write(article, past.content)
        edition = press(
            article,
            by=None,
            at=past.visible_from,
            until=past.visible_until,
            correction=past.correction,
        )
        done = min(past.visible_from, now)
        article.editions.filter(pk=edition.pk).update(pressed_at=done, pressed_by=by)
        article.events.filter(at__gte=now).update(at=done, by=by)
    if editions:
        article.paths.update(since=article.first_published_at)
    for path in paths:
        ArticlePath.objects.update_or_create(path=path, article=article)
    _write(article, unpublished or {})
    if stage != Stage.PUBLISHED:
        return_to_draft_after_edit(article, by=None)
        for step in STEPS[stage]:
            change_stage(article, step, by=None)
    if notice:
        article.withdrawal_notice = notice
        article.save(update_fields=["withdrawal_notice"])
    if editions and not unpublished:
        type(article).objects.filter(pk=article.pk).update(saved_at=done)
    return article


def _write(article, content):
    """Write `content`, values by field, into the working copy, and save it."""
    lists = {each.name for each in Content._meta.many_to_many}
    for name, value in content.items():
        if name == "byline":
            article.bylines.all().delete()
            for position, (author, role) in enumerate(value):
                article.bylines.create(author=author, role=role, position=position)
        elif name in lists:
            getattr(article, name).set(value)
        else:
            setattr(article, name, value)
    if content:
        article.save()
