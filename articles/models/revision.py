"""Revisions: what the working copy of an article held, each time that a person had changed it."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

#: The changes of one person without a pause of this length are one sitting, and one revision.
SITTING = timedelta(minutes=30)


class RevisionQuerySet(models.QuerySet):
    def after(self, version):
        """Return the revisions that are later than `version` of their article."""
        return self.filter(version__gt=version)

    def record(self, article, content, *, by):
        """Keep `content`, a snapshot, as the revision of the article's present version.

        The changes of one sitting are one revision, unless a colleague changed the article in
        between, or a link leads to the revision. Call it in the transaction of the change.
        """
        now = timezone.now()
        last = self.filter(article=article).order_by("-version").first()
        if last and last.is_open(by, now):
            last.version, last.content, last.saved_at = article.version, content, now
            last.save(update_fields=["version", "content", "saved_at"])
            return last
        return self.create(
            article=article,
            version=article.version,
            content=content,
            by=by,
            began_at=now,
            saved_at=now,
        )

    def keep_former(self, article, stored):
        """Keep what was `stored` before a change, unless a revision holds that version already.

        `stored` is of `articles.publishing.working_copy`.
        """
        defaults = {"content": stored.content, "began_at": stored.saved_at}
        self.get_or_create(
            article=article,
            version=stored.version,
            defaults={**defaults, "saved_at": stored.saved_at},
        )


class Revision(models.Model):
    """A version of the working copy that a person left, as a snapshot of its content."""

    article = models.ForeignKey(
        "articles.Article",
        verbose_name=_("article"),
        on_delete=models.CASCADE,
        related_name="revisions",
    )
    #: The `Article.version` of which this is the content.
    version = models.PositiveIntegerField(_("version"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
    )
    began_at = models.DateTimeField(_("begun"))
    saved_at = models.DateTimeField(_("saved"))
    #: See `articles.publishing.snapshots`.
    content = models.JSONField(default=dict)
    #: A revision that something refers to, such as a link to a preview, never changes again.
    closed = models.BooleanField(default=False, editable=False)

    objects = RevisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ["article_id", "-version"]
        # Who may change the article may read its revisions; nobody changes one.
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["article", "version"], name="revision_version_once"),
        ]

    def __str__(self):
        return self.content.get("headline", "")

    def is_open(self, by, now) -> bool:
        """Say whether a change by `by` at `now` belongs to the sitting of this revision."""
        is_theirs = by is not None and self.by_id == by.pk
        return is_theirs and not self.closed and now - self.saved_at < SITTING
