"""Teasers: articles as the front page, a list or a related article shows them.

A page shows up to fifty. So a teaser has the columns that it shows and no model objects: to make
those took most of the time of such a page.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from common import page_notes
from common.compiled_queries import compiled
from common.kept_html import html_of

from ..models import Article, Change, Edition, Image
from ..models.edition import EditionByline


class Shown(NamedTuple):
    """How a teaser shows its picture."""

    ratio: str
    #: The width on the page: the attribute `sizes`.
    sizes: str
    css: str = "teaser-picture"
    #: Whether it is the first picture of the page.
    priority: bool = False


_LEAD = Shown("3:2", "(min-width: 80rem) 51rem, (min-width: 64rem) 64vw, 100vw", priority=True)
_WIDE = Shown("3:2", "(min-width: 80rem) 37rem, (min-width: 40rem) 48vw, 100vw")
_SMALL = Shown("3:2", "(min-width: 40rem) 25rem, 10rem")
#: The pictures by the size of the teaser. A brief has none; an opinion has that of its author.
PICTURES = {
    "lead": _LEAD,
    "second": _WIDE,
    "first": _WIDE,
    "column": _SMALL,
    "row": _SMALL,
    "opinion": Shown("1:1", "6rem", css="teaser-author"),
    "brief": None,
}


class Picture(NamedTuple):
    """The columns of a picture of the library that a page shows."""

    pk: int
    file: str
    width: int
    height: int
    rendition_set: str

    @classmethod
    def columns(cls, path) -> tuple:
        """Return the names of the columns of the picture that the foreign key `path` names."""
        return tuple(f"{path}__{name}" for name in cls._fields)

    @classmethod
    def read(cls, *columns):
        """Return the picture with these columns, noted as a part of the page; None without one."""
        if columns[0] is None:
            return None
        page_notes.made_of(Change.Kind.IMAGE, columns[0])
        return cls(*columns)

    @classmethod
    def of(cls, image):
        """Return the columns of a picture that was read whole."""
        return cls(image.pk, image.file.name, image.width, image.height, image.rendition_set)

    @property
    def image(self) -> Image:
        return Image(**self._asdict())


class Signature(NamedTuple):
    """An author, as lists name one."""

    pk: int
    name: str
    photo: Picture | None


@dataclass(slots=True)
class Teaser:
    """What lists show of a live edition, read by `teasers_of`."""

    pk: int
    article_id: int
    tint: str
    language: str
    kicker: str
    headline: str
    standfirst: str
    lead_alt: str
    series_part: int | None
    path: str
    first_published_at: datetime
    comment_count: int
    is_retracted: bool
    lead_image: Picture | None
    signatures: list[Signature] = field(default_factory=list)

    @property
    def listed_at(self) -> datetime:
        """The key by which the list of a topic or an author is sorted: a copy of the date."""
        return self.first_published_at

    def html(self, *, size, level, day=None) -> SafeString:
        """Return the HTML of the teaser.

        `size` is one of PICTURES, and `level` that of the heading. The articles of `day`, a date,
        have the time of their publication, and all others its date.
        """
        shown = PICTURES[size]
        return html_of(
            "articles/_teaser.html",
            size=size,
            level=level,
            tint=self.tint,
            language=self.language,
            site_language=settings.LANGUAGE_CODE,
            picture=shown and self._picture(size),
            shown=shown,
            is_retracted=self.is_retracted,
            kicker=self.kicker,
            headline=self.headline,
            standfirst="" if size == "brief" else self.standfirst,
            address=self.path,
            names=tuple(signature.name for signature in self.signatures),
            published=self.first_published_at,
            is_of_day=day is not None and localtime(self.first_published_at).date() == day,
            comments=Article.comments_for_readers(self.article_id, self.comment_count),
        )

    def _picture(self, size):
        if size == "opinion":
            return self.signatures[0].photo if self.signatures else None
        return self.lead_image


# --- The queries ----------------------------------------------------------------------------------


#: The columns of a teaser, in the order of its fields, before those of its picture.
_WORDS = (
    *("pk", "article", "section__tint", "language", "kicker", "headline", "standfirst"),
    *("lead_alt", "series_part", "article__path", "first_published_at", "article__comment_count"),
    "is_retracted",
)


def rows_of(editions):
    """Return the query of the rows of which `teasers_of` makes the teasers of `editions`."""
    return editions.with_retractions().values_list(*_WORDS, *Picture.columns("lead_image"))


def teasers_of(rows) -> list[Teaser]:
    """Return the teasers of these rows, with the authors."""
    words = len(_WORDS)
    found = [Teaser(*row[:words], Picture.read(*row[words:])) for row in rows]
    by_key = {teaser.pk: teaser for teaser in found}
    for edition, author, name, *photo in _signatures(list(by_key)):
        _sign(by_key[edition], author, name, photo)
    return found


def live_by_key(at, keys) -> dict[int, Teaser]:
    """Return the teasers of those of these editions that are live at the instant `at`, by key.

    One query reads their authors with them: an edition has a row for each.
    """
    words, of_picture = len(_WORDS), len(Picture.columns(""))
    found = {}
    for row in _live(at, keys):
        if row[0] not in found:
            picture = Picture.read(*row[words : words + of_picture])
            found[row[0]] = Teaser(*row[:words], picture)
        author, name, *photo = row[words + of_picture :]
        if author is not None:
            _sign(found[row[0]], author, name, photo)
    return found


def _sign(teaser, author, name, photo):
    """Add the author with this key, once also if they have two roles."""
    page_notes.made_of(Change.Kind.AUTHOR, author)
    signature = Signature(author, name, Picture.read(*photo))
    if signature not in teaser.signatures:
        teaser.signatures.append(signature)


@compiled
def _live(at, keys):
    editions = Edition.objects.live(at).with_retractions().filter(pk__in=keys)
    author = "bylines__author"
    return editions.order_by("pk", "bylines__position", "bylines").values_list(
        *(*_WORDS, *Picture.columns("lead_image")),
        *(author, f"{author}__name", *Picture.columns(f"{author}__photo")),
    )


@compiled
def _signatures(editions):
    bylines = EditionByline.objects.filter(edition__in=editions)
    return bylines.values_list(
        "edition", "author", "author__name", *Picture.columns("author__photo")
    )
