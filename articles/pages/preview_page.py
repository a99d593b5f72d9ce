"""The page that readers would get if a text were published: of a form, or of the working copy.

Nothing is written for it. It is an `ArticlePage`, and has what the press would add to the text: its
dates, the corrections, and the links to other articles.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext

from ..models import Article, Author, Byline, Content, Correction, Image, Section, Topic
from ..publishing.snapshots import followed
from ..text import cleaner
from .article_page import ArticlePage
from .onward import OnwardLinks, links_of


@dataclass(frozen=True)
class Parts:
    """The parts of a text that other tables hold."""

    topics: list
    #: The credits of the byline in their order.
    bylines: list
    #: The articles that an editor chose as related.
    related: list


@dataclass(frozen=True, kw_only=True)
class PreviewPage(ArticlePage):
    """The page of the next edition of an article, which need not be stored.

    `content` has the words; `parts` takes the place of the rows that belong to it.
    """

    parts: Parts
    begins_at: datetime
    is_preview: bool = True

    @classmethod
    def of_working_copy(cls, article):
        """Return the page of the working copy, as if it were published now."""
        return cls.of_text(article, parts=parts_of(article))

    @classmethod
    def of_revision(cls, revision, *, at):
        """Return the page of what a working copy held, as if it had been published at `at`.

        What it names may be deleted since: such a topic, author, article or picture is left out.
        What was merged is followed.
        """
        article, (values,) = revision.article, followed(revision.content)
        authors = Author.objects.select_related("photo").in_bulk(
            author for author, _role in values["bylines"]
        )
        parts = Parts(
            topics=list(Topic.objects.filter(pk__in=values["topics"])),
            bylines=[
                Byline(author=authors[author], role=role)
                for author, role in values["bylines"]
                if author in authors
            ],
            related=list(Article.objects.filter(pk__in=values["related"]).only("pk")),
        )
        # A column that was added since has its default.
        columns = {field.attname for field in Content._meta.fields} & values.keys()
        content = Article(**{name: values[name] for name in columns})
        content.section = Section.objects.filter(pk=content.section_id).first()
        content.lead_image = Image.objects.filter(pk=content.lead_image_id).first()
        # Without the pictures that are deleted since.
        content.body = cleaner.clean(content.body)
        return cls.of_text(article, parts=parts, content=content, at=at)

    @classmethod
    def of_text(cls, article, *, parts, content=None, at=None, correction=None):
        """Return the page of the edition that would begin at `at` (default: now).

        `article` has the words, unless `content`, another Content, has them. An unsaved
        `correction` is told with that edition.
        """
        content, at = content or article, at or timezone.now()
        # Every page shows these two, and nobody has written or chosen them yet.
        content.headline = content.headline or capfirst(gettext("headline"))
        if content.section_id is None:
            content.section = Section(name=capfirst(gettext("section")), slug="section")
        told = _told(article, at)
        # As for an edition: a correction that came with the first edition is no update.
        last = told[0].published_at if told else None
        updated_at = None if last == article.first_published_at else last
        if correction:
            correction.published_at = at
            told = [correction, *told]
            updated_at = at if _first_start(article, at) != at else None
        return cls(content, article, told, updated_at, parts=parts, begins_at=at)

    @property
    def topics(self) -> list:
        return self.parts.topics

    @property
    def bylines(self) -> list:
        return self.parts.bylines

    @property
    def published_at(self) -> datetime:
        return _first_start(self.article, self.begins_at)

    @cached_property
    def onward(self) -> OnwardLinks:
        return links_of(
            section=self.content.section_id,
            published_at=self.published_at,
            # One that is not stored yet will be the newest.
            article=self.article.pk or models.BigIntegerField.MAX_BIGINT,
            related=[article.pk for article in self.parts.related],
            topics=[topic for topic in self.parts.topics if topic.pk],
        )


def parts_of(article) -> Parts:
    """Return the stored parts of a working copy; none, if it is not stored."""
    if article.pk is None:
        return Parts([], [], [])
    return Parts(
        topics=list(article.topics.all()),
        bylines=list(article.bylines.select_related("author__photo")),
        related=list(article.related.only("pk")),
    )


def _told(article, at) -> list[Correction]:
    return list(article.corrections.filter(published_at__lte=at)) if article.pk else []


def _first_start(article, at) -> datetime:
    """Return the date of first publication once an edition begins at `at`: see `update_dates`."""
    first = article.first_published_at
    return first if first and (first <= timezone.now() or first < at) else at
