"""The sections, topics, series and authors under which articles are filed."""

from django.db import connections, models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.text_fields import VisibleLineField, VisibleTextField

from .change import Change
from .edition import EditionByline, EditionTopic
from .former_slug import MADE_FROM_NAME, HasSlug, HasSlugQuerySet
from .image import Image
from .outdated_entries import OutdatedEntries


class InSearchQuerySet(HasSlugQuerySet):
    """Authors or topics: readers also find editions by their names."""

    def note_deletion(self):
        super().note_deletion()
        self.note_outdated()

    def note_outdated(self):
        """Note the editions that are found by names which these no longer have, or are to lose."""
        OutdatedEntries.objects.add(self.editions())

    def hold(self):
        """Have whoever renames or deletes one of these wait for this transaction, or wait for them.

        Others may hold them at the same time. SQLite has one transaction at a time.
        """
        if connections[self.db].vendor == "postgresql":
            sql, parameters = self.order_by("pk").values("pk").query.sql_with_params()
            with connections[self.db].cursor() as cursor:
                cursor.execute(f"{sql} FOR SHARE", parameters)

    def editions(self) -> list[int]:
        """Return the keys of the editions that name one of these, the newest first."""
        rows = self.model.IN_EDITIONS.objects.filter(
            **{f"{self.model._meta.model_name}__in": self.values("pk")}
        )
        return list(rows.order_by("-edition").values_list("edition", flat=True).distinct())


class InSearch(HasSlug):
    """A model by whose names readers find editions, in the search."""

    #: The model of the rows that name one in an edition.
    IN_EDITIONS: type[models.Model]

    objects = InSearchQuerySet.as_manager()

    class Meta:
        abstract = True

    def note_former(self, former):
        super().note_former(former)
        if former.name != self.name:
            type(self).objects.filter(pk=self.pk).note_outdated()


class Section(HasSlug):
    """A part of the paper; each article belongs to one section."""

    CHANGE = Change.Kind.SECTION
    FILLED_BY_MERGE = ("description",)

    class Strip(models.TextChoices):
        """The kind of strip in which the front page shows a section, or none."""

        STORY = "story", _("a picture story")
        COLUMNS = "columns", _("three columns")
        BRIEFS = "briefs", _("briefs, without pictures")
        OPINION = "opinion", _("opinions, with their authors")
        NONE = "", _("not at all")

    class Tint(models.TextChoices):
        """Text colours that are legible in light and in dark mode (`static/css/tokens.css`)."""

        BRICK = "brick", _("brick")
        OCHRE = "ochre", _("ochre")
        MOSS = "moss", _("moss")
        SEA = "sea", _("sea")
        PLUM = "plum", _("plum")

    #: The most articles in a strip of each kind.
    STRIP_SIZE = {Strip.STORY: 4, Strip.COLUMNS: 6, Strip.BRIEFS: 6, Strip.OPINION: 3}

    name = VisibleLineField(_("name"), max_length=60, unique=True)
    slug = models.SlugField(
        _("address"), max_length=60, unique=True, blank=True, help_text=MADE_FROM_NAME
    )
    description = VisibleLineField(_("description"), max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(
        _("position"), default=0, help_text=_("Sections are listed in this order, lowest first.")
    )
    strip = models.CharField(
        _("on the front page"), max_length=8, choices=Strip.choices, default=Strip.STORY, blank=True
    )
    tint = models.CharField(
        _("colour"),
        max_length=8,
        choices=Tint.choices,
        blank=True,
        help_text=_("Of its name and kickers; empty for the newsroom’s own."),
    )
    comments_open = models.BooleanField(_("comments are open"), default=True)

    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        permissions = [("merge_section", _("Can merge sections"))]
        ordering = ["position", "name"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("articles:section", args=[self.slug])

    @property
    def strip_size(self) -> int:
        """The most articles in the section's strip on the front page; 0 if it has none."""
        return self.STRIP_SIZE.get(self.strip, 0)


class Topic(InSearch):
    """A subject that articles are about; an article has any number of topics."""

    CHANGE = Change.Kind.TOPIC
    IN_EDITIONS = EditionTopic

    name = VisibleLineField(_("name"), max_length=60, unique=True)
    slug = models.SlugField(
        _("address"), max_length=60, unique=True, blank=True, help_text=MADE_FROM_NAME
    )
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        permissions = [("merge_topic", _("Can merge topics"))]
        ordering = ["name"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("articles:topic", args=[self.slug])


class Series(HasSlug):
    """Articles that are told in parts, each with a number; an article is in one series at most."""

    CHANGE = Change.Kind.SERIES
    FILLED_BY_MERGE = ("description",)

    name = VisibleLineField(_("name"), max_length=80, unique=True)
    slug = models.SlugField(
        _("address"), max_length=80, unique=True, blank=True, help_text=MADE_FROM_NAME
    )
    description = VisibleTextField(
        _("description"), blank=True, help_text=_("What the series tells, in a sentence or two.")
    )
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("series")
        verbose_name_plural = pgettext_lazy("several", "series")
        permissions = [("merge_series", _("Can merge series"))]
        ordering = ["name"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("articles:series", args=[self.slug])

    def next_part(self, *, besides) -> int:
        """Return the number after that of the last part, drafts too, not counting one article."""
        if self.pk is None:
            return 1
        taken = (rows.aggregate(last=models.Max("series_part")) for rows in self.parts(besides))
        return max(row["last"] or 0 for row in taken) + 1

    def parts(self, besides):
        """Return the working copies and the editions that have parts now, not of one article.

        Readers see the number of an edition until the next one, whatever the working copy says.
        """
        editions = self.editions.not_over(timezone.now())
        return self.articles.exclude(pk=besides.pk), editions.exclude(article=besides.pk)


class Author(InSearch):
    """A person who signs articles. An author needs no user account: a guest may sign too."""

    CHANGE = Change.Kind.AUTHOR
    IN_EDITIONS = EditionByline
    FILLED_BY_MERGE = ("role", "bio", "photo")

    name = VisibleLineField(_("name"), max_length=80)
    slug = models.SlugField(
        _("address"), max_length=80, unique=True, blank=True, help_text=MADE_FROM_NAME
    )
    role = VisibleLineField(_("job title"), max_length=80, blank=True)
    bio = VisibleTextField(_("biography"), blank=True)
    photo = models.ForeignKey(
        "articles.Image",
        verbose_name=_("photo"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("author")
        verbose_name_plural = _("authors")
        permissions = [("merge_author", _("Can merge authors"))]
        ordering = ["name"]

    def __str__(self):
        return self.name

    @transaction.atomic
    def save(self, **kwargs):
        super().save(**kwargs)
        if self.photo_id:
            Image.objects.filter(pk=self.photo_id).note_shown()

    def get_absolute_url(self):
        return reverse("articles:author", args=[self.slug])
