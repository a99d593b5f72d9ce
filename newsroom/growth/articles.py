"""The articles of a large site: each is made of its number alone, and of the number of all."""

import math
import random
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from articles.models import (
    Article,
    ArticleEvent,
    ArticlePath,
    Byline,
    Correction,
    Edition,
    EditionByline,
    Revision,
)
from articles.publishing.stages import Stage
from articles.search import index as search
from articles.search import staff
from articles.search import words as search_words
from articles.text.markup import plain_text
from articles.text.slugs import slug_of
from common.search.databases import backend_of
from common.search.index import cut, entry

from . import tables
from .vocabulary import rare_word, remembering

YEARS = 26
#: The last years have this many times as many articles as the first: e to the power of this.
STEEPNESS = 2.5
#: The article with the most comments, and the one with a long page of them, and their ages.
LONGEST_THREAD, LONG_THREAD = 1, 2
#: The first articles have one each of what is rare.
RARE = {
    3: "scheduled",
    4: Stage.DRAFT,
    5: Stage.IN_REVIEW,
    6: Stage.APPROVED,
    7: "withdrawn",
    8: "corrected",
    9: "changed",
    10: "to be corrected",
    11: "retracted",
    12: "mended",
}
#: How many of 10,000 later articles are of each kind.
OF_10_000 = {
    "scheduled": 2,
    Stage.DRAFT: 40,
    Stage.IN_REVIEW: 20,
    Stage.APPROVED: 10,
    "withdrawn": 40,
    "corrected": 400,
    "changed": 20,
    "to be corrected": 1,
    "retracted": 4,
    "mended": 300,
}
NOT_PUBLIC = {"scheduled", Stage.DRAFT, Stage.IN_REVIEW, Stage.APPROVED}
KINDS = [kind for kind, number in OF_10_000.items() for _ in range(number)]
CONTENT = (
    "headline kicker standfirst dateline body language section_id lead_image_id lead_alt "
    "lead_caption lead_credit"
)


def kind_of(number, rng):
    place = rng.randrange(10_000)
    if number <= max(RARE):
        return RARE.get(number, "live")
    return KINDS[place] if place < len(KINDS) else "live"


