"""The rows of the articles of a large site, of their editions, and of all that belongs to both.

They are those that the press, the import and the search write: a test compares.
"""

from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection

from articles.models import (
    Article,
    ArticleEvent,
    ArticlePath,
    Byline,
    Correction,
    Edition,
    EditionByline,
    MonthMark,
    Revision,
    listed,
)
from articles.publishing.stages import Stage
from articles.search import index, staff, words
from articles.text.markup import plain_text
from common.search.databases import backend_of
from common.search.index import cut, entry

from . import plans
from .tables import Table, insert
from .vocabulary import remembering

Kind = ArticleEvent.Kind
CONTENT = (
    "body kicker headline standfirst dateline language section_id lead_image_id lead_alt "
    "lead_caption lead_credit"
)
DATES = " ".join(listed.DATES)
#: The columns of `Content` that no article here fills, as a snapshot has them.
EMPTY = {"series_id": None, "series_part": None, "elsewhere": "", "related": []}


class ArticleRows:
    """The tables that hold articles, and the rows that are to be written to them."""

    def __init__(self, library):
        self.library = library
        self.zone = ZoneInfo(settings.TIME_ZONE)
        self.backend = backend_of(connection.alias)
        self.cut, self.stem = remembering(cut), remembering(words.cut)
        self.articles = Table(
            Article,
            f"id {CONTENT} slug stage first_published_at visible_until path withdrawal_notice "
            "saved_at version",
            started_by_id=library.account,
        )
        self.editions = Table(
            Edition,
            f"id {CONTENT} article_id number visible_from visible_until first_published_at "
            "updated_at pressed_at",
            pressed_by_id=library.account,
        )
        self.paths = Table(ArticlePath, "path article_id since")
        self.bylines = Table(Byline, "article_id author_id position")
        self.edition_bylines = Table(EditionByline, f"edition_id author_id position {DATES}")
        self.topics = Table(Article.topics.through, "article_id topic_id")
        self.edition_topics = Table(Edition.topics.through, f"edition_id topic_id {DATES}")
        self.corrections = Table(Correction, "article_id edition_id kind text published_at")
        self.events = Table(
            ArticleEvent, "article_id kind at by_id origin target edition moment note"
        )
        self.revisions = Table(Revision, "article_id version by_id began_at saved_at content")
        self.tables = [
            *(self.articles, self.editions, self.paths, self.bylines, self.edition_bylines),
            *(self.topics, self.edition_topics, self.corrections, self.events, self.revisions),
        ]
        self.searched, self.words, self.published = [], [], set()

    def write(self, every):
        """Write the articles of these plans. Call it in a transaction."""
        self.edition_key = self.editions.next_key()
        for key, planned in enumerate(every, start=self.articles.next_key()):
            self._add(key, planned)
        for table in self.tables:
            table.write()
        insert("articles_search", index.COLUMNS[self.backend], self.searched)
        insert(staff.articles.table, ("rowid", "words"), self.words)
        MonthMark.objects.add(*self.published)
        self.searched, self.words, self.published = [], [], set()

    def _add(self, key, planned):
        first = planned.editions[0].start if planned.editions else None
        until = planned.editions[-1].end if planned.editions else None
        path = first and f"/{first.astimezone(self.zone):%Y/%m/%d}/{planned.slug}/"
        self.articles.add(
            *(key, *planned.content.values(), planned.slug, planned.stage, first, until, path),
            *(planned.notice, planned.saved_at, planned.version),
        )
        if path:
            self.paths.add(path, key, first)
        for position, author in enumerate(planned.authors):
            self.bylines.add(key, author, position)
        for topic in planned.topics:
            self.topics.add(key, topic)
        self._add_words(key, planned, path)
        for number, edition in enumerate(planned.editions, start=1):
            self._add_edition(key, number, edition, planned)
        self._add_history(key, planned)

    def _add_words(self, key, planned, path):
        """Add the words by which the staff find the article."""
        content = {**planned.content, "slug": planned.slug}
        texts = [content[name] for name in staff.articles.texts]
        texts += [plain_text(content["body"]), *([path] if path else [])]
        row = entry([content["headline"]], texts, planned.authors, self.backend, self.cut)
        self.words.append((key, row))

    # --- Editions ---------------------------------------------------------------------------------

    def _add_edition(self, article, number, edition, planned):
        key, first = self.edition_key, planned.editions[0].start
        self.edition_key += 1
        updated_at = edition.start if edition.correction else None
        self.editions.add(
            *(key, *edition.content.values(), article, number, edition.start, edition.end),
            *(first, updated_at, edition.pressed_at),
        )
        if edition.correction:
            text = self.library.own.grow["correction"]
            self.corrections.add(article, key, edition.correction, text, edition.start)
        for position, author in enumerate(planned.authors):
            self.edition_bylines.add(key, author, position, first, updated_at)
        for topic in planned.topics:
            self.edition_topics.add(key, topic, first, updated_at)
        self.published.add(first)
        self._add_to_search(index.number_of(first, key), edition.content, planned)

    def _add_to_search(self, number, content, planned):
        names = self.library.topic_names
        body = [
            *(content["kicker"], content["standfirst"], content["dateline"]),
            *(plain_text(content["body"]), content["lead_caption"]),
            *(self.library.author_names[author] for author in planned.authors),
            *(name for topic, name in names.items() if topic in planned.topics),
        ]
        headline, language = [content["headline"]], content["language"]
        row = index.entry(headline, body, language, self.backend, self.stem)
        self.searched.append((number, *row))

    # --- History ----------------------------------------------------------------------------------

    def _add_history(self, key, planned):
        if planned.kind in plans.DRAFTS:
            steps = plans.DRAFTS[: plans.DRAFTS.index(planned.kind) + 1]
            for origin, target in pairwise(steps):
                self._moved(key, origin, target, planned.saved_at)
        origin = Stage.DRAFT
        for number, edition in enumerate(planned.editions, start=1):
            note = ""
            if edition.correction:
                text = self.library.own.grow["correction"]
                note = str(Correction(kind=edition.correction, text=text))
            at = edition.pressed_at
            self._happened(key, Kind.PRESSED, at, edition=number, moment=edition.start, note=note)
            self._moved(key, origin, Stage.PUBLISHED, at)
            origin = Stage.PUBLISHED
        at = planned.saved_at
        if planned.kind == plans.WITHDRAWN:
            self._happened(key, Kind.WITHDRAWN, at, moment=at, note=planned.notice)
        if planned.kind in (plans.WITHDRAWN, plans.CHANGED):
            self._moved(key, Stage.PUBLISHED, Stage.DRAFT, at)
        if planned.kind == plans.CHANGED:
            self._revise(key, planned)

    def _moved(self, key, origin, target, at):
        self._happened(key, Kind.MOVED, at, origin=origin, target=target)

    def _happened(
        self, key, kind, at: datetime, *, origin="", target="", edition=None, moment=None, note=""
    ):
        by = self.library.account
        self.events.add(key, kind, at, by, origin, target, edition, moment, note)

    def _revise(self, key, planned):
        """Add the revisions of a working copy of which readers have the former content."""
        [edition] = planned.editions
        lists = {"topics": planned.topics, "bylines": [[author, ""] for author in planned.authors]}
        for version, (content, by, at) in enumerate(
            (
                (edition.content, None, edition.pressed_at),
                (planned.content, self.library.account, planned.saved_at),
            ),
            start=1,
        ):
            self.revisions.add(key, version, by, at, at, {**content, **EMPTY, **lists})
