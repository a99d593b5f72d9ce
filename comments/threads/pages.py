"""The pages of an article's threads.

A page begins after a place in the list, or ends before one (keyset pagination), so the last of a
thousand pages costs as much as the first. The first page, oldest first, is part of the article's
own page.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from django.db.models import Case, Exists, When
from django.urls import reverse

from articles.models import Change
from common import page_notes, reader_clock
from common.compiled_queries import compiled

from ..models import Comment
from ..moderation.states import Moderation
from .ordering import was_public

PAGE_SIZE = 50
OLDEST, NEWEST, FEATURED = ORDERS = ("oldest", "newest", "featured")
_PLACE = re.compile(r"(\d{1,18})-(\d{1,18})", re.ASCII)


def read_place(value) -> tuple[int, int] | None:
    """Return the place (thread, key) in a URL parameter; None if empty; ValueError if malformed."""
    if not value:
        return None
    if not (match := _PLACE.fullmatch(value)):
        raise ValueError(value)
    return int(match[1]), int(match[2])


class Answered(NamedTuple):
    """The comment that another answers, as far as a page names it."""

    pk: int
    name: str
    is_public: bool


class ShownComment(NamedTuple):
    """What a page shows of a comment: its columns, since fifty model objects take a while."""

    pk: int
    root_id: int | None
    name: str
    html: str
    submitted_at: datetime
    is_newsroom: bool
    featured_at: datetime | None
    edited_at: datetime | None
    is_public: bool
    parent: Answered | None

    @property
    def place(self) -> tuple[int, int]:
        """The comment's place in the list of threads, as `Comment.place`."""
        return (self.root_id or self.pk, self.pk)


@dataclass
class ThreadPage:
    """One page of the comments of `article`, in `order`, with the URLs of the pages around it."""

    article: object
    order: str = OLDEST
    after: tuple | None = None
    before: tuple | None = None
    comments: list[ShownComment] = field(init=False)
    has_featured: bool = field(init=False)
    has_more: bool = field(init=False, default=False)

    def __post_init__(self):
        page_notes.made_of(Change.Kind.THREAD, self.article.pk)
        rows = self._rows()
        # Featured comments are another order of the threads.
        self.has_featured = self.order == FEATURED or bool(rows and rows[0][-1])
        found = _of_rows(rows)
        if self.before and self.order != FEATURED:
            self.comments, self.has_more = found[::-1], True
        else:
            self.comments, self.has_more = found[:PAGE_SIZE], len(found) > PAGE_SIZE

    def _rows(self):
        """Return the rows of the page, and of one comment after it; before a place, backwards."""
        # The list of featured comments is short, so one page is enough.
        place = () if self.order == FEATURED else self.before or self.after or ()
        is_before = bool(place and self.before)
        # As at another instant other comments are public, of which no query is kept.
        read = _page if reader_clock.is_set() else _kept_page
        return read(self.article.pk, *place, order=self.order, is_before=is_before)

    def shows(self, key) -> bool:
        """Say whether the comment with this key is on the page."""
        return any(comment.pk == key for comment in self.comments)

    @property
    def is_first(self) -> bool:
        """Say whether no page comes before this one. Also true for an empty page (an old link)."""
        is_short = self.before and len(self.comments) < PAGE_SIZE
        return is_short or not (self.before or self.after) or not self.comments

    @property
    def first_page_url(self) -> str:
        """Return the URL of the first page in this order: for OLDEST, the article's own page."""
        if self.order == OLDEST:
            return f"{self.article.path}#comments"
        return f"{self._url}?order={self.order}"

    @property
    def previous(self) -> str:
        return "" if self.is_first else self.link("before", self.comments[0].place)

    @property
    def next(self) -> str:
        return self.link("after", self.comments[-1].place) if self.has_more else ""

    @property
    def orders(self) -> list[tuple[str, str]]:
        """Return the orders that readers can choose, with their URLs."""
        offered = ORDERS if self.has_featured else (OLDEST, NEWEST)
        return [(order, f"{self._url}?order={order}") for order in offered]

    @property
    def _url(self):
        return reverse("comments:thread", args=[self.article.pk])

    def link(self, side, place):
        """Return the URL of the page that begins after `place`, or ends before it (`side`)."""
        order = "" if self.order == OLDEST else f"order={self.order}&"
        return f"{self._url}?{order}{side}={place[0]}-{place[1]}"


def _of_rows(rows) -> list[ShownComment]:
    found = []
    for *own, moderation, parent, name, of_parent, _has_featured in rows:
        answered = parent and Answered(parent, name, of_parent == Moderation.APPROVED)
        found.append(ShownComment(*own, moderation == Moderation.APPROVED, answered))
    return found


def _shown(article):
    """Return the rows of the comments of the article with this key that readers see there.

    Each says at its end whether the article has a featured one: that spares the page a query.
    """
    comments = Comment.objects.filter(article=article).in_threads()
    featured_at, parent = "featured_at", "parent__moderation"
    if reader_clock.is_set():
        at = reader_clock.now()
        comments = comments.public_since(at).annotate(
            featured_then=Case(When(featured_at__lte=at, then="featured_at")),
            parent_then=Case(When(was_public(at, "parent__"), then="parent__moderation")),
        )
        featured_at, parent = "featured_then", "parent_then"
    return comments.annotate(has_featured=Exists(comments.featured())).values_list(
        *("pk", "root", "name", "html", "submitted_at", "is_newsroom", featured_at, "edited_at"),
        *("moderation", "parent", "parent__name", parent, "has_featured"),
    )


def _page(article, *place, order, is_before):
    """Return the rows of a page, after or before a place, and of one comment after it."""
    comments, newest_first = _shown(article), order == NEWEST
    if order == FEATURED:
        return comments.featured()[:PAGE_SIZE]
    if is_before:
        return comments.before_place(place, newest_first=newest_first)[:PAGE_SIZE]
    if place:
        comments = comments.after_place(place, newest_first=newest_first)
    return comments.in_order(newest_first=newest_first)[: PAGE_SIZE + 1]


_kept_page = compiled(_page, keeps_plan=False)


def url_in_thread(comment) -> str:
    """Return the URL of the page that shows `comment` in its thread, with its anchor.

    It is the article's own page if the comment is there, or else the page that begins with its
    thread. If the thread is longer than a page, it is the page that begins with the comment.
    """
    thread, key = comment.place
    first = ThreadPage(comment.article)
    if first.shows(key):
        return f"{comment.article.path}#comment-{key}"
    for start in {(thread, thread - 1): None, (thread, key - 1): None}:
        page = ThreadPage(comment.article, after=start)
        if page.shows(key):
            break
    return f"{page.link('after', start)}#comment-{key}"
