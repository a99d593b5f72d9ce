"""The versions of an article: its working copy, its revisions and its editions, and their return.

A version that was taken down for legal reasons is none: nobody compares or restores it.
"""

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from django.db.models import Max
from django.utils.translation import gettext

from ..models import Edition, Revision, Takedown
from ..text.differences import blocks
from .comparison import changed_labels
from .snapshots import followed, snapshot
from .working_copy import Overtaken, store

#: The most revisions of one page of the list.
PAGE_SIZE = 30
COPY = "copy"
#: The fields that come back together with another: the words of a picture describe no other one.
_TOGETHER = {"lead_image_id": ("lead_alt", "lead_caption", "lead_credit")}


@dataclass(frozen=True)
class Version:
    """A state of the content of an article that is stored: `row` holds it."""

    #: Names the version in an address: `copy`, `r12` for a revision, `e3` for an edition.
    key: str
    name: str
    at: datetime
    by: object
    row: object
    #: Words for what this revision changed.
    changed: tuple = ()

    @property
    def edition(self):
        return self.row if isinstance(self.row, Edition) else None

    @property
    def is_copy(self) -> bool:
        return self.key == COPY

    @property
    def is_taken_down(self) -> bool:
        return bool(self.edition and self.edition.suppressed_at)

    def content(self) -> dict:
        """Return the snapshot of the version."""
        if isinstance(self.row, Revision):
            return followed(self.row.content)[0]
        return snapshot(self.row)


@dataclass(frozen=True)
class Timeline:
    """A page of the versions of an article, newest first."""

    versions: list[Version]
    #: The number before which the revisions of the following page were made; None on the last page.
    next: int | None

    def __iter__(self):
        return iter(self.versions)


def _revisions(article):
    """Return the revisions of `article`, but those from before the takedown of an edition.

    Such a takedown may leave the working copy as it is, for somebody to mend: what it held then is
    no version to go back to.
    """
    takedowns = article.takedowns.filter(kind=Takedown.Kind.EDITION)
    last = takedowns.aggregate(last=Max("at"))["last"]
    revisions = article.revisions.select_related("by").order_by("-version")
    return revisions.filter(saved_at__gt=last) if last else revisions


def timeline(article, before: int | None = None) -> Timeline:
    """Return a page of the versions of `article`, newest first."""
    revisions = _revisions(article)
    latest = None if before else revisions.filter(version=article.version).first()
    found = revisions.filter(version__lt=before or article.version)
    # One more, which tells what the last one changed.
    found = list(found[: PAGE_SIZE + 1])
    shown, rest = found[:PAGE_SIZE], found[PAGE_SIZE:]
    editions = article.editions.select_related("pressed_by", "correction").defer("body")
    if rest:
        editions = editions.filter(pressed_at__gte=shown[-1].saved_at)
    if before and (newer := revisions.filter(version__gte=before).last()):
        editions = editions.filter(pressed_at__lt=newer.saved_at)
    revised = list(filter(None, [latest, *found]))
    for revision, content in zip(revised, followed(*(r.content for r in revised)), strict=True):
        revision.content = content
    former = dict(pairwise([latest, *found]))
    versions = [_of_revision(each, former.get(each)) for each in shown if each.content]
    versions += [_of_edition(each) for each in editions]
    versions.sort(key=lambda version: version.at, reverse=True)
    if not before:
        versions.insert(0, _of_copy(article, latest, former.get(latest)))
    return Timeline(versions, shown[-1].version if rest else None)


def recent(article, count=4) -> list[Version]:
    """Return the latest versions of `article` but its working copy, newest first."""
    revisions = _revisions(article).defer("content")
    found = [_of_revision(r) for r in revisions.filter(version__lt=article.version)[:count]]
    editions = article.editions.select_related("pressed_by").defer("body")
    found += [
        _of_edition(e) for e in editions.filter(suppressed_at=None).order_by("-number")[:count]
    ]
    return sorted(found, key=lambda version: version.at, reverse=True)[:count]


def find(article, key: str) -> Version | None:
    """Return the version of `article` that `key` names, or None: it may be taken down."""
    if key == COPY:
        return _of_copy(article, _revisions(article).filter(version=article.version).first())
    kind, number = key[:1], key[1:]
    if not number.isascii() or not number.isdigit() or len(number) > 18:
        return None
    if kind == "r":
        revision = _revisions(article).filter(pk=number).first()
        return _of_revision(revision) if revision and revision.content else None
    if kind == "e":
        editions = article.editions.select_related("pressed_by", "correction")
        edition = editions.filter(number=number, suppressed_at=None).first()
        return edition and _of_edition(edition)
    return None


def restore(article, version, *, by, seen, name=None, block=None) -> bool:
    """Write the content of `version` into the working copy; say whether that changed it.

    With `name`, a key of a snapshot, only that field; with `block`, only that pair of blocks of the
    two bodies, as `articles.text.differences.blocks` counts them. `seen` is the version of the
    working copy that the person `by` saw: raises Overtaken if it is another by now.
    """
    content = version.content()
    if name is not None:
        content = {each: content[each] for each in (name, *_TOGETHER.get(name, ()))}
    if block is not None:
        if article.version != seen:
            raise Overtaken
        content = {"body": _with_block(content["body"], article.body, block)}
    return store(article, content, by=by, seen=seen)


def _with_block(source, body, block):
    """Return `body` with the block of `source` at the place of its own."""
    pairs = enumerate(blocks(source, body))
    return "".join((old if place == block else new) or "" for place, (old, new, _) in pairs)


def _of_copy(article, latest, former=None):
    changed = tuple(changed_labels(former.content, latest.content)) if former else ()
    by = latest and latest.by
    return Version(COPY, gettext("Working copy"), article.saved_at, by, article, changed)


def _of_revision(revision, former=None):
    return Version(
        f"r{revision.pk}",
        gettext("Version %(number)s") % {"number": revision.version},
        revision.saved_at,
        revision.by,
        revision,
        tuple(changed_labels(former.content, revision.content)) if former else (),
    )


def _of_edition(edition):
    name = gettext("Edition %(number)s") % {"number": edition.number}
    return Version(f"e{edition.number}", name, edition.pressed_at, edition.pressed_by, edition)
