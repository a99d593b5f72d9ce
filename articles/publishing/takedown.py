"""Takedowns: the one exception to the rule that editions never change, for legal reasons.

A publisher suppresses an edition, a passage or a picture. It is erased from the database, the index
and the storage, in one transaction (files just after it), and a row of history says who did it,
when, of what kind and for what reason. No row holds any of the content.

What is erased follows from the models, so a new column or a new model of this app needs no change
here: every column of words, in every row that belongs to the article.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext, override
from django_prose_editor.fields import ProseEditorField

from common.permissions import require_permission

from ..models import (
    Article,
    ArticleEvent,
    Change,
    Correction,
    Edition,
    Image,
    ImageUse,
    Page,
    Takedown,
)
from ..models.content import Content
from ..models.takedown import key_of_file
from ..search import index
from ..text.figures import without_picture
from ..text.markup import picture_numbers
from ..text.passages import Passage
from ..text.slugs import slug_of
from . import admin_log
from .addresses import assign_path
from .editions import drop_scheduled
from .locking import lock
from .preflight import takedowns as preflight
from .preflight.findings import finding, refuse_first
from .stages import TAKE_DOWN
from .transitions import return_to_draft_after_withdrawal

#: The words that stand in the place of a passage, unless the publisher chose others.
ELLIPSIS = "[…]"
_INSTANT = timedelta(microseconds=1)


# --- Passages -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """A row with the passage: `values` are its columns without the passage, `count` the places."""

    row: models.Model
    values: dict
    count: int

    @property
    def columns(self) -> list[str]:
        return [str(self.row._meta.get_field(name).verbose_name) for name in self.values]


def places_of(article, passage: str, replacement=ELLIPSIS) -> list[Place]:
    """Return each row of `article` that has the passage, in all its editions and stored copies.

    The pictures that the article shows are included, with their usual words in the library.
    """
    wanted, found = Passage(passage), []
    for row in [*_rows_of(article), *_pictures_of(article)]:
        values, count = {}, 0
        for field in _word_fields(row):
            old = getattr(row, field.attname)
            new, times = _without(wanted, field, old, replacement)
            if times:
                values[field.attname], count = new, count + times
        if values:
            found.append(Place(row, values, count))
    return found


def addresses_of(article, passage: str) -> list[str]:
    """Return the addresses of `article` that were made from the words of the passage."""
    wanted = Passage(passage)
    paths = {*article.paths.values_list("path", flat=True), article.path or f"/{article.slug}/"}
    # The date is no part of the words.
    return sorted(p for p in paths if wanted.is_in_address(p.strip("/").rpartition("/")[2]))


@transaction.atomic
def take_down_passage(article, passage, *, by, reason, replacement=ELLIPSIS) -> list[Place]:
    """Replace `passage` in every edition and stored copy of `article`; return the places.

    `article` is loaded anew. If its address has words of the passage, it gets another, and the old
    one leads nowhere.
    Raises PermissionDenied, or PublishingError with the first finding of `preflight`, or with
    `passage_absent`.
    """
    require_permission(by, TAKE_DOWN)
    refuse_first(preflight.of_passage(passage, reason=reason, replacement=replacement))
    article.refresh_from_db(from_queryset=Article.objects.select_for_update())
    places, addresses = places_of(article, passage, replacement), addresses_of(article, passage)
    require_some(places, addresses)
    wanted = Passage(passage)
    headlines = {place.row.headline for place in places if "headline" in place.values}
    for place in places:
        _write(place.row, place.values)
    article.refresh_from_db()
    if addresses:
        _leave_addresses(article, addresses, wanted, by)
    admin_log.erase(wanted, headlines)
    _index_anew(place.row for place in places if isinstance(place.row, Edition))
    Change.objects.record(Change.Kind.ARTICLE, article.pk)
    images = [place.row.pk for place in places if isinstance(place.row, Image)]
    Change.objects.record(Change.Kind.IMAGE, *images)
    Takedown.objects.create(kind=Takedown.Kind.PASSAGE, article=article, by=by, note=reason)
    article.events.create(kind=ArticleEvent.Kind.PASSAGE_SUPPRESSED, by=by, note=reason)
    _forget_for_good()
    return places


def require_some(places, addresses):
    """Raise PublishingError (`passage_absent`) if the passage was found nowhere."""
    if not places and not addresses:
        raise finding("passage_absent").error


def _without(wanted, field, value, replacement):
    """Return `value` of `field` without the passage, and the number of places that had it."""
    if isinstance(field, models.JSONField):
        return _without_in_json(wanted, value, replacement)
    if isinstance(field, ProseEditorField):
        return wanted.replace_in_html(value, replacement)
    new, count = wanted.replace(value or "", replacement)
    if field.max_length and len(new) > field.max_length:
        new = wanted.replace(value, ELLIPSIS)[0][: field.max_length]
    return new, count


def _without_in_json(wanted, value, replacement):
    if isinstance(value, str):
        return wanted.replace_in_html(value, replacement)
    if isinstance(value, list):
        pairs = [_without_in_json(wanted, each, replacement) for each in value]
        return [new for new, _count in pairs], sum(count for _new, count in pairs)
    if isinstance(value, dict):
        pairs = {key: _without_in_json(wanted, each, replacement) for key, each in value.items()}
        return {key: new for key, (new, _) in pairs.items()}, sum(c for _, c in pairs.values())
    return value, 0


def _leave_addresses(article, addresses, wanted, by):
    """Give the article an address made from its present headline, and forget `addresses`."""
    article.slug = article.own_slug()
    if wanted.is_in_address(article.slug):
        article.slug = slug_of("", max_length=80, default="article")
    article.paths.filter(path__in=addresses).delete()
    assign_path(article)
    article.save(update_fields=["slug", "path"])
    article.events.create(kind=ArticleEvent.Kind.READDRESSED, by=by, note=article.path or "")
    for event in article.events.exclude(note=""):
        if any(address in event.note for address in addresses):
            article.events.filter(pk=event.pk).update(note="")


# --- Editions -----------------------------------------------------------------------------------


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
    for each in doomed:
        _erase_edition(each)
    if with_working_copy or with_others:
        _erase_content(article)
    if with_others:
        _erase_stored_copies(article)
    if was_public in doomed or with_others:
        article.withdrawal_notice = notice
        article.save(update_fields=["withdrawal_notice"])
    admin_log.erase(None, headlines)
    return_to_draft_after_withdrawal(article, by=by)
    Change.objects.record(Change.Kind.ARTICLE, article.pk)
    row = {"by": by, "note": reason, "edition": edition.number}
    Takedown.objects.create(kind=Takedown.Kind.EDITION, article=article, **row)
    article.events.create(kind=ArticleEvent.Kind.EDITION_SUPPRESSED, **row)
    _forget_for_good()


def doomed_with(edition, *, with_working_copy=True, with_others=False) -> list:
    """Return what `take_down_edition` would erase: editions, and perhaps the working copy."""
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
    _index_anew([edition])


def _erase_stored_copies(article):
    """Erase the words in all other rows of `article`, but not the reasons of takedowns."""
    for row in _rows_of(article):
        if isinstance(row, (Article, Edition)):
            admin_log.erase_names(row)
        elif not isinstance(row, (Correction, Takedown)) and not _is_of_takedown(row):
            _write(row, {field.attname: _nothing(field) for field in _word_fields(row)})


def _is_of_takedown(row):
    return isinstance(row, ArticleEvent) and row.kind in ArticleEvent.TAKEDOWNS


def _erase_content(content):
    """Erase what editors wrote into a Content: each column that isn't needed to file the row."""
    values = {field.attname: _nothing(field) for field in _word_fields(content, Content)}
    values |= {f.attname: None for f in Content._meta.fields if f.is_relation and f.null}
    values["headline"] = removed_words(content.language)
    _write(content, values)
    for field in Content._meta.many_to_many:
        getattr(content, field.name).clear()
    content.bylines.all().delete()
    content.refresh_from_db()
    ImageUse.objects.record(content)


