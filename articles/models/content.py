"""The fields that the working copy and its editions share."""

from django.conf import settings
from django.core.validators import MaxLengthValidator, MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.text_fields import VisibleLineField, VisibleTextField

from ..text import languages, outside_links
from .body import HasBody


def site_language():
    return settings.LANGUAGE_CODE


class Content(HasBody):
    """The content that readers read: `Article` holds it for editing, `Edition` as it was pressed.

    Each of these models also has a byline: `bylines`, the objects of its own subclass of `Credit`.
    """

    kicker = VisibleLineField(
        _("kicker"), max_length=60, blank=True, help_text=_("A few words above the headline.")
    )
    headline = VisibleLineField(_("headline"), max_length=200)
    standfirst = VisibleTextField(
        _("standfirst"),
        blank=True,
        validators=[MaxLengthValidator(600)],
        help_text=_("The introduction under the headline, one or two sentences."),
    )
    dateline = VisibleLineField(
        _("dateline"), max_length=80, blank=True, help_text=_("Where it was reported from.")
    )
    language = models.CharField(
        _("language"), max_length=10, choices=languages.choices, default=site_language
    )
    section = models.ForeignKey(
        "articles.Section", verbose_name=_("section"), on_delete=models.PROTECT, related_name="+"
    )
    lead_image = models.ForeignKey(
        "articles.Image",
        verbose_name=_("lead image"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    lead_alt = VisibleLineField(
        _("alternative text"),
        max_length=300,
        blank=True,
        help_text=_("What the picture shows, for readers who do not see it."),
    )
    lead_caption = VisibleLineField(_("caption"), max_length=300, blank=True)
    lead_credit = VisibleLineField(_("credit"), max_length=120, blank=True)
    topics = models.ManyToManyField(
        "articles.Topic", verbose_name=_("topics"), blank=True, related_name="+"
    )
    series = models.ForeignKey(
        "articles.Series",
        verbose_name=_("series"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="%(class)ss",
    )
    series_part = models.PositiveSmallIntegerField(
        _("part"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(999)],
        help_text=_("Its number in the series; the next one, if empty."),
    )
    related = models.ManyToManyField(
        "articles.Article",
        verbose_name=_("related articles"),
        symmetrical=False,
        blank=True,
        related_name="+",
        help_text=_("Shown first under the article; others on the same topics follow."),
    )
    elsewhere = outside_links.OutsideLinksField(
        _("links to other sites"),
        blank=True,
        validators=[outside_links.validate],
        help_text=_(
            "One a line: the address, a space and the title; then “ | ” and the source, if it is "
            "not plain from the address."
        ),
    )

    class Meta:
        abstract = True

    def __str__(self):
        return self.headline

    def content(self) -> dict:
        """Return the values of the shared fields by attribute name."""
        return {field.attname: getattr(self, field.attname) for field in Content._meta.fields}

    def copy_to(self, other):
        """Copy all content to `other`, byline, topics and related articles too; return `other`.

        `other` is a Content of any model, saved or not yet; this method saves it.
        """
        is_new = other._state.adding
        for name, value in self.content().items():
            setattr(other, name, value)
        other.save()
        for field in Content._meta.many_to_many:
            keys = getattr(self, field.name).values_list("pk", flat=True)
            copies = getattr(other, field.name)
            if is_new:
                copies.add(*keys)
            else:
                copies.set(keys)
        if not is_new:
            other.bylines.all().delete()
        names = [field.attname for field in Credit._meta.fields]
        credits = self.bylines.values(*names)
        other.bylines.set((other.bylines.model(**credit) for credit in credits), bulk=False)
        return other

    @property
    def credits(self) -> list:
        """The credits of the byline in their order."""
        return list(self.bylines.all())

    @property
    def subjects(self) -> list:
        """The topics, by name."""
        return list(self.topics.all())

    def authors(self):
        return authors_of(self.bylines.all())


def authors_of(credits) -> list:
    """Return the authors in the order of a byline, each once: one may have two roles."""
    found = []
    for credit in credits:
        # A list, since an author who is made with the text has no key yet, and no hash.
        if credit.author not in found:
            found.append(credit.author)
    return found


class Credit(models.Model):
    """One name in a byline: the author, their role, and the position in the byline."""

    author = models.ForeignKey(
        "articles.Author", verbose_name=_("author"), on_delete=models.PROTECT, related_name="+"
    )
    role = VisibleLineField(
        _("role"),
        max_length=60,
        blank=True,
        help_text=_("For example “photographs” or “in Lille”; empty for the writer."),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        abstract = True
        ordering = ["position", "pk"]

    def __str__(self):
        return str(self.author)
