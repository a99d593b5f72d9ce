"""Editions: the versions that readers read. Each is public in one interval and never changed."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Prefetch, Q, Subquery, When
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from common import reader_clock
from common.compiled_queries import compiled

from ..search import index
from .content import Content, Credit
from .correction import Correction
from .listed import Listed, indexes_of
from .month import MonthMark

#: The sort keys of a list of live editions, newest first, with their types. The order is total:
#: an article has only one live edition, so no two editions of the list share `article_id`.
NEWEST_FIRST = {"first_published_at": datetime, "article_id": int}
#: The same order for the list of a topic or an author, by the dates of its own rows (`Listed`).
LISTED = {"listed_at": datetime, "article_id": int}


class EditionQuerySet(models.QuerySet):
    #: The columns besides the content: the interval, the dates, the person who pressed it.
    COLUMNS_THAT_MOVE = frozenset(
        [
            *("article", "visible_from", "visible_until", "embargo_until"),
            *("first_published_at", "updated_at", "pressed_at", "pressed_by"),
        ]
    )

    def live(self, at=None):
        """Return the editions that are public at the instant `at` (default: now).

        All that readers get comes from here: pages, lists, counts. An interval includes its
        beginning but not its end, so at every instant an article has one live edition or none.
        """
        at = at or reader_clock.now()
        return self.not_over(at).exclude(visible_from__gt=at)

    def not_over(self, at):
        """Return the editions that are public at the instant `at`, or will be later."""
        # Nearly all editions are. SQLite would read them by the index of this column, and then sort
        # them all; it never looks into a negated condition for an index.
        return self.exclude(visible_until__lte=at).filter(suppressed_at=None)

    def next_start(self, after):
        """Return the next instant after `after` at which one of the editions begins, or None."""
        coming = self.filter(visible_from__gt=after).order_by("visible_from")
        return coming.values_list("visible_from", flat=True).first()

    @staticmethod
    def next_turn(after):
        """Return the next instant after `after` at which an edition begins or ends, or None."""
        columns = ("visible_from", "visible_until")
        return min((turn for each in columns for turn in _next(after, column=each)), default=None)

    def update(self, **values):
        """Update as Django does, but never the content. Raises TypeError."""
        if not self.COLUMNS_THAT_MOVE.issuperset(values):
            raise TypeError("An edition never changes: press the next one.")
        return super().update(**values)

    def take_down(self, **content):
        """Write other content: the one exception to the rule that editions never change.

        Only `articles.publishing.takedown` calls it, for legal reasons.
        """
        return super().update(**content)

    def bulk_create(self, objs, **kwargs):
        made = super().bulk_create(objs, **kwargs)
        MonthMark.objects.using(self.db).add(*{edition.first_published_at for edition in objs})
        return made

    def about(self, topic):
        """Return the editions that name `topic`, to be ordered as LISTED."""
        return self.filter(filings__topic=topic).annotate(
            listed_at=F("filings__first_published_at")
        )

    def signed_by(self, author):
        """Return the editions that `author` signs, each once, to be ordered as LISTED."""
        earlier = EditionByline.objects.filter(
            edition=OuterRef("pk"), author=author, pk__lt=OuterRef("bylines")
        )
        return self.filter(~Exists(earlier), bylines__author=author).annotate(
            listed_at=F("bylines__first_published_at")
        )

    def begun(self, at, order=NEWEST_FIRST):
        """Return those that were first published by the instant `at`; `order` as `newest_first`.

        All that are live then are among them. A list as at an instant of the past asks for these,
        or the database would look at each newer edition before the first that it needs.
        """
        column, *_others = order
        return self.filter(**{f"{column}__lte": at})

    def newest_first(self, order=NEWEST_FIRST):
        """Order by first publication, newest first; by LISTED after `about` or `signed_by`."""
        return self.order_by(*(f"-{name}" for name in order))

    def matching(self, query):
        """Return the editions that match `query`, a `search.queries.Query`.

        On each, `in_headline` is 1 if the headline alone matches, else 0.
        """
        in_headline = index.matches(query, using=self.db, headline_only=True)
        return self.filter(pk__in=index.matches(query, using=self.db)).annotate(
            in_headline=Case(When(pk__in=in_headline, then=1), default=0)
        )

    def with_retractions(self):
        """Say of each edition, as `is_retracted`, if it or one before retracts its article."""
        retractions = Correction.objects.filter(
            kind=Correction.Kind.RETRACTION,
            article=OuterRef("article"),
            published_at__lte=OuterRef("visible_from"),
        )
        return self.annotate(is_retracted=Exists(retractions))

    def for_page(self):
        """Load the data of an article's page."""
        return (
            self.select_related("article__section", "section", "series", "lead_image")
            .prefetch_related(_signatures(), "topics", "article__corrections")
            .annotate(
                may_be_corrected=_any(Correction.objects.filter(article=OuterRef("article"))),
                may_lead_on=_any(self.model.related.through.objects.filter(edition=OuterRef("pk"))),
            )
            .defer("article__body", "article__standfirst")
        )


def _signatures():
    """Return the prefetch of bylines with what they name, in one query for both."""
    return Prefetch("bylines", EditionByline.objects.select_related("author__photo"))


@compiled
def _next(after, *, column):
    kept = Edition.objects.filter(suppressed_at=None, **{f"{column}__gt": after})
    return kept.order_by(column).values_list(column, flat=True)[:1]