def removed_words(language) -> str:
    with override(language):
        return gettext("[removed for legal reasons]")


# --- Pictures -----------------------------------------------------------------------------------


@transaction.atomic
def take_down_picture(image, *, by, reason) -> Takedown:
    """Delete `image` wherever it is used, with its words there; return the row of the register.

    Its files are deleted as soon as the transaction is committed: see `FileRemoval`. Raises
    PermissionDenied, or PublishingError with the first finding of `preflight`.
    """
    require_permission(by, TAKE_DOWN)
    image = Image.objects.select_for_update().get(pk=image.pk)
    refuse_first(preflight.of_picture(image, reason=reason))
    takedown = Takedown.objects.create(
        kind=Takedown.Kind.PICTURE,
        by=by,
        note=reason,
        picture=image.pk,
        file_key=key_of_file(image.file.name),
    )
    changed = _without_picture_anywhere(image)
    articles = {getattr(row, "article_id", row.pk) for row in changed if isinstance(row, Content)}
    ArticleEvent.objects.bulk_create(
        ArticleEvent(article_id=pk, kind=ArticleEvent.Kind.PICTURE_SUPPRESSED, by=by, note=reason)
        for pk in sorted(articles)
    )
    Change.objects.record(Change.Kind.ARTICLE, *sorted(articles))
    for row in changed:
        if not isinstance(row, Content):
            Change.objects.record(row.CHANGE, row.pk)
    _index_anew(row for row in changed if isinstance(row, Edition))
    admin_log.erase_names(image)
    image.delete(takedown=takedown)
    _forget_for_good()
    return takedown


