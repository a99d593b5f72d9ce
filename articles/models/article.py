"""The working copy of an article."""

from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.addresses import tag_uri

from ..publishing import addresses, editions, transitions
from ..publishing.preflight import saving
from ..publishing.preflight.findings import refuse_any
from ..publishing.stages import Stage
from ..text.slugs import slug_of
from .change import Change
from .content import Content, Credit
from .edition import Edition


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


class Article(Content):
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

    @transaction.atomic
    def save(self, *, update_fields=None, **kwargs):
        self.slug = self.slug or self.own_slug()
        if update_fields is None and not self._state.adding:
            # The other columns have writers of their own, which may have written since this copy
            # was read: a comment approved while an editor writes, say.
            update_fields = self._edited_fields()
        switched = update_fields and "comments_open" in update_fields and self._switches_comments()
        super().save(update_fields=update_fields, **kwargs)
        if switched:
            # Readers see this of the working copy itself; all else waits for an edition.
            Change.objects.record(Change.Kind.ARTICLE, self.pk)

    def _switches_comments(self):
        was = Article.objects.select_for_update().filter(pk=self.pk)
        return list(was.values_list("comments_open", flat=True)) == [not self.comments_open]

    @classmethod
    def _edited_fields(cls):
        return [f.name for f in cls._meta.concrete_fields if f.editable and not f.primary_key] + [
            "saved_at"
        ]

    def clean(self):
        refuse_any(saving.of_article(self))

    def own_slug(self) -> str:
        """Return the last part of the address that the headline gives."""
        return slug_of(self.headline, most=80, otherwise="article")

    def get_absolute_url(self):
        return self.path or reverse("admin:articles_article_preview", args=[self.pk])

    def entry_name(self, part="") -> str:
        """Return the name of the article, or of the `part` that belongs to it, in feeds, for ever.

        Neither its address nor its headline is in it, as both may change.
        """
        return tag_uri(self.first_published_at, f"article-{self.pk}{part}")

    # --- Publishing: each asks who may, writes, and leaves a row of history ------------------

    move_to = transitions.move_to
    mark_edited = transitions.mark_edited
    press = editions.press
    reschedule = editions.reschedule
    cancel = editions.cancel
    withdraw = editions.withdraw
    change_slug = addresses.change_slug

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


class Byline(Credit):
    """A byline of the working copy."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="bylines")

    class Meta(Credit.Meta):
        verbose_name = _("byline")
        verbose_name_plural = _("bylines")
