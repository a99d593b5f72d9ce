"""Standing pages, beside the articles."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.text_fields import VisibleLineField

from ..publishing.preflight import saving
from ..publishing.preflight.findings import refuse_any
from .body import HasBody
from .change import Change
from .former_slug import MADE_FROM_NAME, HasSlug


class Page(HasBody, HasSlug):
    """A standing page: about, contact, legal notice, comment rules. The footer may link to it."""

    CHANGE = Change.Kind.PAGE

    title = VisibleLineField(_("title"), max_length=120)
    slug = models.SlugField(
        _("address"), max_length=60, unique=True, blank=True, help_text=MADE_FROM_NAME
    )
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
        super().clean()
        refuse_any(saving.of_page(self))

    def get_absolute_url(self):
        return reverse("articles:page", args=[self.slug])
