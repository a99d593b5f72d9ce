"""The takedown of a passage: in every edition and stored copy of one article."""

import re
from dataclasses import dataclass

from django.db import models, transaction
from django_prose_editor.fields import ProseEditorField

from common.permissions import require_permission

from ...models import Article, ArticleEvent, Attachment, Change, Edition, Image, Takedown
from ...search.queries import MAX_WORDS, Query
from ...text.outside_links import OutsideLinksField, without_passage
from ...text.passages import Passage
from ...text.slugs import slug_of
from ..addresses import assign_path
from ..preflight import takedowns as preflight
from ..preflight.findings import finding, refuse_first
from ..stages import TAKE_DOWN
from . import admin_log
from .forgetting import forget_for_good, index_anew
from .rows import rows_of, word_fields, write

#: The words that stand in the place of a passage, unless the publisher chose others.
ELLIPSIS = "[…]"


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

    Its pictures and attachments are included, with their words in the library.
    """
    wanted, found = Passage(passage), []
    for row in [*rows_of(article), *_pictures_of(article), *_attachments_of(article)]:
        values, count = {}, 0
        for field in word_fields(row):
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


def others_with(article, passage: str, limit=20) -> list[Article]:
    """Return other articles of which an edition seems to have the passage, as the search finds it.

    A takedown leaves them alone: somebody has to look at each.
    """
    # The search takes only the first words of a long passage, and none that is cut.
    words = re.sub(r'["“”«»]', " ", passage).split()[:MAX_WORDS]
    query = Query.parse(f'"{" ".join(words)}"')
    if not query:
        return []
    found = Edition.objects.matching(query).exclude(article=article.pk)
    # Of the newest editions: a common word is in very many, and an article may have several.
    newest = found.order_by("-pk").values_list("article", flat=True)[: 3 * limit]
    return list(Article.objects.filter(pk__in=list(newest)).defer("body")[:limit])


@transaction.atomic
def take_down_passage(article, passage, *, by, reason, replacement=ELLIPSIS) -> list[Place]:
    """Replace `passage` in every edition and stored copy of `article`; return the places.

    `article` is loaded anew. If its address has words of the passage, it gets another, and the old
    one leads nowhere. Raises PermissionDenied, or PublishingError with the first finding of
    `preflight`, or with `passage_absent`.
    """
    require_permission(by, TAKE_DOWN)
    refuse_first(preflight.of_passage(passage, reason=reason, replacement=replacement))
    article.refresh_from_db(from_queryset=Article.objects.select_for_update())
    places, addresses = places_of(article, passage, replacement), addresses_of(article, passage)
    require_some(places, addresses)
    wanted = Passage(passage)
    headlines = {place.row.headline for place in places if "headline" in place.values}
    for place in places:
        write(place.row, place.values)
    article.refresh_from_db()
    for event in article.events.filter(kind=ArticleEvent.Kind.READDRESSED):
        if wanted.is_in_address(event.note):
            article.events.filter(pk=event.pk).update(note="")
    if addresses:
        _leave_addresses(article, addresses, wanted, by)
    admin_log.erase(wanted, headlines)
    index_anew([place.row.pk for place in places if isinstance(place.row, Edition)])
    Change.objects.record(Change.Kind.ARTICLE, article.pk)
    images = [place.row.pk for place in places if isinstance(place.row, Image)]
    Change.objects.record(Change.Kind.IMAGE, *images)
    attachments = [place.row.pk for place in places if isinstance(place.row, Attachment)]
    Change.objects.record(Change.Kind.FILE, *attachments)
    Takedown.objects.create(kind=Takedown.Kind.PASSAGE, article=article, by=by, note=reason)
    article.events.create(kind=ArticleEvent.Kind.PASSAGE_SUPPRESSED, by=by, note=reason)
    forget_for_good()
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
    if isinstance(field, OutsideLinksField):
        return without_passage(value, wanted, replacement)
    new, count = wanted.replace(value or "", replacement)
    if field.max_length and len(new) > field.max_length:
        new = wanted.replace(value, ELLIPSIS)[0][: field.max_length]
    if count and not new.strip() and not field.blank:
        new = ELLIPSIS
    return new, count


def _without_in_json(wanted, value, replacement, name=""):
    if isinstance(value, str) and name == Article.elsewhere.field.name:
        return without_passage(value, wanted, replacement)
    if isinstance(value, str):
        return wanted.replace_in_html(value, replacement)
    if isinstance(value, list):
        pairs = [_without_in_json(wanted, each, replacement, name) for each in value]
        return [new for new, _count in pairs], sum(count for _new, count in pairs)
    if isinstance(value, dict):
        pairs = {
            key: _without_in_json(wanted, each, replacement, key) for key, each in value.items()
        }
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


def _pictures_of(article):
    contents = [article, *article.editions.all()]
    used = models.Q(pk__in=[content.lead_image_id for content in contents])
    used |= models.Q(uses__article=article) | models.Q(uses__edition__article=article)
    return Image.objects.filter(used).distinct()


def _attachments_of(article):
    used = models.Q(uses__article=article) | models.Q(uses__edition__article=article)
    return Attachment.objects.filter(used).distinct()
