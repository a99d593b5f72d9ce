"""The public dates of an article, computed from its editions and corrections."""

from django.utils import timezone

from ..models.correction import Correction
from ..models.edition import EditionByline, EditionTopic
from ..models.listed import DATES
from ..models.month import MonthMark
from ..search import index
from .addresses import assign_path


def update_dates(article):
    """Compute the dates and the address of the article from its editions, and save them.

    Call it after any edition has changed; it also saves the notice of withdrawal. The date of first
    publication moves with the first edition until readers can see that edition, and never after.
    """
    editions = article.editions.order_by("visible_from")
    rows = list(editions.values_list("pk", "visible_from", "correction__published_at", *DATES))
    article.visible_until = last_end(article)
    begins = rows[0][1] if rows else None
    slug, was_first = article.slug, article.first_published_at
    published = article.first_published_at and article.first_published_at <= timezone.now()
    if not published and begins != article.first_published_at:
        article.first_published_at = begins
        assign_path(article)
    updated_at = None
    for edition, start, told_at, *was in rows:
        updated_at = start if told_at and start != begins else updated_at
        _move_edition(article, edition, was, [article.first_published_at, updated_at])
        if told_at not in (None, start):
            Correction.objects.filter(edition=edition).update(published_at=start)
    MonthMark.objects.add(was_first, article.first_published_at)
    # The words of a slug are in the search of the staff, which is not written again without need.
    changed = ["slug"] if article.slug != slug else []
    written = ["first_published_at", "visible_until", "path", "withdrawal_notice", "saved_at"]
    article.save(update_fields=[*written, *changed])


def last_end(article):
    """Return the end of the last edition of `article`; None if that has none, or there is none."""
    ends = article.editions.order_by("-visible_from").values_list("visible_until", flat=True)
    return ends.first()


def _move_edition(article, edition, was, dates):
    """Write the `dates` of the edition with this key, and their copies, if it had others."""
    if dates == was:
        return
    values = dict(zip(DATES, dates, strict=True))
    article.editions.filter(pk=edition).update(**values)
    for listed in (EditionByline, EditionTopic):
        listed.objects.filter(edition=edition).update(**values)
    if was[0] != dates[0]:
        index.move(edition, was[0], dates[0], using=article._state.db)
