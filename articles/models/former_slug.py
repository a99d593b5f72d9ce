"""The addresses that are made of a slug: once changed, the old ones keep leading there."""

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from .change import Visible


class FormerSlug(models.Model):
    """The ledger of slugs that a section, a topic, an author or a page no longer has.

    A slug leads to the last owner that it had, unless it has an owner now.
    """

    model = models.CharField(max_length=12)
    slug = models.SlugField(_("address"), max_length=80)
    object_id = models.PositiveBigIntegerField()
    since = models.DateTimeField(_("since"), auto_now_add=True)

    class Meta:
        verbose_name = _("former address")
        verbose_name_plural = _("former addresses")
        constraints = [
            models.UniqueConstraint(fields=["model", "slug"], name="former_slug_leads_to_one")
        ]

    def __str__(self):
        return self.slug


class Addressed(Visible):
    """Something that readers find by its slug, now and after the slug has changed."""

    class Meta:
        abstract = True

    @transaction.atomic
    def save(self, **kwargs):
        itself = type(self).objects.filter(pk=self.pk)
        former = itself.exclude(slug=self.slug).values_list("slug", flat=True).first()
        super().save(**kwargs)
        if former:
            FormerSlug.objects.update_or_create(
                model=self._meta.model_name, slug=former, defaults={"object_id": self.pk}
            )

    @classmethod
    def formerly_at(cls, slug):
        """Return what had the address `slug` last, or None."""
        owner = FormerSlug.objects.filter(model=cls._meta.model_name, slug=slug)
        return cls.objects.filter(pk__in=owner.values("object_id")).first()
