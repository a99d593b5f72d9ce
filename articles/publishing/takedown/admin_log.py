"""The erasure of names of objects, such as headlines, from Django's log of the admin."""

import json
from contextlib import suppress

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType

from ...models import Article, Attachment, Edition, FrontSlot, Image

#: The models whose rows are named after an article, or after words in one.
NAMED = (Article, Attachment, Edition, FrontSlot, Image)
#: The log cuts names at this length, so the end of a long headline may be missing.
LONGEST_NAME = 200


def erase(passage, headlines):
    """Erase each entry about one of `NAMED` that has `passage`, or is named after a headline.

    `passage` is a Passage or None.
    """
    types = ContentType.objects.get_for_models(*NAMED).values()
    entries = LogEntry.objects.filter(content_type__in=types)
    telling = _messages_with(passage, entries) if passage else ()
    rows = entries.values_list("pk", "object_repr", "change_message").iterator(chunk_size=2000)
    doomed = [
        pk
        for pk, name, message in rows
        if message in telling
        or (passage and passage.is_in(name))
        or any(_is_named_after(headline, name) for headline in headlines)
    ]
    for start in range(0, len(doomed), 500):
        _erase(entries.filter(pk__in=doomed[start : start + 500]))


def _messages_with(passage, entries):
    # Most entries name the same fields, so each message is read once.
    messages = entries.order_by().values_list("change_message", flat=True).distinct()
    return {message for message in messages if passage.is_in(_readable(message))}


def _readable(message):
    """Return a message with its accents: Django stores a list of changes as JSON without them."""
    if message.startswith("["):
        with suppress(ValueError):
            return json.dumps(json.loads(message), ensure_ascii=False)
    return message


def _is_named_after(headline, name):
    # A place on the front page is named “Lead: headline”.
    if len(name) < LONGEST_NAME:
        return name.endswith(headline)
    return headline[: LONGEST_NAME - 50] in name


def erase_names(row):
    """Erase the name of one object from each entry about it."""
    kind = ContentType.objects.get_for_model(row)
    _erase(LogEntry.objects.filter(content_type=kind, object_id=str(row.pk)))


def _erase(entries):
    entries.update(object_repr="–", change_message="")
