"""The fields that the working copy and its editions share."""

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_prose_editor.fields import ProseEditorField

from ..text import cleaner


def site_language():
    return settings.LANGUAGE_CODE


class Content(models.Model):
    """What a reader reads. `Article` has it to be worked on, `Edition` as it was pressed."""

    kicker = models.CharField(
        _("kicker"), max_length=60, blank=True, help_text=_("A few words above the headline.")
    )
    headline = models.CharField(_("headline"), max_length=200)
    standfirst = models.TextField(
        _("standfirst"),
        blank=True,
        validators=[MaxLengthValidator(600)],
        help_text=_("The introduction under the headline, one or two sentences."),
    )
    dateline = models.CharField(
        _("dateline"), max_length=80, blank=True, help_text=_("Where it was reported from.")
    )
    body = ProseEditorField(
        _("body"), blank=True, extensions=cleaner.EDITOR_EXTENSIONS, sanitize=cleaner.clean
    )
    language = models.CharField(
        _("language"), max_length=10, choices=settings.LANGUAGES, default=site_language
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
    lead_alt = models.CharField(
        _("alternative text"),
        max_length=300,
        blank=True,
        help_text=_("What the picture shows, for readers who do not see it."),
    )
    lead_caption = models.CharField(_("caption"), max_length=300, blank=True)
    lead_credit = models.CharField(_("credit"), max_length=120, blank=True)

    class Meta:
        abstract = True

    def __str__(self):
        return self.headline

    def save(self, **kwargs):
        # Here too, not only in the form: whoever saves, body HTML passes through the one door.
        self.body = cleaner.clean(self.body)
        super().save(**kwargs)

    def content(self) -> dict:
        """Return the shared fields by attribute name, ready for another Content."""
        return {field.attname: getattr(self, field.attname) for field in Content._meta.fields}

    def authors(self):
        """Return the authors in the order of the byline."""
        return [credit.author for credit in self.bylines.all()]


class Credit(models.Model):
    """One name in a byline: who, as what, in which place."""

    author = models.ForeignKey(
        "articles.Author", verbose_name=_("author"), on_delete=models.PROTECT, related_name="+"
    )
    role = models.CharField(
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
