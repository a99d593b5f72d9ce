from django.core.exceptions import ValidationError
from django.db import models
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext_lazy as _

from ..text import cleaner
from .address import Addressed
from .body import Bodied
from .change import Change


class Page(Bodied, Addressed):
    """A page that stays: about, contact, legal notice, comment rules. Linked in the footer."""

    CHANGE = Change.Kind.PAGE

    title = models.CharField(_("title"), max_length=120)
    slug = models.SlugField(_("address"), max_length=60, unique=True)
    in_footer = models.BooleanField(_("in the footer"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        verbose_name = _("page")
        verbose_name_plural = _("pages")
        ordering = ["position", "title"]

    def __str__(self):
        return self.title

    def clean(self):
        # A page's address must reach this page, and not something that stands before it.
        try:
            taken = self.slug and resolve(f"/{self.slug}/").url_name != "page"
        except Resolver404:
            taken = True
        if taken:
            raise ValidationError({"slug": _("This address is used by the site itself.")})
        if silent := cleaner.pictures_without_alt(self.body):
            raise ValidationError({"body": cleaner.alt_missing(silent)})

    def get_absolute_url(self):
        return reverse("articles:page", args=[self.slug])
