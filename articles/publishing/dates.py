"""The public dates of an article, computed from its editions and corrections."""

from django.utils import timezone

from ..models.correction import Correction
from ..models.edition import EditionByline, EditionTopic
from ..models.month import MonthMark
from ..search import index
from .addresses import assign_path


def update_dates(article):
    """Compute the dates and the address of the article from its editions, and save them.

    Call it after any edition has changed; it also saves the notice of withdrawal. The date of first
    publication moves with the first edition until readers can see that edition, and never after.
    """
    editions = article.editions.order_by("visible_from")
    rows = list(editions.values_list("pk", "visible_from", "correction"))
    first, updated_at = rows[0][1] if rows else None, None
    for pk, start, correction in rows:
        updated_at = start if correction and start != first else updated_at
        editions.filter(pk=pk).exclude(updated_at=updated_at).update(updated_at=updated_at)
    slug, was_first = article.slug, article.first_published_at
    published = article.first_published_at and article.first_published_at <= timezone.now()
    if not published and first != article.first_published_at:
        article.first_published_at = first
        assign_path(article)
    first = article.first_published_at
    moved = article.editions.exclude(first_published_at=first)
    index.move(moved, first)
    moved.update(first_published_at=first)
    for dated in (Correction, EditionByline, EditionTopic):
        dated.objects.filter(edition__article=article).copy_dates()
    MonthMark.objects.add(was_first, first)
    # The words of a slug are in the search of the staff, which is not written again without need.
    changed = ["slug"] if article.slug != slug else []
    article.save(
        update_fields=["first_published_at", "path", "withdrawal_notice", "saved_at", *changed]
    )
