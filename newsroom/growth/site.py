"""A site that grows: what its articles are filed under, and the articles and comments to be made."""

import random
from array import array
from itertools import islice

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from django.db import connection, models, transaction
from django.utils import timezone

from articles.models import (
    Article,
    Author,
    Change,
    Edition,
    Image,
    NamingAuthority,
    Section,
    Topic,
)
from articles.text.slugs import slug_of
from comments.models import Comment
from newsroom.demo import pictures

from .articles import LONG_THREAD, LONGEST_THREAD, NOT_PUBLIC, ArticleRows, kind_of
from .comments import CommentRows
from .vocabulary import Vocabulary

#: The account that has written, pressed and decided all that is made here.
ACCOUNT = "grow"
TOPICS, AUTHORS = 240, 300
#: The rows of one transaction.
ARTICLE_BATCH, COMMENT_BATCH = 1000, 10_000
#: The comments of the two articles that have more than all others.
SPECIAL = {LONG_THREAD: 200, LONGEST_THREAD: 10_000}


class Site:
    def __init__(self, report=lambda kind, number: None):
        self.report = report
        own = settings.LANGUAGE_CODE.partition("-")[0]
        other = next(code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE)
        self.own, self.other = Vocabulary(own), Vocabulary(other)

    # --- What articles are filed under ----------------------------------------------------------

    @transaction.atomic
    def prepare(self):
        """Make the account, sections, topics, authors and pictures, unless they are there."""
        users = get_user_model().objects
        account, created = users.get_or_create(
            username=ACCOUNT, defaults={"is_active": False, "password": "!"}
        )
        self.account, self.until = account.pk, account.date_joined.replace(microsecond=0)
        if created:
            self._make_library()
        NamingAuthority.objects.remember()
        self.sections = list(Section.objects.order_by("pk"))
        # In the order of the index of the search: by name, as the database sorts names.
        self.topic_names = dict(Topic.objects.values_list("pk", "name"))
        self.topics = sorted(self.topic_names)
        self.names = dict(Author.objects.order_by("pk").values_list("pk", "name"))
        self.authors = list(self.names)
        self.images = list(Image.objects.filter(title__in=self._titles()).order_by("pk"))
        self.readers = [*self.own.names(), *self.other.names()]

    def _titles(self):
        return [image["title"] for image in self.own.texts["images"]]

    def _make_library(self):
        own = self.own
        for position, text in enumerate([*own.texts["sections"], *own.grow["sections"]]):
            names = ("slug", "name", "description", "strip", "tint")
            Section.objects.create(
                position=position, **{name: text[name] for name in names if name in text}
            )
        for name in own.topics(TOPICS):
            Topic.objects.create(name=name)
        slugs = set()
        for name in islice(own.names(), AUTHORS):
            Author.objects.create(name=name)
        for text in own.texts["images"]:
            file = ContentFile(pictures.draw(text["key"]), name=f"{text['key']}.jpg")
            Image.objects.create(
                file=file,
                title=text["title"],
                alt=text["alt"],
                caption=text["caption"],
                credit=text["credit"],
            )

    def place(self, rng):
        """Return the vocabulary and the section of an article."""
        foreign = next(s["slug"] for s in self.own.texts["sections"] if s.get("language"))
        if rng.random() < 0.05:
            return self.other, next(s.pk for s in self.sections if s.slug == foreign)
        while (section := rng.choice(self.sections)).slug == foreign:
            pass
        return self.own, section.pk

    # --- Growing --------------------------------------------------------------------------------

    def articles_made(self):
        return Article.objects.filter(started_by=self.account).count()

    def comments_made(self):
        return Comment.objects.filter(article__started_by=self.account).count()

    def grow(self, articles, comments):
        self.grow_articles(articles)
        self.grow_comments(comments)
        Change.objects.record(Change.Kind.SITE, 0)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")

    def grow_articles(self, count):
        rows = ArticleRows(self, count)
        done = self.articles_made()
        self.report("articles", done)
        for start in range(done + 1, count + 1, ARTICLE_BATCH):
            numbers = range(start, min(start + ARTICLE_BATCH, count + 1))
            with transaction.atomic():
                rows.write(numbers)
            self.report("articles", len(numbers))

    def grow_comments(self, count):
        made = Article.objects.filter(started_by=self.account).order_by("pk")
        keys = array("q", made.values_list("pk", flat=True).iterator())
        rows = CommentRows(self)
        done = self.comments_made()
        self.report("comments", done)
        special = 0
        for number, size in SPECIAL.items():
            if len(keys) < number or count < 2 * size:
                continue
            special += size
            key = keys[number - 1]
            if not Comment.objects.filter(article=key).exists():
                with transaction.atomic():
                    rows.begin()
                    start = Article.objects.get(pk=key).first_published_at
                    rows.add(key, start, -number & 0xFF, size, self.own, all_approved=True)
                    rows.write()
                self.report("comments", size)
                done += size
        self._grow_others(rows, keys, done - special, count - special)

    def _grow_others(self, rows, keys, done, count):
        """Add the comments after `done` until there are `count`, in the order of the articles."""
        if done >= count or len(keys) <= max(SPECIAL):
            return
        numbers = range(max(SPECIAL) + 1, len(keys) + 1)
        weights = [self._weight(number, len(keys)) for number in numbers]
        scale, reached, first = count / sum(weights), 0.0, 0
        batch = []
        for number, weight in zip(numbers, weights, strict=True):
            reached += weight * scale
            last = round(reached)
            if last > max(first, done):
                batch.append((keys[number - 1], max(first, done), last - max(first, done)))
            first = last
            if batch and self._is_full(batch):
                self._write(rows, batch)
                batch = []
        if batch:
            self._write(rows, batch)

    @staticmethod
    def _is_full(batch):
        return batch[-1][1] + batch[-1][2] - batch[0][1] >= COMMENT_BATCH

    def _write(self, rows, batch):
        published = Edition.objects.filter(article__in=[key for key, *_ in batch], number=1)
        begun = dict(published.values_list("article", "visible_from"))
        with transaction.atomic():
            rows.begin()
            made = 0
            for key, first, size in batch:
                rows.add(key, begun[key], first + 1, size, self.own)
                made += size
            rows.write()
        self.report("comments", made)

    @staticmethod
    def _weight(number, count):
        """Return the share of an article in all comments: one in two has none."""
        chance = random.Random(number << 3 | 5).random()  # noqa: S311
        if chance < 0.5 or kind_of(number, random.Random(number)) in NOT_PUBLIC:  # noqa: S311
            return 0.0
        recent = (number / count) ** 2
        return (0.02 + recent) * min((1 - chance) * 2 + 1e-9, 1) ** -0.6