def pictures_of(content) -> list[Image]:
    """Return the pictures that an edition or a working copy shows."""
    shown = models.Q(pk=content.lead_image_id) | models.Q(pk__in=picture_numbers(content.body))
    return list(Image.objects.filter(shown))


def uses_of(image) -> list[models.Model]:
    """Return each article, edition, page and author that shows `image`."""
    found = []
    for relation in _relations(Image):
        rows = relation.related_model._base_manager.filter(**{relation.field.name: image})
        found += (row.owner for row in rows) if relation.related_model is ImageUse else rows
    return list(dict.fromkeys(found))


def _without_picture_anywhere(image):
    """Remove `image` from all rows that show it or lead to its file; return these rows."""
    name, changed = image.random_part, dict.fromkeys(uses_of(image))
    for model in (Article, Edition, Page):
        changed |= dict.fromkeys(model._base_manager.filter(body__contains=name))
    for row in changed:
        values = {}
        for field in row._meta.concrete_fields:
            if field.related_model is Image and getattr(row, field.attname) == image.pk:
                values[field.attname] = None
            elif isinstance(field, ProseEditorField):
                values[field.attname] = without_picture(
                    field.value_from_object(row), image.pk, name
                )
        if "lead_image_id" in values:
            values |= {f.attname: "" for f in _word_fields(row) if f.name.startswith("lead_")}
        _write(row, values)
    ImageUse.objects.filter(image=image).delete()
    return list(changed)


# --- Rows and columns ---------------------------------------------------------------------------


def _word_fields(row, model=None) -> list[models.Field]:
    """Return the fields of `row` (or only those of `model`) that hold words of its author."""
    return [
        field
        for field in (model or row)._meta.concrete_fields
        if isinstance(field, (models.CharField, models.TextField, models.JSONField))
        and not isinstance(field, models.SlugField)
        and not field.choices
        and field.name != "path"
    ]


def _nothing(field):
    return field.get_default() if isinstance(field, models.JSONField) else ""


def _rows_of(owner, seen=None):
    """Yield `owner`, and each row of this app that belongs to it, such as editions and bylines."""
    seen = set() if seen is None else seen
    if owner in seen:
        return
    seen.add(owner)
    yield owner
    for relation in _relations(type(owner)):
        model = relation.related_model
        if model._meta.app_label == Article._meta.app_label:
            for row in model._base_manager.filter(**{relation.field.name: owner}):
                yield from _rows_of(row, seen)


def _relations(model):
    """Return the foreign keys that lead to `model`, also those without a name on its side."""
    return [
        relation
        for relation in model._meta.get_fields(include_hidden=True)
        if (relation.one_to_many or relation.one_to_one) and relation.auto_created
        if not relation.related_model._meta.auto_created
    ]


def _pictures_of(article):
    contents = [article, *article.editions.all()]
    used = models.Q(pk__in=[content.lead_image_id for content in contents])
    used |= models.Q(uses__article=article) | models.Q(uses__edition__article=article)
    return Image.objects.filter(used).distinct()


def _write(row, values):
    """Write columns of a row that `save` may refuse to change."""
    if isinstance(row, Edition) and values:
        Edition.objects.filter(pk=row.pk).take_down(**values)
    elif values:
        type(row)._base_manager.filter(pk=row.pk).update(**values)


def _index_anew(editions):
    for edition in editions:
        edition.refresh_from_db()
        index.write(edition)


def _forget_for_good():
    """Make the database forget the old words, also where it keeps what was deleted."""
    index.forget_deleted()
    transaction.on_commit(_empty_write_ahead_log)


def _empty_write_ahead_log():
    """Have SQLite move its log, which holds old pages, into the database, and truncate it."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
