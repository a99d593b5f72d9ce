"""Changes of the working copy: each is made by one person who saw one version of it.

A version is a number. It rises by one with each change of the content, and with nothing else. So
whoever names the version that they saw can neither overwrite nor publish what they have not read.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import models, transaction

from .locking import lock
from .snapshots import snapshot, write


class Overtaken(Exception):
    """The working copy has changed since the version that somebody saw."""


@dataclass(frozen=True)
class Stored:
    """What the database held of a working copy before a change."""

    version: int
    saved_at: datetime
    #: A snapshot.
    content: dict


def begin(article) -> Stored:
    """Lock `article` for a change in this transaction; return what is stored of it."""
    lock(article)
    stored = type(article).objects.get(pk=article.pk)
    return Stored(stored.version, stored.saved_at, snapshot(stored))


def end(article, before, *, by) -> bool:
    """Make a version of the content that is stored now, if it differs from `before`, a `Stored`.

    Say whether it does. The content before is kept as a revision too if none holds it: that of an
    article which was imported, for example. An approved or published working copy is a draft again.
    Raises Overtaken if a change came in between.
    """
    after = snapshot(article)
    if after == before.content:
        return False
    same = type(article).objects.filter(pk=article.pk, version=before.version)
    if not same.update(version=models.F("version") + 1):
        raise Overtaken
    article.revisions.keep_former(article, before)
    article.version = before.version + 1
    article.revisions.record(article, after, by=by)
    article.return_to_draft_after_edit(by=by)
    return True


@transaction.atomic
def store(article, part, *, by, seen) -> bool:
    """Write `part` of a snapshot into the working copy; say whether that changed it.

    `seen` is the version that the person `by` saw. Raises Overtaken if it is another by now.
    """
    before = begin(article)
    if before.version != seen:
        raise Overtaken
    if before.content | part == before.content:
        return False
    article.refresh_from_db()
    write(article, part)
    return end(article, before, by=by)
