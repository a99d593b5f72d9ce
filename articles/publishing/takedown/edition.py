"""The takedown of an edition; the working copy and the other editions may go with it."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, override

from common.permissions import require_permission

from ...models import (
    Article,
    ArticleEvent,
    AttachmentUse,
    Change,
    Correction,
    Edition,
    ImageUse,
    MonthMark,
    Takedown,
)
from ...models.content import Content
from ...text.languages import interface_language
from .. import drafts
from ..dates import last_end
from ..editions import drop_scheduled
from ..locking import lock
from ..preflight import takedowns as preflight
from ..preflight.findings import refuse_first
from ..stages import TAKE_DOWN
from ..transitions import return_to_draft_after_withdrawal
from . import admin_log
from .forgetting import forget_for_good, index_anew
from .rows import nothing, rows_of, word_fields, write

_INSTANT = timedelta(microseconds=1)


@transaction.atomic
def take_down_edition(edition, *, by, reason, notice="", with_working_copy=True, with_others=False):
    """Erase the content of `edition`, of the working copy, and of all other editions, as asked.

    The row of an edition stays, with its number and its interval, which ends now; one that is still
    scheduled is deleted. If readers could read the edition, the article's address shows `notice`
    (410) until another edition is public. Raises PermissionDenied, or PublishingError with the
    first finding of `preflight`.
    """
    require_permission(by, TAKE_DOWN)
    article = edition.article
    lock(article)
    edition = article.editions.get(pk=edition.pk)
    refuse_first(preflight.of_edition(edition, reason=reason, notice=notice))
    was_public = article.live_edition()
    doomed = doomed_with(edition, with_working_copy=False, with_others=with_others)
    doomed = [each for each in doomed if isinstance(each, Edition)]
    headlines = {each.headline for each in doomed}
    article.preview_links.all().delete()
    for each in doomed:
        _erase_edition(each)
    if with_working_copy or with_others:
        _erase_content(article)
        drafts.erase_all(article)
    _delete_revisions(article, with_working_copy=with_working_copy or with_others)
    if with_others:
        _erase_stored_copies(article)
    article.visible_until = last_end(article)
    if was_public in doomed or with_others:
        article.withdrawal_notice = notice
    article.save(update_fields=["visible_until", "withdrawal_notice"])
    admin_log.erase(None, headlines)
    return_to_draft_after_withdrawal(article, by=by)
    MonthMark.objects.add(article.first_published_at)
    Change.objects.record(Change.Kind.ARTICLE, article.pk)
    row = {"by": by, "note": reason, "edition": edition.number}
    Takedown.objects.create(kind=Takedown.Kind.EDITION, article=article, **row)
    article.events.create(kind=ArticleEvent.Kind.EDITION_SUPPRESSED, **row)
    forget_for_good()


def doomed_with(edition, *, with_working_copy=True, with_others=False) -> list:
    """Return the rows that `take_down_edition` would erase: editions, perhaps the working copy."""
    editions = edition.article.editions.filter(suppressed_at=None).order_by("number")
    copy = [edition.article] if with_working_copy or with_others else []
    return [*(editions if with_others else [edition]), *copy]


def _erase_edition(edition):
    article, now = edition.article, timezone.now()
    article.events.filter(edition=edition.number).update(note="")
    if edition.is_scheduled:
        drop_scheduled(article, edition)
        return
    _erase_content(edition)
    # Its interval is over: the next edition may begin at once.
    end = max(now, edition.visible_from + _INSTANT)
    if edition.visible_until:
        end = min(edition.visible_until, end)
    article.editions.filter(pk=edition.pk).update(visible_until=end)
    article.editions.filter(pk=edition.pk).take_down(suppressed_at=now)
    told = Correction._base_manager.filter(edition=edition)
    told.update(text=removed_words(edition.language))
    index_anew([edition.pk])


def _delete_revisions(article, *, with_working_copy):
    """Delete the revisions, which may hold the content too, but that of a working copy to keep."""
    revisions = article.revisions.all()
    if not with_working_copy:
        revisions = revisions.exclude(version=article.version)
    revisions.delete()


def _erase_stored_copies(article):
    """Erase the words in all other rows of `article`, but not the reasons of takedowns."""
    for row in rows_of(article):
        if isinstance(row, (Article, Edition)):
            admin_log.erase_names(row)
        elif not isinstance(row, (Correction, Takedown)) and not _is_of_takedown(row):
            write(row, {field.attname: nothing(field) for field in word_fields(row)})


def _is_of_takedown(row):
    return isinstance(row, ArticleEvent) and row.kind in ArticleEvent.TAKEDOWNS


def _erase_content(content):
    """Erase the words and pictures of a Content; keep the columns that place it on the site."""
    values = {field.attname: nothing(field) for field in word_fields(content, Content)}
    values |= {f.attname: None for f in Content._meta.fields if f.is_relation and f.null}
    values["headline"] = removed_words(content.language)
    write(content, values)
    for field in Content._meta.many_to_many:
        getattr(content, field.name).clear()
    content.bylines.all().delete()
    content.refresh_from_db()
    ImageUse.objects.record(content)
    AttachmentUse.objects.record(content)


def removed_words(language) -> str:
    with override(interface_language(language)):
        return gettext("[removed for legal reasons]")
