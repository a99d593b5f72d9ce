"""The one way in for articles published elsewhere: with their own dates, no permission asked.

It goes through the press like all else, so the rules of editions hold; only dates and names are
written afterwards. For importers and for the demo.
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
from .transitions import take_to

#: How a draft comes to each stage, step by step.
STEPS = {
    Stage.DRAFT: [],
    Stage.IN_REVIEW: [Stage.IN_REVIEW],
    Stage.APPROVED: [Stage.IN_REVIEW, Stage.APPROVED],
}


@dataclass(frozen=True)
class PastEdition:
    """An edition as it was published, or will be."""

    visible_from: datetime
    visible_until: datetime | None = None
    #: What it has otherwise than the one before, by field; `byline` is pairs of author and role.
    content: dict = field(default_factory=dict)
    #: Not saved yet; what readers were told with it.
    correction: Correction | None = None


@transaction.atomic
def import_article(
    article, editions, *, by=None, stage=Stage.PUBLISHED, unpublished=None, paths=(), notice=""
):
    """Publish `editions` (of PastEdition, in the order of time) of `article`; return the article.

    `by` is noted as the person who pressed them. Each of `paths`, which readers know from
    elsewhere, leads on to the address that the article has here. `stage` is that of the working
    copy, and `unpublished` what is in it and in no edition. `notice` is what readers find where the
    last edition has ended. Raises PublishingError with the first finding of `preflight`, and
    ValueError where an article would be published without an edition.
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
        for step in [*([Stage.DRAFT] if article.stage != Stage.DRAFT else []), *STEPS[stage]]:
            take_to(article, step, by=None)
    if notice:
        article.withdrawal_notice = notice
        article.save(update_fields=["withdrawal_notice"])
    if editions and not unpublished:
        type(article).objects.filter(pk=article.pk).update(saved_at=done)
    return article


def _write(article, content):
    """Write `content` over the working copy."""
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
