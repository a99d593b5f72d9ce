"""The page of an article's versions for readers: the editions that were public, and their changes.

A setting, PUBLIC_VERSIONS, turns the page on. Scheduled and cancelled editions, those taken down
for legal reasons and the working copy are no part of it.
"""

from dataclasses import dataclass, replace

from django.conf import settings
from django.utils.functional import cached_property
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import override

from common import reader_clock
from common.compiled_queries import compiled

from ..attachments.display import with_players
from ..models import Article, Edition
from ..pictures.display import with_renditions
from ..publishing.comparison import FieldDifference, differences
from ..publishing.snapshots import snapshot
from ..text.alignment import Work
from ..text.differences import Pair
from ..text.languages import interface_language
from ..text.typography import typeset_html

#: Fields that the page does not compare: the related articles may not be public.
NOT_SHOWN = ("related",)
#: The most work for one page, since anybody may ask for it. Of a very long text, the first changes
#: are shown word by word, and those after them paragraph by paragraph.
MOST_STEPS = 300_000
#: Ends each block of a text that is typeset as a whole. In clean HTML no text holds it.
_END = "<!>"


def public_editions(article):
    """Return the editions of `article` that readers have or had, newest first."""
    return _public(reader_clock.now(), article.pk)


def has_versions(article) -> bool:
    """Say whether readers find a page with more than one version of a live `article`."""
    return settings.PUBLIC_VERSIONS and bool(_second(reader_clock.now(), article.pk))


def _public(at, article):
    editions = Edition.objects.filter(article=article, visible_from__lte=at, suppressed_at=None)
    return editions.order_by("-visible_from")


@compiled
def _second(at, article):
    return _public(at, article).values_list("pk", flat=True)[1:2]


@dataclass(frozen=True)
class VersionsPage:
    """The versions of a live article, and the differences of one from the one before it."""

    live: Edition
    #: All public editions, newest first.
    editions: list[Edition]
    #: The edition whose changes are shown, and the one before it; None if there is none before.
    shown: Edition
    before: Edition | None

    @classmethod
    def of(cls, live, number=None):
        """Return the page of the article of the edition `live`; None if no edition has `number`."""
        editions = public_editions(live.article).select_related("correction", "article")
        editions = list(editions.defer("body", "article__body", "article__standfirst"))
        places = [place for place, e in enumerate(editions) if number in (None, e.number)]
        if not places:
            return None
        shown, *before = editions[places[0] : places[0] + 2]
        return cls(live, editions, shown, before[0] if before else None)

    @property
    def article(self) -> Article:
        return self.live.article

    @property
    def section(self):
        return self.live.section

    @property
    def language(self) -> str:
        return self.shown.language

    @property
    def rows(self) -> list:
        """Each edition with its correction, or with None."""
        return [(edition, getattr(edition, "correction", None)) for edition in self.editions]

    @cached_property
    def differences(self) -> list[FieldDifference]:
        if self.before is None:
            return []
        contents = (snapshot(edition) for edition in (self.before, self.shown))
        found = differences(*contents, leave_out=NOT_SHOWN, work=Work(MOST_STEPS))
        return [self._as_shown(field) for field in found if field.is_visible]

    def _as_shown(self, field):
        """Return a difference with the typography of the page, and with pictures in all widths."""
        marked = self._html([pair.marked for pair in field.pairs])
        pairs = [Pair(*pair[:2], new) for pair, new in zip(field.pairs, marked, strict=True)]
        return replace(field, marked=self._html([field.marked])[0], pairs=pairs)

    def _html(self, blocks) -> list[SafeString]:
        html = typeset_html("".join(f"{block}{_END}" for block in blocks), self.language)
        with override(interface_language(self.language)):
            html = with_players(with_renditions(html, self.language), self.language)
        return [mark_safe(block) for block in html.split(_END)[:-1]]  # noqa: S308
