"""The present and former addresses of articles."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ArticlePath(models.Model):
    """An address that an article has now, or had at some time while it was public."""

    path = models.CharField(_("path"), max_length=160, unique=True)
    article = models.ForeignKey("articles.Article", on_delete=models.CASCADE, related_name="paths")
    #: The time at which the article last took this address.
    since = models.DateTimeField(_("since"), auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        ordering = ["-since", "-pk"]

    def __str__(self):
        return self.path
