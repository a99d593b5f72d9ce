"""The public dates of an article, which follow from its editions and corrections."""

from django.utils import timezone

from .addresses import take_path


def follow_editions(article):
    """Bring dates and address in line with the editions, after any of them changed; save them.

    The first date moves with the first edition until readers can see that one, then never again.
    """
    editions = article.editions.order_by("visible_from")
    rows = list(editions.values_list("pk", "visible_from", "correction"))
    first, updated_at = rows[0][1] if rows else None, None
    for pk, start, correction in rows:
        updated_at = start if correction and start != first else updated_at
        editions.filter(pk=pk).exclude(updated_at=updated_at).update(updated_at=updated_at)
    published = article.first_published_at and article.first_published_at <= timezone.now()
    if not published and first != article.first_published_at:
        article.first_published_at = first
        take_path(article)
    first = article.first_published_at
    article.editions.exclude(first_published_at=first).update(first_published_at=first)
    article.save(
        update_fields=["first_published_at", "path", "slug", "withdrawal_notice", "saved_at"]
    )