def _any(rows):
    """Return an expression that is true where there are `rows`: the key of one of them, or NULL.

    For an EXISTS PostgreSQL would read all corrections of the paper, to compare a page of a feed.
    """
    return Subquery(rows.order_by().values("pk")[:1])


class Edition(Content):
    """An article as it was pressed. Its content never changes; its public interval may.

    The one exception is a takedown for legal reasons: see `articles.publishing.takedown`.

    This interval is all that is needed to publish later, to unpublish at a date, to schedule a
    correction and to list versions. Only the methods of `Article` move its ends.
    """

    article = models.ForeignKey(
        "articles.Article",
        verbose_name=_("article"),
        on_delete=models.PROTECT,
        related_name="editions",
    )
    number = models.PositiveIntegerField(_("number"))
    visible_from = models.DateTimeField(_("public from"))
    visible_until = models.DateTimeField(_("public until"), null=True, blank=True)
    embargo_until = models.DateTimeField(_("embargo until"), null=True, blank=True)
    #: A copy of the article's value, so that one index serves each page of a list at any depth.
    first_published_at = models.DateTimeField(null=True, editable=False)
    #: The beginning of the last edition, up to this one, that has a correction and is not the
    #: first edition. A mended typo has no correction, so it moves no date.
    updated_at = models.DateTimeField(_("updated"), null=True, blank=True)
    #: The time of the takedown that erased the content: the row stays, so that numbers and dates
    #: of the others stay true.
    suppressed_at = models.DateTimeField(_("removed for legal reasons"), null=True, editable=False)
    #: Whether its article may have corrections, and it related articles that an editor chose: most
    #: have neither, and `for_page` knows.
    may_be_corrected = may_lead_on = True
    pressed_at = models.DateTimeField(_("pressed"), auto_now_add=True)
    pressed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("pressed by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )

    topics = models.ManyToManyField(
        "articles.Topic",
        verbose_name=_("topics"),
        through="EditionTopic",
        related_name="+",
        blank=True,
    )

    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        # By its key: articles themselves are in the order in which they were saved.
        ordering = ["article_id", "-visible_from"]
        constraints = [
            models.UniqueConstraint(fields=["article", "number"], name="edition_number_once"),
            models.UniqueConstraint(
                fields=["article"],
                condition=Q(visible_until__isnull=True),
                name="edition_one_open_end",
            ),
            models.CheckConstraint(
                condition=Q(visible_until__isnull=True) | Q(visible_until__gt=F("visible_from")),
                name="edition_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(embargo_until__isnull=True) | Q(visible_from__gte=F("embargo_until")),
                name="edition_waits_for_embargo",
            ),
        ]
        indexes = [
            models.Index(
                fields=["section", "-first_published_at", "-article"], name="edition_of_section"
            ),
            models.Index(fields=["-first_published_at", "-article"], name="edition_newest_first"),
            models.Index(fields=["-visible_from", "-id"], name="edition_by_time"),
            models.Index(fields=["-visible_until"], name="edition_by_end"),
            models.Index(
                fields=["series", "-first_published_at"],
                condition=Q(series__isnull=False),
                name="edition_of_series",
            ),
            # The last change of the whole paper, of a section, of a series; few editions have it.
            *(
                models.Index(
                    fields=[*of, "-updated_at"],
                    condition=Q(updated_at__isnull=False),
                    name="_".join(["edition_updated", *of]),
                )
                for of in ([], ["section"], ["series"])
            ),
        ]

    def save(self, **kwargs):
        if not self._state.adding:
            raise TypeError("An edition never changes: press the next one.")
        super().save(**kwargs)

    def get_absolute_url(self):
        return self.article.path

    # An edition never changes, so these are read once; `edition_parts` reads them for many at once.

    @cached_property
    def credits(self) -> list:
        return super().credits

    @cached_property
    def subjects(self) -> list:
        return super().subjects

    @cached_property
    def public_corrections(self) -> list:
        """The corrections that readers of this edition see, newest first."""
        return self.told_of(self.article.corrections.all())

    def told_of(self, corrections) -> list:
        """Return those of the article's `corrections` that readers of this edition see."""
        return [c for c in corrections if c.published_at <= self.visible_from]

    def is_live(self, at=None) -> bool:
        """Say whether `Edition.objects.live(at)` would contain this edition, without a query."""
        at = at or reader_clock.now()
        ended = self.visible_until is not None and self.visible_until <= at
        return self.visible_from <= at and not ended and self.suppressed_at is None

    @property
    def is_scheduled(self) -> bool:
        """Whether the edition is still to begin; nobody has read it, so it can be rescheduled."""
        return self.visible_from > timezone.now()


class EditionByline(Credit, Listed):
    """One name in the byline of an edition, as it was pressed."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="bylines")

    class Meta(Credit.Meta):
        verbose_name = _("byline")
        verbose_name_plural = _("bylines")
        indexes = indexes_of("author", "byline")


class EditionTopic(Listed):
    """One topic of an edition, as it was pressed."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="filings")
    topic = models.ForeignKey("articles.Topic", on_delete=models.CASCADE, related_name="filings")

    class Meta:
        db_table = "articles_edition_topics"
        default_permissions = ()
        verbose_name = _("topic of an edition")
        verbose_name_plural = _("topics of an edition")
        unique_together = [("edition", "topic")]
        indexes = indexes_of("topic", "topic")

    def __str__(self):
        return str(self.topic)
