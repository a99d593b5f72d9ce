"""The takedown of an attachment, wherever a text links to it, with its file."""

from django.db import models, transaction
from django.db.models import Q, TextField
from django.db.models.functions import Cast

from common.permissions import require_permission

from ...models import (
    ArticleEvent,
    AttachmentUse,
    Draft,
    Revision,
    Takedown,
)
from ...models.former_file import key_of_file
from ...text.attached import without_file
from ..preflight import takedowns as preflight
from ..preflight.findings import refuse_first
from ..stages import TAKE_DOWN
from . import admin_log
from .forgetting import forget_for_good
from .rows import WITH_BODY, bodies_of, lock_in_order, rewrite, texts_with


@transaction.atomic
def take_down_attachment(attachment, *, by, reason) -> Takedown:
    """Delete `attachment` and each line that shows it; return the row of the register.

    Its file is deleted as soon as the transaction is committed: see `FileRemoval`. Raises
    PermissionDenied, or PublishingError with the first finding of `preflight`.
    """
    require_permission(by, TAKE_DOWN)
    attachment = lock_in_order(attachment, lambda row: bodies_of(row.uses.all()))
    refuse_first(preflight.of_attachment(attachment, reason=reason))
    name = attachment.file.name
    takedown = Takedown.objects.create(
        kind=Takedown.Kind.FILE, by=by, note=reason, file_key=key_of_file(name)
    )
    rewrite(
        linked_from(attachment),
        lambda row: {"body": without_file(row.body, name)},
        kind=ArticleEvent.Kind.FILE_SUPPRESSED,
        by=by,
        note=reason,
    )
    _forget(name)
    AttachmentUse.objects.filter(attachment=attachment).delete()
    admin_log.erase_names(attachment)
    attachment.delete(takedown=takedown)
    forget_for_good()
    return takedown


def linked_from(attachment) -> dict[type[models.Model], set[int]]:
    """Return the keys of the texts that link to the file, by model."""
    return {
        model: {*texts_with([attachment.file.name], model).values_list("pk", flat=True)}
        for model in WITH_BODY
    }


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
