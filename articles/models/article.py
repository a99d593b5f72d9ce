"""The working copy of an article."""

from django.conf import settings
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common import page_notes, reader_clock
from common.compiled_queries import compiled
from common.search.updates import IndexedQuerySet
from common.text_fields import VisibleTextField

from ..publishing import addresses, editions, transitions
from ..publishing.preflight import saving
from ..publishing.preflight.findings import refuse_any
from ..publishing.stages import Stage
from ..text.slugs import slug_of
from .change import Change
from .content import Content, Credit
from .edition import Edition


class ArticleQuerySet(IndexedQuerySet):
    def ever_live(self, at=None):
        """Return the articles that were public at any time up to the instant `at` (now)."""
        begun = Edition.objects.filter(
            article=models.OuterRef("pk"), visible_from__lte=at or reader_clock.now()
        )
        return self.filter(models.Exists(begun))

    def at_path(self, path):
        """Return the article that has or had the address `path`; raise DoesNotExist if none."""
        return self.get(paths__path=path)


class Article(Content):
    """The working copy of an article, which editors change and to which comments belong.

    Readers do not see the working copy: they read its editions.
    """

    slug = models.SlugField(
        _("address"),
        max_length=120,
        blank=True,
        help_text=_("Last part of the web address; made from the headline when left empty."),
    )
    stage = models.CharField(
        _("stage"), max_length=12, choices=Stage.choices, default=Stage.DRAFT, editable=False
    )
    embargo_until = models.DateTimeField(_("embargo until"), null=True, blank=True)
    comments_open = models.BooleanField(_("comments are open"), default=True)
    # Only `comments.moderation.decisions` writes this column, in the transaction of a decision.
    comment_count = models.PositiveIntegerField(_("comments"), default=0, editable=False)
    #: The beginning of the first edition. It moves with that edition until readers can see the
    #: edition, and never after.
    first_published_at = models.DateTimeField(
        _("first published"), null=True, blank=True, editable=False
    )
    #: A copy of the end of the last edition; None if that has no end, or there is none.
    visible_until = models.DateTimeField(null=True, editable=False)
    #: `/YYYY/MM/DD/slug/`; the date is that of first publication, in the site's time zone.
    path = models.CharField(_("path"), max_length=160, unique=True, null=True, editable=False)  # noqa: DJ001
    withdrawal_notice = VisibleTextField(_("notice of withdrawal"), blank=True, editable=False)
    saved_at = models.DateTimeField(_("saved"), auto_now=True)
    #: Rises by one with each change of the content: see `articles.publishing.working_copy`.
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    # Whose article it is: see `articles.publishing.who_may`. None of it is content.
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("started by"),
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="articles_started",
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("assigned to"),
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="articles_assigned",
        db_index=False,
    )
    due_at = models.DateTimeField(_("due"), null=True, editable=False)

    #: What the comments under the article follow at once; all else waits for an edition.
    SEEN_AT_ONCE = ("comments_open", "section", "language")

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        ordering = ["-saved_at", "-pk"]
        permissions = [
            ("publish_article", _("Can publish, schedule and withdraw articles")),
            ("approve_article", _("Can approve articles, and send approved ones back")),
            ("change_own_article", _("Can write own articles")),
            ("publish_own_article", _("Can publish, schedule and withdraw own articles")),
        ]
        indexes = [
            models.Index(fields=["-first_published_at", "-id"], name="article_newest_first"),
            # The lists of the admin: all articles, and those at one stage, of one section and in
            # one language.
            models.Index(fields=["-saved_at", "-id"], name="article_saved_last"),
            models.Index(fields=["stage", "-saved_at", "-id"], name="article_of_stage"),
            models.Index(fields=["section", "-saved_at", "-id"], name="article_of_section"),
            models.Index(fields=["language", "-saved_at", "-id"], name="article_of_language"),
            models.Index(
                fields=["-saved_at", "-id"],
                condition=~models.Q(stage=Stage.PUBLISHED),
                name="article_unpublished",
            ),
            models.Index(
                fields=["-saved_at", "-id"],
                condition=models.Q(visible_until__isnull=False),
                name="article_that_ends",
            ),
            models.Index(
                fields=["embargo_until"],
                condition=models.Q(embargo_until__isnull=False),
                name="article_by_embargo",
            ),
            models.Index(fields=["assignee", "due_at"], name="article_by_assignee"),
            models.Index(
                fields=["due_at"],
                condition=models.Q(due_at__isnull=False),
                name="article_by_due_time",
            ),
        ]

    @transaction.atomic
    def save(self, *, update_fields=None, **kwargs):
        self.slug = self.slug or self.own_slug()
        if update_fields is None and not self._state.adding:
            # Other code writes the other columns, perhaps since this copy was read: for example,
            # a moderator may approve a comment while an editor writes.
            update_fields = self._edited_fields()
        is_seen = update_fields and self._changes_what_is_seen(update_fields)
        super().save(update_fields=update_fields, **kwargs)
        if is_seen:
            Change.objects.record(Change.Kind.ARTICLE, self.pk)

    def _changes_what_is_seen(self, update_fields):
        names = [name for name in self.SEEN_AT_ONCE if name in update_fields]
        was = names and Article.objects.select_for_update().filter(pk=self.pk).values(*names)
        return bool(was) and was[0] != {n: self.serializable_value(n) for n in names}

    @classmethod
    def _edited_fields(cls):
        return [f.name for f in cls._meta.concrete_fields if f.editable and not f.primary_key] + [
            "saved_at"
        ]

    def clean(self):
        if self.series and self.series_part is None:
            self.series_part = self.series.next_part(besides=self)
        refuse_any(saving.of_article(self))

    def own_slug(self) -> str:
        """Return the slug made from the headline."""
        return slug_of(self.headline, max_length=80, default="article")

    def get_absolute_url(self):
        return self.path or reverse("admin:articles_article_preview", args=[self.pk])

    def entry_name(self, authority, part="") -> str:
        """Return the permanent identifier in feeds (a tag URI): of the article, or of its `part`.

        It holds neither the address nor the headline, as both may change. `authority` is
        the site's `NamingAuthority`.
        """
        return authority.name(self.first_published_at, f"article-{self.pk}{part}")

    @property
    def public_comment_count(self) -> int:
        """The number of public comments for readers."""
        return self.comments_for_readers(self.pk, self.comment_count)

    @staticmethod
    def comments_for_readers(key, count) -> int:
        """Return `count`, of the article with this key; 0 at another instant: it has no history."""
        page_notes.may_lag_behind(Change.Kind.THREAD, key)
        return 0 if reader_clock.is_set() else count

    # --- Publishing: each method checks the permission, writes, and adds a row of history ----

    move_to = transitions.move_to
    return_to_draft_after_edit = transitions.return_to_draft_after_edit
    press = editions.press
    reschedule = editions.reschedule
    cancel = editions.cancel
    withdraw = editions.withdraw
    change_slug = addresses.change_slug

    # --- Editions ---------------------------------------------------------------------------

    def live_edition(self, at=None):
        """Return the edition that is public at the instant `at` (default: now), or None."""
        return self.editions.live(at).first()

    def is_live(self) -> bool:
        """Say whether readers have the article now."""
        return bool(_live_edition(reader_clock.now(), self.pk))

    def scheduled_editions(self):
        return self.editions.filter(visible_from__gt=timezone.now()).order_by("visible_from")


@compiled
def _live_edition(at, article):
    return Edition.objects.live(at).filter(article=article).values_list("pk", flat=True)[:1]


class Byline(Credit):
    """One name in the byline of the working copy."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="bylines")

    objects = IndexedQuerySet.as_manager()

    class Meta(Credit.Meta):
        verbose_name = _("byline")
        verbose_name_plural = _("bylines")
