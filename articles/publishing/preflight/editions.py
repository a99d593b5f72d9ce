"""The checks before an edition is pressed, rescheduled, cancelled or ended.

Each function yields its findings in the order in which an editor thinks of them; the action is
refused with the first.
"""

from django.utils import timezone
from django.utils.formats import date_format

from ...models.correction import Correction
from ...models.edition import Edition
from ...models.image import Image
from ...models.month import EARLIEST, LATEST, midnight
from ...text.markup import picture_numbers
from .findings import finding, format_moment


def to_press(article, *, at=None, until=None, correction=None, by_hand=False):
    """Yield the findings against an edition from `at` (default: now) to `until` (or without end).

    An importer may add editions in the past, in order; no edition can be added before one that has
    already begun. An edition that a person presses (`by_hand`) begins now or later.
    """
    now = timezone.now()
    if by_hand and at and at < now:
        yield finding("past_date")
    at = at or now
    yield from _of_date(at)
    missing = [
        str(article._meta.get_field(name).verbose_name)
        for name in ("headline", "body")
        if not getattr(article, name).strip()
    ]
    if missing:
        yield finding("incomplete", missing=", ".join(missing))
    if article.embargo_until and at < article.embargo_until:
        yield finding("embargo", until=format_moment(article.embargo_until))
    yield from _of_rights(article, at)
    editions = article.editions.all() if article.pk else Edition.objects.none()
    is_embargoed = article.embargo_until and article.embargo_until > now
    if is_embargoed and (public := editions.live(now).first()):
        yield finding("embargo_on_public", start=format_moment(public.visible_from))
    if editions.filter(visible_from__gte=at, visible_from__lte=now).exists():
        yield finding("past")
    if editions.filter(visible_from=at).exists():
        yield finding("instant")
    corrects = correction and correction.kind != Correction.Kind.NOTE
    if corrects and not editions.filter(visible_from__lt=at).exists():
        yield finding("uncorrectable")
    if until and until <= at:
        yield finding("order")
    following = until and editions.next_start(at)
    if following and until > following:
        yield finding("overlap", start=format_moment(following))


def _of_date(at):
    """Yield a finding if the archive has no page for the day of `at`."""
    if not midnight(EARLIEST) <= at < midnight(LATEST):
        yield finding("undatable", first=EARLIEST.year, last=LATEST.year)


def _of_rights(content, at):
    """Yield a finding that names the pictures that may no longer be published at `at`.

    The lead's own field shows it if the lead is one of them.
    """
    used = picture_numbers(content.body)
    if content.lead_image_id:
        used.add(content.lead_image_id)
    if not used:
        return
    images = Image.objects.filter(pk__in=used, expires_on__lt=timezone.localdate(at))
    if expired := list(images.order_by("pk").only("title", "expires_on")):
        is_lead = any(image.pk == content.lead_image_id for image in expired)
        names = ", ".join(f"“{image.title}” ({date_format(image.expires_on)})" for image in expired)
        yield finding("lead_rights" if is_lead else "body_rights", names=names)


def of_correction(kind, text):
    """Yield a finding if a correction has a `kind` but no `text`, or a `text` but no `kind`."""
    if kind and not text:
        yield finding("correction_text")
    elif text and not kind:
        yield finding("correction_kind")


def to_reschedule(edition, at, *, seen=None):
    """Yield the findings against moving the beginning of `edition` to `at`.

    `seen` is the beginning that the person saw, if that was some time ago.
    """
    if seen and seen != edition.visible_from:
        yield finding("moved", start=format_moment(edition.visible_from))
    if not edition.is_scheduled:
        yield finding("begun")
    if at < timezone.now():
        yield finding("past_date")
    yield from _of_date(at)
    # The working copy may have another embargo, set after the edition was pressed.
    embargoes = filter(None, (edition.embargo_until, edition.article.embargo_until))
    if (embargo := max(embargoes, default=at)) > at:
        yield finding("embargo", until=format_moment(embargo))
    yield from _of_rights(edition, at)
    if edition.visible_until and at >= edition.visible_until:
        yield finding("order")
    before = (
        edition.article.editions.filter(visible_from__lt=edition.visible_from)
        .order_by("-visible_from")
        .first()
    )
    if before:
        # If the two are adjacent, the edition before is shortened, but something of it must stay.
        follows_on = before.visible_until == edition.visible_from
        if at <= before.visible_from or (not follows_on and at < before.visible_until):
            yield finding("overlap", start=format_moment(before.visible_from))


def to_cancel(edition):
    """Yield a finding if `edition` has begun, or is the first one and the next corrects it."""
    if not edition.is_scheduled:
        yield finding("begun")
    editions = edition.article.editions
    if editions.filter(visible_from__lt=edition.visible_from).exists():
        return
    following = editions.filter(visible_from__gt=edition.visible_from)
    heir = following.order_by("visible_from").values("number", "correction__kind").first()
    if heir and heir["correction__kind"] not in (None, Correction.Kind.NOTE):
        yield finding("corrected", number=heir["number"])


def to_withdraw(article, *, at=None):
    """Yield a finding if `at` (default: now) is in the past, or if no edition could end then."""
    now = timezone.now()
    if at and at < now:
        yield finding("past_date")
    at = at or now
    later = article.editions.filter(visible_from__gte=at)
    if not later.exists() and not article.editions.live(at).exists():
        yield finding("nothing")
