from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class TraceQuerySet(models.QuerySet):
    def expired(self, now=None):
        """Return the traces whose retention has ended: after the decision, or at the latest."""
        now = now or timezone.now()
        decided = now - timedelta(days=settings.COMMENTS_TRACE_DAYS)
        submitted = now - timedelta(days=settings.COMMENTS_TRACE_DAYS_AT_MOST)
        return self.filter(
            Q(comment__decided_at__lte=decided) | Q(comment__submitted_at__lte=submitted)
        )


class Trace(models.Model):
    """What a comment's writer left behind, and the comment as submitted.

    Kept to ask Akismet and to teach it, then deleted whole (`privacy.purge`).
    """

    comment = models.OneToOneField(
        "comments.Comment", on_delete=models.CASCADE, related_name="trace"
    )
    ip_address = models.GenericIPAddressField(_("IP address"), null=True, unpack_ipv4=True)
    user_agent = models.CharField(_("browser"), max_length=500, blank=True)
    referrer = models.CharField(_("referrer"), max_length=500, blank=True)
    name = models.CharField(_("name as submitted"), max_length=80)
    text = models.TextField(_("comment as submitted"))

    objects = TraceQuerySet.as_manager()

    class Meta:
        verbose_name = _("trace")
        verbose_name_plural = _("traces")
        indexes = [models.Index(fields=["ip_address", "comment"], name="trace_by_address")]

    def __str__(self):
        return f"#{self.comment_id}"
