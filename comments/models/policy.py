"""The comment policy of the whole site: whether comments are paused."""

from copy import copy

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from articles.models.change import Change, RecordsChanges
from articles.models.kept_rows import KeptRows
from common.compiled_queries import compiled
from common.text_fields import VisibleLineField


class CommentPolicy(RecordsChanges):
    """The policy for the comments of the whole site. The table has one row, or none yet."""

    CHANGE = Change.Kind.SITE

    paused = models.BooleanField(
        _("comments are paused"),
        default=False,
        help_text=_("Nobody can comment anywhere; published comments stay."),
    )
    pause_reason = VisibleLineField(_("reason shown to readers"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("comment policy")
        verbose_name_plural = _("comment policy")
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="comment_policy_is_one")
        ]

    def __str__(self):
        return capfirst(str(self._meta.verbose_name))

    def save(self, **kwargs):
        self.pk = 1
        super().save(**kwargs)

    @staticmethod
    def current():
        """Return the policy; the object is the caller's own."""
        return copy(_current())


@compiled
def _stored():
    return CommentPolicy.objects.order_by("pk")[:1]


_current = KeptRows(lambda: next(iter(_stored()), None) or CommentPolicy())
