"""Addresses made of a slug: when a slug changes, the old address redirects to the new one."""

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from ..text.slugs import slug_of
from .change import Change, RecordsChanges, RecordsChangesQuerySet

#: The help text of a slug that may be left empty.
MADE_FROM_NAME = _("Last part of the web address; made from the name when left empty.")


class FormerSlug(models.Model):
    """A slug that a section, a topic, an author or a page had before.

    A former slug redirects to its last owner, unless another object has the slug now. That of an
    owner who was deleted leads nowhere: it tells which pages caches are to forget.
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


class HasSlugQuerySet(RecordsChangesQuerySet):
    @transaction.atomic
    def delete(self):
        self.note_deletion()
        return super().delete()

    def note_deletion(self):
        """Note which slugs the objects have, for when they are gone.

        A slug that others had before goes on leading to these.
        """
        model = self.model._meta.model_name
        # First the rows, as a rename or a merge does. A press that names one is waited for.
        list(self.select_for_update().order_by("pk").values_list("pk"))
        slugs = dict(self.values_list("slug", "pk"))
        FormerSlug.objects.bulk_create(
            [FormerSlug(model=model, slug=slug, object_id=key) for slug, key in slugs.items()],
            ignore_conflicts=True,
        )
        # By a slug that others had before, even if they are gone, caches find these.
        others = FormerSlug.objects.filter(model=model, slug__in=slugs)
        others = others.exclude(object_id__in=slugs.values()).values_list("object_id", flat=True)
        Change.objects.record(self.model.CHANGE, *others.distinct())


class HasSlug(RecordsChanges):
    """A model whose objects readers find by slug, also by a slug that has since changed."""

    objects = HasSlugQuerySet.as_manager()

    #: The fields that one object takes from others that are merged into it, where it has nothing.
    FILLED_BY_MERGE = ()

    class Meta:
        abstract = True

    def clean(self):
        # Before the check that no other object has the slug.
        if self.slug == "":
            self.slug = self.own_slug()
        super().clean()

    @transaction.atomic
    def save(self, **kwargs):
        if self.slug == "":
            self.slug = self.own_slug()
        # Locked, since another save may change it too.
        former = type(self).objects.select_for_update(no_key=True).filter(pk=self.pk).first()
        super().save(**kwargs)
        if former:
            self.note_former(former)

    def note_former(self, former):
        """Note what this object had before a save; `former` is a copy of it from then."""
        if former.slug != self.slug:
            self.take_slug(former.slug)

    @transaction.atomic
    def delete(self, **kwargs):
        type(self).objects.filter(pk=self.pk).note_deletion()
        return super().delete(**kwargs)

    def take_slug(self, slug):
        """Make `slug`, which this object or another had before, lead to this one."""
        FormerSlug.objects.update_or_create(
            model=self._meta.model_name, slug=slug, defaults={"object_id": self.pk}
        )

    def take_slugs_of(self, other):
        """Make the slug of `other`, and all that it had before, lead to this object."""
        former = FormerSlug.objects.filter(model=self._meta.model_name, object_id=other.pk)
        former.update(object_id=self.pk)
        self.take_slug(other.slug)

    def own_slug(self) -> str:
        """Return the slug made from the name or the title."""
        longest = self._meta.get_field("slug").max_length
        return slug_of(str(self), max_length=longest, default=self._meta.model_name)

    @classmethod
    def with_former_slug(cls, slug):
        """Return the object that last gave up the slug `slug`, or None."""
        owner = FormerSlug.objects.filter(model=cls._meta.model_name, slug=slug)
        return cls.objects.filter(pk__in=owner.values("object_id")).first()
