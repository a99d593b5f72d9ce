"""The removal of a picture from the copies of a text: unsaved texts, and revisions."""

from contextlib import suppress

from django.core.exceptions import ValidationError
from django.db.models import Q, TextField
from django.db.models.functions import Cast

from ...models import Draft, Revision
from ...text.cleaner import clean
from ...text.figures import without_picture


def forget_picture(number, file_names):
    """Remove the picture `number` of the library from each copy; its files have `file_names`."""
    # As JSON writes them: the lead image of a revision and of a form, and a picture of a body.
    written = [f'"lead_image_id": {number}', f'"{number}"', rf"data-file=\"{number}\""]
    named = Q()
    for words in [*written, *file_names]:
        named |= Q(words__contains=words)
    for model in (Draft, Revision):
        copies = model.objects.annotate(words=Cast("content", TextField())).filter(named)
        for copy in copies.only("pk", "content"):
            content = _without_picture(copy.content, number, file_names)
            if content != copy.content:
                model.objects.filter(pk=copy.pk).update(content=content)


def _without_picture(value, number, file_names):
    if isinstance(value, str):
        if f'data-file="{number}"' not in value and not any(name in value for name in file_names):
            return value
        # As the editor wrote it. A body that is too long to be cleaned is too long to be saved.
        with suppress(ValidationError):
            return without_picture(clean(value), number, file_names)
        return ""
    if isinstance(value, list):
        return [_without_picture(each, number, file_names) for each in value]
    if isinstance(value, dict):
        leads = {str(number)} & {str(each) for each in _lead_images(value)}
        return {
            name: _nothing_like(each)
            if leads and name.startswith("lead_")
            else _without_picture(each, number, file_names)
            for name, each in value.items()
        }
    return value


def _lead_images(values):
    """Return the keys of the lead image in a form (`lead_image`) or in a snapshot (…`_id`)."""
    return [*(values.get("lead_image") or ()), values.get("lead_image_id")]


def _nothing_like(value):
    return {list: [""], str: ""}.get(type(value))
