"""The only code that makes editions from a working copy, or moves their intervals.

Each public function takes an article first, and is a method of `Article`.
"""

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from ..models.change import Change
from ..models.edition import Edition
from ..models.event import ArticleEvent
from ..models.naming_authority import NamingAuthority
from ..models.taxonomy import Author, Topic
from ..search import index
from . import who_may
from .dates import update_dates
from .locking import lock
from .preflight import editions as preflight
from .preflight import levels
from .preflight.findings import refuse_first
from .stages import Stage
from .transitions import change_stage, return_to_draft_after_withdrawal


@transaction.atomic
def press(article, *, by, at=None, until=None, correction=None):
    """Press the working copy: make an edition of it, public from `at` (default: now) to `until`.

    An edition that is public at `at` ends then. Without `until`, the new edition inherits the
    planned end of that edition; if no edition is public at `at`, the new one lasts until the next
    scheduled one begins, or has no end. Scheduled editions stay. An unsaved `correction` tells
    readers about the change, and moves the public "updated" date unless this is the very first
    edition. Raises PermissionDenied, or PublishingError with the first finding of `preflight`.
    """
    who_may.require(who_may.may_publish(by, article))
    lock(article)
    at = at or timezone.now()
    refuse_first(preflight.to_press(article, at=at, until=until, correction=correction))
    refuse_first(levels.blocking(article, by))
    replaced = article.editions.live(at).only("visible_until").first()
    until = until or _natural_end(article, at, replaced)
    article.editions.live(at).update(visible_until=at)
    last = article.editions.aggregate(last=Max("number"))["last"] or 0
    # Their names are words of the search.
    Author.objects.filter(pk__in=article.bylines.values("author")).hold()
    Topic.objects.filter(pk__in=article.topics.values("pk")).hold()
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
    NamingAuthority.objects.remember()
    if at <= timezone.now() and not replaced:
        # The article is public again. The notice of withdrawal stays if the edition begins later.
        # It also stays if the edition replaces another, whose planned end the notice may be for.
        article.withdrawal_notice = ""
    update_dates(article)
    edition.first_published_at = article.first_published_at
    index.write(edition)
    article.events.create(
        kind=ArticleEvent.Kind.PRESSED,
        by=by,
        edition=edition.number,
        moment=at,
        note=str(correction or ""),
    )
    change_stage(article, Stage.PUBLISHED, by=by)
    Change.objects.record(Change.Kind.ARTICLE, article.pk)
    return edition


def _natural_end(article, at, replaced):
    """Return the end of an edition from `at` for which no end was given, or None for no end.

    It is the planned end of the edition that it replaces; without one to replace, the beginning of
    the next edition.
    """
    if replaced:
        return replaced.visible_until
    return article.editions.next_start(at)


@transaction.atomic
def reschedule(article, edition, at, *, by, seen=None):
    """Move the beginning of a scheduled `edition` to `at`.

    If the edition before ends where this one begins, its end moves too. Where `seen` is given, the
    edition must still begin then: two people may move it.

    Raises PermissionDenied, or PublishingError with the first finding of `preflight`.
    """
    who_may.require(who_may.may_publish(by, article))
    lock(article)
    edition = article.editions.get(pk=edition.pk)
    refuse_first(preflight.to_reschedule(edition, at, seen=seen))
    this = article.editions.filter(pk=edition.pk)
    neighbour = article.editions.filter(visible_until=edition.visible_from)
    # The database refuses an overlap at once, so the edition that makes room is moved first.
    if at > edition.visible_from:
        this.update(visible_from=at)
        neighbour.update(visible_until=at)
    else:
        neighbour.update(visible_until=at)
        this.update(visible_from=at)
    update_dates(article)
    article.events.create(
        kind=ArticleEvent.Kind.RESCHEDULED, by=by, edition=edition.number, moment=at
    )
    Change.objects.record(Change.Kind.ARTICLE, article.pk)


@transaction.atomic
def cancel(article, edition, *, by):
    """Delete an edition that is still scheduled, with its correction: nobody has read either.

    If the edition before ends where this one begins, it gets the end of this one. Raises
    PermissionDenied, or PublishingError with the first finding of `preflight`.
    """
    who_may.require(who_may.may_publish(by, article))
    lock(article)
    edition = article.editions.get(pk=edition.pk)
    refuse_first(preflight.to_cancel(edition))
    start, number = edition.visible_from, edition.number
    drop_scheduled(article, edition)
    article.events.create(kind=ArticleEvent.Kind.CANCELLED, by=by, edition=number, moment=start)
    return_to_draft_after_withdrawal(article, by=by)
    Change.objects.record(Change.Kind.ARTICLE, article.pk)


def drop_scheduled(article, edition):
    """Delete an edition that is still scheduled; the edition before it gets its end.

    The caller has locked the article, and writes the history.
    """
    start, end = edition.visible_from, edition.visible_until
    index.remove(article.editions.filter(pk=edition.pk))
    edition.delete()
    article.editions.filter(visible_until=start).update(visible_until=end)
    update_dates(article)


@transaction.atomic
def withdraw(article, *, by, at=None, notice=""):
    """End the publication of the article at `at` (default: now); then its address shows `notice`.

    Editions that are scheduled for later are deleted. Raises PermissionDenied, PublishingError
    (`nothing`) if there is no edition to end, and PublishingError(`past_date`) if `at` is in the
    past.
    """
    who_may.require(who_may.may_publish(by, article))
    lock(article)
    refuse_first(preflight.to_withdraw(article, at=at))
    at = at or timezone.now()
    later = article.editions.filter(visible_from__gte=at)
    index.remove(later)
    later.delete()
    article.editions.live(at).update(visible_until=at)
    article.withdrawal_notice = notice
    update_dates(article)
    article.events.create(kind=ArticleEvent.Kind.WITHDRAWN, by=by, moment=at, note=notice)
    return_to_draft_after_withdrawal(article, by=by)
    Change.objects.record(Change.Kind.ARTICLE, article.pk)
