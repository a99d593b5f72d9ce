"""What articles are filed under: one section, many topics, their authors."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from .change import Change
from .former_slug import Addressed


class Section(Addressed):
    """A part of the paper; each article stands in one."""

    CHANGE = Change.Kind.SECTION

    class Strip(models.TextChoices):
        """How the front page shows a section: a strip of its own kind, or none."""

        STORY = "story", _("a picture story")
        COLUMNS = "columns", _("three columns")
        BRIEFS = "briefs", _("briefs, without pictures")
        OPINION = "opinion", _("opinions, with their authors")
        NONE = "", _("not at all")

    class Tint(models.TextChoices):
        """Inks that are legible on the paper by day and by night (`static/css/tokens.css`)."""

        BRICK = "brick", _("brick")
        OCHRE = "ochre", _("ochre")
        MOSS = "moss", _("moss")
        SEA = "sea", _("sea")
        PLUM = "plum", _("plum")

    #: How many articles a strip of each kind holds.
    ROOM = {Strip.STORY: 4, Strip.COLUMNS: 6, Strip.BRIEFS: 6, Strip.OPINION: 3}

    name = models.CharField(_("name"), max_length=60, unique=True)
    slug = models.SlugField(_("address"), max_length=60, unique=True)
    description = models.CharField(_("description"), max_length=200, blank=True)
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
        help_text=_("Of its name and kickers; empty for the newsroom's own."),
    )
    comments_open = models.BooleanField(_("comments are open"), default=True)

    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ["position", "name"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("articles:section", args=[self.slug])

    @property
    def room(self) -> int:
        """How many articles its strip on the front page holds."""
        return self.ROOM.get(self.strip, 0)


class Topic(Addressed):
    """What an article is about; an article has as many as it needs."""

    CHANGE = Change.Kind.TOPIC

    name = models.CharField(_("name"), max_length=60, unique=True)
    slug = models.SlugField(_("address"), max_length=60, unique=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["name"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("articles:topic", args=[self.slug])


class Author(Addressed):
    """Somebody who signs articles. Not an account: a guest's byline needs no login."""

    CHANGE = Change.Kind.AUTHOR

    name = models.CharField(_("name"), max_length=80)
    slug = models.SlugField(_("address"), max_length=80, unique=True)
    role = models.CharField(_("job title"), max_length=80, blank=True)
    bio = models.TextField(_("biography"), blank=True)
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
        ordering = ["name"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("articles:author", args=[self.slug])
