"""Drafts: the text that people have typed into the form of an article, and have not saved yet."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

#: Whoever has the form open says so every 20 seconds. After this time without a sign they are gone.
GONE_AFTER = timedelta(seconds=60)
#: For so long after its last word, a text that nobody has saved counts as work of somebody.
AT_WORK = timedelta(minutes=30)
#: A text that its writer has left for so long is deleted, and so is a row without text: the copies
#: of a text in browsers, which such a row can name, live for seven days at most.
KEPT_FOR = timedelta(days=30)
EMPTY_KEPT_FOR = timedelta(days=7)


class DraftQuerySet(models.QuerySet):
    def of(self, person, article):
        """Return the draft of `person` for `article`, or for a new article (None)."""
        return self.filter(by=person, article=article)

    def with_text(self):
        return self.filter(saved_at__isnull=False).exclude(content={})

    def of_colleagues(self, person, article):
        return self.filter(article=article).exclude(by=person).select_related("by")

    def here(self, now=None):
        """Return the drafts of those who have the form open."""
        return self.filter(beat_at__gt=(now or timezone.now()) - GONE_AFTER)

    def at_work(self, now=None):
        """Return the drafts with text that was typed lately, or whose form is still open."""
        now = now or timezone.now()
        lately = models.Q(saved_at__gt=now - AT_WORK) | models.Q(beat_at__gt=now - GONE_AFTER)
        return self.with_text().filter(lately)

    def expired(self, now=None):
        now = now or timezone.now()
        empty = models.Q(saved_at=None, beat_at__lt=now - EMPTY_KEPT_FOR)
        return self.filter(empty | models.Q(beat_at__lt=now - KEPT_FOR))

    def write(self, person, article, **values):
        """Overwrite columns of the one row of `person` for `article`, or create that row."""
        values["beat_at"] = timezone.now()
        if not self.of(person, article).update(**values):
            # Where the same person's other window creates the row just now, this one tries later.
            self.bulk_create(
                [self.model(by=person, article=article, **values)], ignore_conflicts=True
            )

    def write_text(self, person, article, *, over, **text) -> bool:
        """Write a text into that row; say whether it was empty, or of one of the sittings `over`.

        The text of another window stays.
        """
        free = self.of(person, article).filter(models.Q(saved_at=None) | models.Q(sitting__in=over))
        return bool(free.update(saved_at=timezone.now(), **text))

    def erase(self):
        """Erase the texts; the rows still say that their writers are here."""
        self.update(content={}, version=None, saved_at=None)

    def end(self, person, article, sitting, taken_up):
        """Erase the text of a form that was saved in a sitting, after others that it went on with.

        The copies of that sitting in a browser are of no more use. A text of no such sitting is
        that of another window, and stays.
        """
        row = self.of(person, article)
        row.filter(sitting__in=[sitting, *taken_up]).erase()
        row.update(ended_sitting=sitting)


class Draft(models.Model):
    """What one person has typed into the form of one article since it was shown to them.

    There is one row for each person and article, and one for each person and a new article. It is
    overwritten every few seconds while somebody types. It also says that a person has the form
    open, and in which field they are. Only the form reads it: the article, the history and the
    search know nothing of it.
    """

    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        on_delete=models.CASCADE,
        related_name="+",
    )
    #: None: an article that is not saved for the first time yet.
    article = models.ForeignKey(
        "articles.Article",
        verbose_name=_("article"),
        on_delete=models.CASCADE,
        null=True,
        related_name="drafts",
    )
    #: The values of each field of the form by its name, as the browser would send them. The values
    #: of `base`, which is JSON itself, are parsed: a takedown looks for words in it.
    content = models.JSONField(_("content"), default=dict)
    #: The `Article.version` that the form showed.
    version = models.PositiveIntegerField(_("version"), null=True)
    #: One page with the form, from its opening to its end: a random name that the browser gave it.
    sitting = models.SlugField(max_length=32, blank=True, db_index=False)
    #: The last sitting whose text was saved. A text of it that comes later is refused.
    ended_sitting = models.SlugField(max_length=32, blank=True, db_index=False)
    #: When the text was stored here; None: there is none.
    saved_at = models.DateTimeField(_("saved"), null=True)
    #: The field of the form that has the focus.
    place = models.SlugField(max_length=32, blank=True, db_index=False)
    #: The last sign that the form is open.
    beat_at = models.DateTimeField(default=timezone.now)

    objects = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("unsaved text")
        verbose_name_plural = _("unsaved texts")
        # A person sees their own, and the names of colleagues who work on an article that they may
        # change.
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["by", "article"], name="draft_once_for_each_article"),
            models.UniqueConstraint(
                fields=["by"], condition=models.Q(article=None), name="draft_once_for_a_new_article"
            ),
        ]

    def __str__(self):
        return str(self.by)

    @property
    def has_text(self) -> bool:
        """Whether it holds a text, and not only the sign that its writer is here."""
        return bool(self.saved_at and self.content)
