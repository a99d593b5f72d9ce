"""What stands in the way of an edition: of pressing, moving, taking back or ending it.

Each function lists its findings in the order in which an editor thinks of them; an act stops at the
first.
"""

from django.utils import timezone

from ...models.correction import Correction
from ...models.edition import Edition
from .findings import finding, readable


def to_press(article, *, at=None, until=None, correction=None, by_hand=False):
    """Find what forbids an edition from `at` (now) `until` (open end).

    Software that brings history over may add to the past, in order; nothing rewrites it. What
    people press, `by_hand`, begins now or later.
    """
    now = timezone.now()
    if by_hand and at and at < now:
        yield finding("past_date")
    at = at or now
    missing = [
        str(article._meta.get_field(name).verbose_name)
        for name in ("headline", "body")
        if not getattr(article, name).strip()
    ]
    if missing:
        yield finding("incomplete", missing=", ".join(missing))
    if article.embargo_until and at < article.embargo_until:
        yield finding("embargo", until=readable(article.embargo_until))
    editions = article.editions.all() if article.pk else Edition.objects.none()
    if editions.filter(visible_from__gte=at, visible_from__lte=now).exists():
        yield finding("past")
    if editions.filter(visible_from=at).exists():
        yield finding("instant")
    corrects = correction and correction.kind != Correction.Kind.NOTE
    if corrects and not editions.filter(visible_from__lt=at).exists():
        yield finding("uncorrectable")
    if until and until <= at:
        yield finding("order")
    following = editions.filter(visible_from__gt=at).order_by("visible_from").first()
    if until and following and until > following.visible_from:
        yield finding("overlap", start=readable(following.visible_from))


def to_tell(kind, text):
    """Find what is missing in what readers are to be told: a `kind` of correction, and its text."""
    if kind and not text:
        yield finding("correction_text")
    elif text and not kind:
        yield finding("correction_kind")


def to_reschedule(edition, at):
    """Find what forbids `edition` to begin at `at` instead."""
    if not edition.is_scheduled:
        yield finding("begun")
    if at < timezone.now():
        yield finding("past_date")
    if edition.embargo_until and at < edition.embargo_until:
        yield finding("embargo", until=readable(edition.embargo_until))
    if edition.visible_until and at >= edition.visible_until:
        yield finding("order")
    before = (
        edition.article.editions.filter(visible_from__lt=edition.visible_from)
        .order_by("-visible_from")
        .first()
    )
    if before:
        # It gives way where the edition follows on it, but not so far as to vanish.
        follows_on = before.visible_until == edition.visible_from
        if at <= before.visible_from or (not follows_on and at < before.visible_until):
            yield finding("overlap", start=readable(before.visible_from))


def to_cancel(edition):
    """Find whether readers have seen `edition`, or the next one says what it corrects in it."""
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
    """Find whether `at` (now) has gone by, or nothing is there to end then."""
    now = timezone.now()
    if at and at < now:
        yield finding("past_date")
    at = at or now
    later = article.editions.filter(visible_from__gte=at)
    if not later.exists() and not article.editions.live(at).exists():
        yield finding("nothing")
