"""The working copy of an article, and the only methods that publish it."""

from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from common.addresses import tag_uri
from common.permissions import require

from ..publishing import stages
from ..publishing.preflight import saving
from ..publishing.preflight.findings import finding, refuse_any
from ..publishing.pressing import Pressing
from ..publishing.stages import Stage
from .content import Content, Credit
from .edition import Edition
from .event import ArticleEvent
from .path import ArticlePath


class ArticleQuerySet(models.QuerySet):
    def ever_live(self, at=None):
        """Return the articles that some reader could have read by the instant `at`."""
        begun = Edition.objects.filter(
            article=models.OuterRef("pk"), visible_from__lte=at or timezone.now()
        )
        return self.filter(models.Exists(begun))

    def at_path(self, path):
        """Return the article that ever had the address `path`; raise DoesNotExist otherwise."""
        return self.get(paths__path=path)


class Article(Pressing, Content):
    """What editors work on, and what comments belong to. Readers only ever read its editions."""

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
    # Written by the comments' own status writer only, within its transaction.
    comment_count = models.PositiveIntegerField(_("comments"), default=0, editable=False)
    #: Beginning of the first edition. It moves with it until that moment, then never again.
    first_published_at = models.DateTimeField(
        _("first published"), null=True, blank=True, editable=False
    )
    #: `/YYYY/MM/DD/slug/`, the day of first publication in the site's time zone.
    path = models.CharField(_("path"), max_length=160, unique=True, null=True, editable=False)  # noqa: DJ001
    withdrawal_notice = models.TextField(_("notice of withdrawal"), blank=True, editable=False)
    saved_at = models.DateTimeField(_("saved"), auto_now=True)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        ordering = ["-saved_at", "-pk"]
        permissions = [("publish_article", _("Can publish, schedule and withdraw articles"))]
        indexes = [models.Index(fields=["-first_published_at", "-id"], name="article_newest_first")]

    def save(self, **kwargs):
        self.slug = self.slug or self._own_slug()
        if not self._state.adding:
            # The other columns have writers of their own, which may have written since this copy
            # was read: a comment approved while an editor writes, say.
            kwargs.setdefault("update_fields", self._edited_fields())
        super().save(**kwargs)

    @classmethod
    def _edited_fields(cls):
        return [f.name for f in cls._meta.concrete_fields if f.editable and not f.primary_key] + [
            "saved_at"
        ]

    def clean(self):
        refuse_any(saving.of_article(self))

    def get_absolute_url(self):
        return self.path or reverse("admin:articles_article_preview", args=[self.pk])

    def entry_name(self, part="") -> str:
        """Return the name of the article, or of the `part` that belongs to it, in feeds, for ever.

        Neither its address nor its headline is in it, as both may change.
        """
        return tag_uri(self.first_published_at, f"article-{self.pk}{part}")

    # --- Stages -----------------------------------------------------------------------------

    def move_to(self, stage, *, by, note=""):
        """Take the working copy to `stage`, with a history row.

        Raises PermissionDenied where `by` may not, PublishingError(`move`) where nobody may or
        where a colleague has moved it meanwhile. Only `press` publishes.
        """
        if stage == Stage.PUBLISHED:
            raise finding("move", origin=self.get_stage_display(), target=stage.label).error
        self._move_to(stage, by=by, note=note)

    def _move_to(self, stage, *, by, note=""):
        if (self.stage, stage) not in stages.MOVES:
            raise finding("move", origin=self.get_stage_display(), target=stage.label).error
        require(by, stages.MOVES[self.stage, stage])
        with transaction.atomic():
            moved = Article.objects.filter(pk=self.pk, stage=self.stage).update(stage=stage)
            if not moved:
                current = Article.objects.get(pk=self.pk)
                raise finding("move", origin=current.get_stage_display(), target=stage.label).error
            self._log(ArticleEvent.Kind.MOVED, by=by, origin=self.stage, target=stage, note=note)
        self.stage = stage

    def mark_edited(self, *, by):
        """Note that the working copy changed: what was approved or published is draft again."""
        if self.stage in (Stage.APPROVED, Stage.PUBLISHED):
            self.move_to(Stage.DRAFT, by=by)

    # --- Editions ---------------------------------------------------------------------------

    def live_edition(self, at=None):
        """Return what readers see at the instant `at`, or None."""
        return self.editions.live(at).first()

    def scheduled_editions(self):
        return self.editions.filter(visible_from__gt=timezone.now()).order_by("visible_from")

    @property
    def public_corrections(self):
        """What readers are told now, as the preview of the working copy shows it."""
        return self.corrections.filter(published_at__lte=timezone.now())

    # --- Addresses and clocks ---------------------------------------------------------------

    @transaction.atomic
    def change_slug(self, slug, *, by):
        """Give the article another address; the old one leads there for ever once it was live."""
        require(by, stages.PUBLISH)
        self._lock()
        old, self.slug = self.path, slug or self._own_slug()
        self._take_path()
        self.save(update_fields=["slug", "path"])
        self._log(ArticleEvent.Kind.READDRESSED, by=by, note=f"{old} → {self.path}")

    def _own_slug(self):
        return slugify(self.headline)[:80].strip("-") or "article"

    def _lock(self):
        """Let one person at a time publish this article, on what the database holds now."""
        locked = Article.objects.select_for_update().get(pk=self.pk)
        for name in ("stage", "path", "first_published_at", "withdrawal_notice"):
            setattr(self, name, getattr(locked, name))

    def _follow_editions(self):
        """Bring clocks and address in line with the editions, after any of them changed."""
        editions = self.editions.order_by("visible_from")
        editions = list(editions.values_list("pk", "visible_from", "correction"))
        first, updated_at = editions[0][1] if editions else None, None
        for pk, start, correction in editions:
            updated_at = start if correction and start != first else updated_at
            self.editions.filter(pk=pk).exclude(updated_at=updated_at).update(updated_at=updated_at)
        published = self.first_published_at and self.first_published_at <= timezone.now()
        if not published and first != self.first_published_at:
            self.first_published_at = first
            self._take_path()
        first = self.first_published_at
        self.editions.exclude(first_published_at=first).update(first_published_at=first)
        self.save(
            update_fields=["first_published_at", "path", "slug", "withdrawal_notice", "saved_at"]
        )

    def _take_path(self):
        """Choose the address of the day and the slug, and write it in the ledger of addresses."""
        if not Article.objects.ever_live().filter(pk=self.pk).exists():
            # Nobody could have read it there, so nothing needs to lead on from there.
            self.paths.all().delete()
        if self.first_published_at is None:
            self.path = None
            return
        day = timezone.localtime(self.first_published_at)
        wanted, copy = self.slug, 1
        while (
            ArticlePath.objects.filter(path=(path := f"/{day:%Y/%m/%d}/{self.slug}/"))
            .exclude(article=self)
            .exists()
        ):
            copy += 1
            room = self._meta.get_field("slug").max_length - len(f"-{copy}")
            self.slug = f"{wanted[:room]}-{copy}"
        self.path = path
        ArticlePath.objects.update_or_create(
            path=path, defaults={"article": self, "since": timezone.now()}
        )

    def _log(self, kind, *, by, **what):
        ArticleEvent.objects.create(article=self, kind=kind, by=by, **what)


class Byline(Credit):
    """A byline of the working copy."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="bylines")

    class Meta(Credit.Meta):
        verbose_name = _("byline")
        verbose_name_plural = _("bylines")
