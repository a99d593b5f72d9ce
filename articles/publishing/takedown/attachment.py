"""The takedown of an attachment, wherever a text links to it, with its file."""

from django.db import transaction
from django.db.models import Q, TextField
from django.db.models.functions import Cast

from common.permissions import require_permission

from ...models import (
    Article,
    ArticleEvent,
    AttachmentUse,
    Change,
    Draft,
    Edition,
    Page,
    Revision,
    Takedown,
)
from ...models.content import Content
from ...models.former_file import key_of_file
from ...text.attached import without_file
from ..preflight import takedowns as preflight
from ..preflight.findings import refuse_first
from ..stages import TAKE_DOWN
from . import admin_log
from .forgetting import forget_for_good, index_anew
from .rows import write


@transaction.atomic
def take_down_attachment(attachment, *, by, reason) -> Takedown:
    """Delete `attachment` and each line that shows it; return the row of the register.

    Its file is deleted as soon as the transaction is committed: see `FileRemoval`. Raises
    PermissionDenied, or PublishingError with the first finding of `preflight`.
    """
    require_permission(by, TAKE_DOWN)
    attachment = type(attachment).objects.select_for_update().get(pk=attachment.pk)
    refuse_first(preflight.of_attachment(attachment, reason=reason))
    name = attachment.file.name
    takedown = Takedown.objects.create(
        kind=Takedown.Kind.FILE, by=by, note=reason, file_key=key_of_file(name)
    )
    changed = linked_from(attachment)
    for row in changed:
        write(row, {"body": without_file(row.body, name)})
    _forget(name)
    AttachmentUse.objects.filter(attachment=attachment).delete()
    articles = {getattr(row, "article_id", row.pk) for row in changed if isinstance(row, Content)}
    ArticleEvent.objects.bulk_create(
        ArticleEvent(article_id=pk, kind=ArticleEvent.Kind.FILE_SUPPRESSED, by=by, note=reason)
        for pk in sorted(articles)
    )
    Change.objects.record(Change.Kind.ARTICLE, *sorted(articles))
    Change.objects.record(Change.Kind.PAGE, *(r.pk for r in changed if isinstance(r, Page)))
    index_anew(row for row in changed if isinstance(row, Edition))
    admin_log.erase_names(attachment)
    attachment.delete(takedown=takedown)
    forget_for_good()
    return takedown


def linked_from(attachment) -> list[Article | Edition | Page]:
    """Return each text that links to the file."""
    return [
        row
        for model in (Article, Edition, Page)
        for row in model._base_manager.filter(body__contains=attachment.file.name)
    ]


def _forget(name):
    """Remove the lines that show the file from unsaved texts and from revisions."""
    for model in (Draft, Revision):
        copies = model.objects.annotate(words=Cast("content", TextField()))
        for copy in copies.filter(Q(words__contains=name)).only("pk", "content"):
            model.objects.filter(pk=copy.pk).update(content=_without(copy.content, name))


def _without(value, name):
    if isinstance(value, str):
        return without_file(value, name)
    if isinstance(value, list):
        return [_without(each, name) for each in value]
    if isinstance(value, dict):
        return {key: _without(each, name) for key, each in value.items()}
    return value
