"""How a working copy becomes editions, and how their intervals move: the only code that does it.

Each function takes an article, and is a method of `Article`.
"""

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from common.permissions import require

from ..models.change import Change
from ..models.edition import Edition
from ..models.event import ArticleEvent
from ..search import index
from .dates import follow_editions
from .locking import lock
from .preflight import editions as preflight
from .preflight.findings import refuse_first
from .stages import PUBLISH, Stage
from .transitions import mark_unpublished, take_to


@transaction.atomic
def press(article, *, by, at=None, until=None, correction=None):
    """Press the working copy into an edition, public from `at` (now) `until` (open end).

    An edition that is public at `at` gives way to the new one, which inherits its planned end;
    one that is scheduled for later stays. An unsaved `correction` tells readers what the new one
    changes, and moves the public "updated" date unless it stands on the very first edition. Raises
    PermissionDenied, or PublishingError with the first finding of `preflight`.
    """
    require(by, PUBLISH)
    lock(article)
    at = at or timezone.now()
    refuse_first(preflight.to_press(article, at=at, until=until, correction=correction))
    replaced = article.editions.live(at).first()
    until = until or _natural_end(article, at, replaced)
    article.editions.live(at).update(visible_until=at)
    last = article.editions.aggregate(last=Max("number"))["last"] or 0
    edition = article.copy_to(
        Edition(
            article=article,
            number=last + 1,
            visible_from=at,
            visible_until=until,
            embargo_until=article.embargo_until,
            pressed_by=by,
        )
    )
    if correction:
        correction.article, correction.edition = article, edition
        correction.save()
    index.write(edition)
    if at <= timezone.now() and not replaced:
        # It is back. Until then, or where its end is still planned, the notice stays.
        article.withdrawal_notice = ""
    follow_editions(article)
    article.events.create(
        kind=ArticleEvent.Kind.PRESSED,
        by=by,
        edition=edition.number,
        moment=at,
        note=str(correction or ""),
    )
    take_to(article, Stage.PUBLISHED, by=by)
    Change.objects.record(Change.Kind.ARTICLE, article.pk)
    return edition


def _natural_end(article, at, replaced):
    """Return when an edition from `at` ends by itself: with the one that it replaces, or where the
    next begins, or never (None)."""
    if replaced:
        return replaced.visible_until
    following = article.editions.filter(visible_from__gt=at).order_by("visible_from").first()
    return following and following.visible_from


@transaction.atomic
def reschedule(article, edition, at, *, by):
    """Let the still unread `edition` begin at `at` instead; its predecessor follows.

    Raises PermissionDenied, or PublishingError with the first finding of `preflight`.
    """
    require(by, PUBLISH)
    lock(article)
    edition = article.editions.get(pk=edition.pk)
    refuse_first(preflight.to_reschedule(edition, at))
    this = article.editions.filter(pk=edition.pk)
    neighbour = article.editions.filter(visible_until=edition.visible_from)
    # The database refuses an overlap at once, so whichever gives room moves first.
    if at > edition.visible_from:
        this.update(visible_from=at)
        neighbour.update(visible_until=at)
    else:
        neighbour.update(visible_until=at)
        this.update(visible_from=at)
    follow_editions(article)
    article.events.create(
        kind=ArticleEvent.Kind.RESCHEDULED, by=by, edition=edition.number, moment=at
    )
    Change.objects.record(Change.Kind.ARTICLE, article.pk)


@transaction.atomic
def cancel(article, edition, *, by):
    """Take back an edition that is still scheduled; its predecessor lasts as if it never was.

    Its correction, which nobody has read either, goes with it. Raises PermissionDenied, or
    PublishingError with the first finding of `preflight`.
    """
    require(by, PUBLISH)
    lock(article)
    edition = article.editions.get(pk=edition.pk)
    refuse_first(preflight.to_cancel(edition))
    start, end, number = edition.visible_from, edition.visible_until, edition.number
    index.forget(article.editions.filter(pk=edition.pk))
    edition.delete()
    article.editions.filter(visible_until=start).update(visible_until=end)
    follow_editions(article)
    article.events.create(kind=ArticleEvent.Kind.CANCELLED, by=by, edition=number, moment=start)
    mark_unpublished(article, by=by)
    Change.objects.record(Change.Kind.ARTICLE, article.pk)


@transaction.atomic
def withdraw(article, *, by, at=None, notice=""):
    """End publication at `at` (now), with a `notice` that its address shows from then on.

    Editions scheduled for later are taken back. Raises PublishingError(`nothing`) where there
    is nothing to end and (`past_date`) for an instant gone by.
    """
    require(by, PUBLISH)
    lock(article)
    refuse_first(preflight.to_withdraw(article, at=at))
    at = at or timezone.now()
    later = article.editions.filter(visible_from__gte=at)
    index.forget(later)
    later.delete()
    article.editions.live(at).update(visible_until=at)
    article.withdrawal_notice = notice
    follow_editions(article)
    article.events.create(kind=ArticleEvent.Kind.WITHDRAWN, by=by, moment=at, note=notice)
    mark_unpublished(article, by=by)
    Change.objects.record(Change.Kind.ARTICLE, article.pk)
