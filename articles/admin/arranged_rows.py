"""What the page of the arrangement lists: the articles of each place, and those to choose from."""

from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from common.labels import labelled
from common.moment_field import MomentInput
from common.moment_text import text_of

from ..models import Article, Edition, FrontSlot
from ..publishing.arrangement import Spot

#: The candidates that each list names.
CANDIDATES = 12


@dataclass
class Row:
    """An article, with what is said about it."""

    article: int
    headline: str
    state: str
    spot: Spot | None = None
    #: The address by which the page in the frame links to it.
    url: str = ""
    is_first: bool = False
    is_last: bool = False
    #: What is in the field of its end, and the error in it.
    until: str = ""
    error: str = ""

    @property
    def until_field(self) -> str:
        name = f"until_{self.article}"
        attrs = {
            "id": name,
            "aria-label": _("Until when"),
            "aria-invalid": "true" if self.error else False,
        }
        return MomentInput().render(name, self.until, attrs)


@dataclass
class Group:
    """The articles of one place: those placed by hand, then those that come by themselves."""

    place: FrontSlot.Place
    label: str
    by_hand: list[Row] = field(default_factory=list)
    by_itself: list[Row] = field(default_factory=list)


class Standing:
    """Whether articles are public at an instant, with one query for all of them."""

    def __init__(self, articles, at):
        self.at = at
        self.intervals = {}
        editions = Edition.objects.filter(article__in=articles, suppressed_at=None)
        for article, *interval in editions.values_list("article", "visible_from", "visible_until"):
            self.intervals.setdefault(article, []).append(interval)

    def words(self, article) -> str:
        intervals = self.intervals.get(article, [])
        if any(start <= self.at and (end is None or end > self.at) for start, end in intervals):
            return _("public")
        if coming := [start for start, _end in intervals if start > self.at]:
            return _("public from %(moment)s") % {"moment": short(min(coming))}
        return _("not public any more") if intervals else _("not public")


def short(moment) -> str:
    return date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")


def groups(arrangement, page, at, typed=None) -> list[Group]:
    """Return the rows of each place of `page`, the front page with this arrangement at `at`.

    `typed` holds, for articles whose end was refused, what was typed and why it was refused.
    """
    headlines = headlines_of(arrangement.articles)
    standing = Standing(arrangement.articles, at)
    shown = {teaser.article_id: teaser for teaser in page.shown}
    current = set(arrangement.current(at).articles)
    found = []
    for place in FrontSlot.Place:
        group = Group(place, place.label)
        spots = arrangement.at(place)
        for index, spot in enumerate(spots):
            teaser = shown.get(spot.article)
            until, error = (typed or {}).get(spot.article) or (spot.until, "")
            row = Row(
                spot.article,
                headlines.get(spot.article, ""),
                _state(spot, standing, teaser, at),
                spot,
                url=teaser.path if teaser else "",
                is_first=index == 0,
                is_last=index == len(spots) - 1,
                until=until if isinstance(until, str) else (until and text_of(until)) or "",
                error=error,
            )
            group.by_hand.append(row)
        found.append(group)
    strips = [teaser for _section, teasers in page.strips for teaser in teasers]
    by_place = zip(found, ([page.lead] if page.lead else [], page.secondary, strips), strict=True)
    for group, teasers in by_place:
        group.by_itself = [
            Row(teaser.article_id, teaser.headline, "", url=teaser.path)
            for teaser in teasers
            if teaser.article_id not in current
        ]
    return found


def _state(spot, standing, teaser, at) -> str:
    if spot.is_over(at):
        return _("its time there is over")
    words = standing.words(spot.article)
    if teaser is None and words == _("public"):
        return _("public, but there is no room for it")
    return words


def headlines_of(articles) -> dict:
    rows = Article.objects.filter(pk__in=articles).values_list("pk", "headline")
    return {pk: headline or _("(no headline)") for pk, headline in rows}


def candidates(arrangement, page, found=None) -> list[tuple[str, list[Row]]]:
    """Return lists of articles to place, each with its name: of a search, if one `found` any."""
    placed = set(arrangement.articles)
    if found is not None:
        rows = dict(found.exclude(pk__in=placed).values_list("pk", "headline")[:CANDIDATES])
        standing = Standing(rows, timezone.now())
        return [(_("Found"), [Row(pk, h, standing.words(pk)) for pk, h in rows.items()])]
    shown = {teaser.article_id for teaser in page.shown}
    newest = Edition.objects.live().exclude(article__in=placed | shown).newest_first()
    coming = Edition.objects.filter(visible_from__gt=timezone.now(), suppressed_at=None)
    coming = coming.exclude(article__in=placed).order_by("visible_from")
    return [
        (
            _("Newest"),
            [
                Row(pk, headline, short(first))
                for pk, headline, first in newest.values_list(
                    "article", "headline", "article__first_published_at"
                )[:CANDIDATES]
            ],
        ),
        (
            pgettext("articles", "Scheduled"),
            [
                Row(pk, headline, _("public from %(moment)s") % {"moment": short(start)})
                for pk, headline, start in coming.values_list(
                    "article", "headline", "visible_from"
                )[:CANDIDATES]
            ],
        ),
    ]


def words_of(differences, headlines) -> list[str]:
    """Return a sentence for each difference of two arrangements."""
    return [_words_of(one, headlines) for one in differences]


def _words_of(one, headlines) -> str:
    if one.article is None:
        return labelled(FrontSlot.Place(one.place).label, _("in another order"))
    headline = headlines.get(one.article, _("an article that is deleted"))
    if one.now is None:
        return labelled(headline, _("taken away"))
    words = FrontSlot.Place(one.now.place).label
    if one.now.until:
        words = _("%(place)s, until %(moment)s") % {
            "place": words,
            "moment": short(one.now.until),
        }
    elif one.was and one.was.until and one.was.place == one.now.place:
        words = _("%(place)s, without an end") % {"place": words}
    return labelled(headline, words)
