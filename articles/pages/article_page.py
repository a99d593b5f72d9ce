"""The page of an article: of an edition, or of a text that may become one (`preview_page`).

The templates of the page use only this object. It needs no request, so other code that shows an
article, such as a feed, can use it too.
"""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import cached_property

from common import reader_clock
from common.addresses import absolute
from common.compiled_queries import compiled

from ..attachments.display import attachments_of, sounds_of
from ..models import Article, Attachment, Correction, Edition, Image
from ..models.content import Content, authors_of
from ..models.edition_parts import load_for_pages
from ..text import headlines
from ..text.datelines import with_dateline
from ..text.outside_links import OutsideLink, links_of
from ..text.reading import Reading, read
from ..text.typography import typeset
from .onward import OnwardLinks, onward_links
from .series import SeriesPlace, place_of
from .versions import has_versions


@dataclass(frozen=True)
class Lead:
    """The picture above an article, with its words."""

    #: The width at which the page shows each crop, by ratio: the attribute `sizes`.
    SIZES = {
        "4:5": "(min-width: 40rem) 36rem, 100vw",
        "3:2": "(min-width: 80rem) 58rem, (min-width: 48rem) 75vw, 100vw",
    }

    image: Image
    alt: str
    caption: str
    credit: str

    @property
    def is_upright(self) -> bool:
        return self.image.is_upright

    @property
    def ratio(self) -> str:
        return "4:5" if self.is_upright else "3:2"

    @property
    def sizes(self) -> str:
        return self.SIZES[self.ratio]


@dataclass(frozen=True)
class ArticlePage:
    """The page of `article`, with the words of `content`."""

    content: Content
    article: Article
    #: The corrections that the page shows, newest first.
    corrections: list[Correction]
    #: The public date of the last change since the first publication, or None.
    updated_at: datetime | None
    is_preview: bool = False

    @classmethod
    def at_path(cls, path):
        """Return the page at `path` that readers have now, or None."""
        return cls._of_found(_live_at(reader_clock.now(), path))

    @classmethod
    def of_article(cls, key):
        """Return the page that readers have now of the article with this primary key, or None."""
        return cls._of_found(_live_of(reader_clock.now(), key))

    @classmethod
    def _of_found(cls, editions):
        found = load_for_pages(editions)
        return cls.of_edition(*found) if found else None

    @classmethod
    def of_edition(cls, edition, *, is_preview=False):
        """Return the page that readers get, or will get once the edition begins (a preview)."""
        corrections, updated_at = edition.public_corrections, edition.updated_at
        return cls(edition, edition.article, corrections, updated_at, is_preview)

    # --- Words, as plain text and with the typography of the page -----------------------------

    @property
    def language(self) -> str:
        return self.content.language

    @property
    def title(self) -> str:
        return self.content.headline

    @property
    def description(self) -> str:
        return self.content.standfirst

    @property
    def dateline(self) -> str:
        return typeset(self.content.dateline, self.language)

    @property
    def headline(self) -> str:
        return typeset(self.title, self.language)

    @property
    def headline_size(self) -> str:
        """The CSS class of the headline, or an empty string."""
        return headlines.size_class(self.title)

    @property
    def kicker(self) -> str:
        return typeset(self.content.kicker, self.language)

    @property
    def standfirst(self) -> str:
        return typeset(self.description, self.language)

    @cached_property
    def reading(self) -> Reading:
        """The body: `html`, `contents`, `minutes`, `words`."""
        return read(self.content.body, self.language, self.article.pk)

    @property
    def story(self) -> str:
        """The HTML of the body, with its dateline."""
        return with_dateline(self.reading.html, self.dateline)

    @cached_property
    def lead(self) -> Lead | None:
        content = self.content
        if content.lead_image is None:
            return None
        caption, credit = (
            typeset(words, self.language) for words in (content.lead_caption, content.lead_credit)
        )
        return Lead(content.lead_image, content.lead_alt, caption, credit)

    @cached_property
    def sounds(self) -> list[Attachment]:
        """The sound files that the text plays."""
        return sounds_of(self.content.body, attachments_of(self.content.body))

    @cached_property
    def elsewhere(self) -> list[OutsideLink]:
        """The links to other sites under the text."""
        return links_of(self.content.elsewhere)

    # --- Section, topics and authors ----------------------------------------------------------

    @property
    def section(self):
        return self.content.section

    @property
    def topics(self) -> list:
        return self.content.subjects

    @cached_property
    def series(self) -> SeriesPlace | None:
        """The series of which this is a part, with the parts that readers have."""
        return place_of(self.content, self.article)

    @property
    def bylines(self) -> list:
        """The credits in their order; each names an `author` and perhaps a `role`."""
        return self.content.credits

    @property
    def authors(self) -> list:
        return authors_of(self.bylines)

    @property
    def portrait(self) -> Image | None:
        """The photo of the author, if there is exactly one author."""
        return self.authors[0].photo if len(self.authors) == 1 else None

    # --- Dates and corrections ----------------------------------------------------------------

    @property
    def published_at(self) -> datetime | None:
        return self.article.first_published_at

    @property
    def changed_at(self) -> datetime | None:
        """The public date of the last change: of the last correction, or of first publication."""
        return self.updated_at or self.published_at

    @property
    def urgent_corrections(self) -> list[Correction]:
        """The corrections that are shown above the text of the article."""
        return [c for c in self.corrections if c.is_urgent]

    @property
    def other_corrections(self) -> list[Correction]:
        return [c for c in self.corrections if not c.is_urgent]

    @property
    def retraction(self) -> Correction | None:
        """The correction that retracts the article; no later edition undoes it."""
        return next((c for c in self.corrections if c.kind == c.Kind.RETRACTION), None)

    # --- Addresses ----------------------------------------------------------------------------

    @property
    def path(self) -> str | None:
        """The path of the article on this site; None until an edition gives it one."""
        return self.article.path

    @property
    def address(self) -> str | None:
        """The canonical address of the article, or None."""
        return self.path and absolute(self.path)

    @cached_property
    def has_versions(self) -> bool:
        """Whether readers can read the former versions of the article."""
        return not self.is_preview and has_versions(self.article)

    @cached_property
    def onward(self) -> OnwardLinks:
        """The articles that the page links to."""
        return onward_links(self.content)


@compiled
def _live_at(at, path):
    return _for_page(at).filter(article__path=path)[:1]


@compiled
def _live_of(at, article):
    return _for_page(at).filter(article__pk=article)[:1]


def _for_page(at):
    return Edition.objects.live(at).for_page().prefetch_related(None)
