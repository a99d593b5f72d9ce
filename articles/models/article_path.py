"""The addresses of articles, and those that they once had."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ArticlePath(models.Model):
    """The ledger of addresses: each that an article has, or ever had while it was public."""

    path = models.CharField(_("path"), max_length=160, unique=True)
    article = models.ForeignKey("articles.Article", on_delete=models.CASCADE, related_name="paths")
    #: When the article took it, for the last time.
    since = models.DateTimeField(_("since"), auto_now_add=True)

    class Meta:
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        ordering = ["-since", "-pk"]

    def __str__(self):
        return self.path