class ArticleRows:
    """The rows of articles, of their editions, and of all that belongs to them."""

    def __init__(self, site, count):
        self.site, self.count = site, count
        self.zone = ZoneInfo(settings.TIME_ZONE)
        self.backend = backend_of("default")
        by = {"pressed_by_id": site.account}
        self.articles = tables.Table(
            Article,
            f"id {CONTENT} slug stage first_published_at path withdrawal_notice saved_at version",
            started_by_id=site.account,
        )
        self.editions = tables.Table(
            Edition,
            f"id {CONTENT} article_id number visible_from visible_until first_published_at "
            "updated_at pressed_at",
            **by,
        )
        self.paths = tables.Table(ArticlePath, "path article_id since")
        self.bylines = tables.Table(Byline, "article_id author_id position")
        self.edition_bylines = tables.Table(EditionByline, "edition_id author_id position")
        self.topics = tables.Table(Article.topics.through, "article_id topic_id")
        self.edition_topics = tables.Table(Edition.topics.through, "edition_id topic_id")
        self.corrections = tables.Table(Correction, "article_id edition_id kind text")
        self.events = tables.Table(
            ArticleEvent, "article_id kind at by_id origin target edition moment note"
        )
        self.revisions = tables.Table(Revision, "article_id version by_id began_at saved_at content")
        self.search, self.words = [], []
        self.cut, self.stem = remembering(cut), remembering(search_words.cut)

    @property
    def tables(self):
        return [
            *(self.articles, self.editions, self.paths, self.bylines, self.edition_bylines),
            *(self.topics, self.edition_topics, self.corrections, self.events, self.revisions),
        ]

    def write(self, numbers):
        """Write the articles with these numbers. Call it in a transaction."""
        self.key = self.articles.next_key() - 1
        self.edition_key = self.editions.next_key() - 1
        for number in numbers:
            self.key += 1
            self._make(number)
        for table in self.tables:
            table.write()
        tables.insert("articles_search", search.COLUMNS[self.backend], self.search)
        tables.insert(staff.articles.table, ["rowid", "words"], self.words)
        self.search, self.words = [], []
        tables.set_sequences(table.model for table in self.tables)

    # --- One article ----------------------------------------------------------------------------

    def _make(self, number):
        rng = random.Random(number)  # noqa: S311
        kind = kind_of(number, rng)
        content, lists = self._content(number, rng)
        start = self._start(number, kind, rng)
        slug = f"{slug_of(content['headline'], max_length=12, default='article')}-{number}"
        editions, stage, saved_at, notice, version = self._history(
            kind, content, lists, start, rng
        )
        first = editions[0]["visible_from"] if editions else None
        path = f"/{first.astimezone(self.zone):%Y/%m/%d}/{slug}/" if first else None
        if path:
            self.paths.add(path, self.key, first)
        for each in editions:
            self._add_edition(each, lists, first)
        if editions:
            content = editions[-1]["content"]
        if kind == "changed":
            content = self._change(content, lists, saved_at)
        self.articles.add(
            self.key, *content.values(), slug, stage, first, path, notice, saved_at, version
        )
        for position, author in enumerate(lists["authors"]):
            self.bylines.add(self.key, author, position)
        for topic in lists["topics"]:
            self.topics.add(self.key, topic)
        self.words.append(
            (
                self.key,
                entry(
                    [content["headline"]],
                    [
                        content["kicker"],
                        content["standfirst"],
                        content["dateline"],
                        content["lead_alt"],
                        content["lead_caption"],
                        content["lead_credit"],
                        slug,
                        plain_text(content["body"]),
                        *filter(None, [path]),
                    ],
                    lists["authors"],
                    self.backend,
                    self.cut,
                ),
            )
        )

    def _content(self, number, rng):
        site = self.site
        vocabulary, section = site.place(rng)
        standfirst, body = rng.choice(vocabulary.bodies)
        grow = vocabulary.grow
        body = f"{body.removesuffix('</p>')} {grow['dossier']} {rare_word(number)}.</p>"
        image = rng.choice(site.images) if site.images and rng.random() < 0.3 else None
        content = {
            "headline": vocabulary.headline(rng),
            "kicker": rng.choice(grow["themes"]) if rng.random() < 0.5 else "",
            "standfirst": standfirst,
            "dateline": rng.choice(grow["places"]) if rng.random() < 0.3 else "",
            "body": body,
            "language": vocabulary.language,
            "section_id": section,
            "lead_image_id": image and image.pk,
            "lead_alt": image.alt if image else "",
            "lead_caption": image.caption if image else "",
            "lead_credit": image.credit if image else "",
        }
        topics = {site.topics[0]} if rng.random() < 0.2 else set()
        for _ in range(rng.choice((1, 1, 2, 3))):
            topics.add(site.topics[1 + int(rng.random() ** 2 * (len(site.topics) - 1))])
        authors = [site.authors[int(rng.random() ** 1.5 * len(site.authors))]]
        if rng.random() < 0.15:
            second = rng.choice(site.authors)
            authors += [second] if second not in authors else []
        return content, {"topics": sorted(topics), "authors": authors}

    def _start(self, number, kind, rng):
        """Return the time at which an article begins, or was last written."""
        until = self.site.until
        if number == LONGEST_THREAD:
            return until - timedelta(days=6, hours=3)
        if number == LONG_THREAD:
            return until - timedelta(days=2, hours=3)
        if kind == "scheduled":
            return until + timedelta(minutes=rng.randrange(60, 14 * 24 * 60))
        if kind in (Stage.DRAFT, Stage.IN_REVIEW, Stage.APPROVED):
            return until - timedelta(minutes=int(min(rng.expovariate(1 / 30), 700) * 1440))
        share = (number - rng.random()) / self.count
        grown = math.log(1 + share * (math.e**STEEPNESS - 1)) / STEEPNESS
        length = timedelta(days=YEARS * 365.25 - 2)
        return (until - length + grown * length).replace(microsecond=0) - timedelta(minutes=5)

    def _history(self, kind, content, lists, start, rng):
        """Add the history; return the editions, the stage, the time of saving, notice, version."""
        until, by, Kind = self.site.until, self.site.account, ArticleEvent.Kind
        if kind in (Stage.DRAFT, Stage.IN_REVIEW, Stage.APPROVED):
            steps = [Stage.DRAFT, Stage.IN_REVIEW, Stage.APPROVED]
            for origin, target in zip(steps, steps[1 : steps.index(kind) + 1], strict=False):
                self.events.add(self.key, Kind.MOVED, start, by, origin, target, None, None, "")
            return [], kind, start, "", 1
        done = min(start, until)
        first = {"content": content, "visible_from": start, "pressed_at": done}
        self._pressed(1, Stage.DRAFT, start, done)
        editions = [first]
        later = start + timedelta(minutes=rng.randrange(30, 3 * 24 * 60))
        if kind == "to be corrected":
            later = max(later, until + timedelta(hours=5))
        if kind in ("corrected", "to be corrected", "retracted", "mended") and (
            later < until or kind == "to be corrected"
        ):
            done = min(later, until)
            editions.append(self._second(kind, content, later, done, rng))
            first["visible_until"] = later
            note = self._note(editions[1]) if "correction" in editions[1] else ""
            self._pressed(2, Stage.PUBLISHED, later, done, note)
        elif kind == "withdrawn" and later < until:
            first["visible_until"] = done = later
            notice = self.site.own.grow["withdrawn"]
            self.events.add(self.key, Kind.WITHDRAWN, later, by, "", "", None, later, notice)
            self._moved(Stage.PUBLISHED, Stage.DRAFT, later)
            return editions, Stage.DRAFT, later, notice, 1
        elif kind == "changed":
            done = min(later, until)
            self._moved(Stage.PUBLISHED, Stage.DRAFT, done)
            return editions, Stage.DRAFT, done, "", 2
        return editions, Stage.PUBLISHED, done, "", 1

    def _second(self, kind, content, later, done, rng):
        grow = self.site.own.grow
        text = f"<p>{grow['corrected']}</p>"
        content = {**content, "body": content["body"] + text}
        second = {"content": content, "visible_from": later, "pressed_at": done}
        if kind != "mended":
            kinds = Correction.Kind
            chosen = rng.choice((kinds.CORRECTION, kinds.CORRECTION, kinds.UPDATE, kinds.NOTE))
            second["correction"] = kinds.RETRACTION if kind == "retracted" else chosen
        return second

    def _note(self, edition):
        return str(Correction(kind=edition["correction"], text=self.site.own.grow["correction"]))

    def _pressed(self, number, origin, at, done, note=""):
        pressed, by = ArticleEvent.Kind.PRESSED, self.site.account
        self.events.add(self.key, pressed, done, by, "", "", number, at, note)
        self._moved(origin, Stage.PUBLISHED, done)

    def _moved(self, origin, target, at):
        moved, by = ArticleEvent.Kind.MOVED, self.site.account
        self.events.add(self.key, moved, at, by, origin, target, None, None, "")

    def _change(self, content, lists, saved_at):
        """Return other content of a working copy, of which readers have none yet."""
        changed = {**content, "headline": f"{content['headline']} (2)"}
        for version, each in enumerate((content, changed), start=1):
            snapshot = {
                **each,
                "series_id": None,
                "series_part": None,
                "elsewhere": "",
                "topics": lists["topics"],
                "related": [],
                "bylines": [[author, ""] for author in lists["authors"]],
            }
            by = self.site.account if version == 2 else None
            self.revisions.add(self.key, version, by, saved_at, saved_at, snapshot)
        return changed

    def _add_edition(self, edition, lists, first):
        self.edition_key += 1
        key, content, start = self.edition_key, edition["content"], edition["visible_from"]
        corrected = edition.get("correction")
        updated_at = start if corrected else None
        number = 1 if start == first else 2
        self.editions.add(
            *(key, *content.values(), self.key, number, start, edition.get("visible_until")),
            *(first, updated_at, edition["pressed_at"]),
        )
        if corrected:
            text = self.site.own.grow["correction"]
            self.corrections.add(self.key, key, corrected, text)
        for position, author in enumerate(lists["authors"]):
            self.edition_bylines.add(key, author, position)
        for topic in lists["topics"]:
            self.edition_topics.add(key, topic)
        body = [
            content["kicker"],
            content["standfirst"],
            content["dateline"],
            plain_text(content["body"]),
            content["lead_caption"],
            *(self.site.names[author] for author in lists["authors"]),
            *(name for key, name in self.site.topic_names.items() if key in lists["topics"]),
        ]
        row = search.entry([content["headline"]], body, content["language"], self.backend, self.stem)
        self.search.append((key, *row))
