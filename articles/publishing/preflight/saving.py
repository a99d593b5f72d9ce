"""The checks before an article or a page is saved."""

from django.utils import timezone

from ...models.image import Image
from ...text.markup import STORED_IMAGE
from .. import site_addresses
from .findings import finding, format_moment


def of_article(article):
    if article.lead_image and not article.lead_alt.strip() and not article.lead_image.decorative:
        yield finding("lead_alt")
    yield from _of_body(article.body)
    yield from _of_embargo(article)
    yield from _of_series(article)


def _of_series(article):
    """Yield a finding for a number without a series, or one that another part has."""
    if article.series_part is None:
        return
    if article.series is None:
        yield finding("series_missing")
        return
    if article.series_id is None:
        # It is made with this article.
        return
    working_copies, editions = (
        rows.filter(series_part=article.series_part) for rows in article.series.parts(article)
    )
    public = editions.live().only("headline").first()
    if public or editions.exists() or working_copies.exists():
        following = article.series.next_part(besides=article)
        numbers = {"part": article.series_part, "next": following}
        if public:
            yield finding("part_taken", headline=public.headline, **numbers)
        else:
            # Not everybody who writes may know of it.
            yield finding("part_taken_by_draft", **numbers)


def _of_embargo(article):
    """Yield the findings against an embargo on what is public now, or will be before it ends."""
    now, embargo = timezone.now(), article.embargo_until
    if not article.pk or not embargo or embargo <= now:
        return
    begun = article.editions.filter(visible_from__lt=embargo).order_by("visible_from")
    if public := begun.live(now).first():
        yield finding("public_before_embargo", start=format_moment(public.visible_from))
    if scheduled := begun.filter(visible_from__gt=now).first():
        yield finding("scheduled_before_embargo", start=format_moment(scheduled.visible_from))


def of_page(page):
    if page.slug and site_addresses.has(page.slug):
        yield finding("address_taken")
    yield from _of_body(page.body)


def _of_body(body):
    """Yield a finding that names the pictures of a cleaned body without an alternative text.

    A decorative picture needs none (WCAG 2.2, success criterion 1.1.1).
    """
    silent = {int(m["pk"]) for m in STORED_IMAGE.finditer(body) if not m["alt"].strip()}
    if not silent:
        return
    images = list(Image.objects.filter(pk__in=silent, decorative=False))
    if images:
        yield finding("body_alt", ", ".join(f"“{image.title}”" for image in images))
