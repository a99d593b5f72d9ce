"""Traces: the personal data that comes with a comment, and their retention."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .event import CommentEvent


def retention_over(now) -> Q:
    """Return a condition (`Q`) that selects the comments whose traces must be deleted.

    Traces are kept for COMMENTS_TRACE_DAYS after the decision, and never longer than
    COMMENTS_TRACE_DAYS_AT_MOST after the submission.
    """
    decided = now - timedelta(days=settings.COMMENTS_TRACE_DAYS)
    submitted = now - timedelta(days=settings.COMMENTS_TRACE_DAYS_AT_MOST)
    return Q(decided_at__lte=decided) | Q(submitted_at__lte=submitted)


class TraceQuerySet(models.QuerySet):
    def store_for(self, comment, sender):
        """Store the trace of `comment`, with the data of `sender`.

        Store nothing on a site that keeps no addresses and has no Akismet key.
        """
        if not settings.COMMENTS_KEEP_ADDRESS and not settings.AKISMET_API_KEY:
            return
        self.create(
            comment=comment,
            ip_address=sender.address,
            user_agent=sender.user_agent,
            referrer=sender.referrer,
            name=comment.name,
            text=comment.text,
        )

    def expired(self, now=None):
        """Return the traces whose retention has ended.

        On a site that keeps no addresses, retention ends as soon as neither a check nor a report
        is still to be sent to Akismet; without an Akismet key, at once.
        """
        over = retention_over(now or timezone.now())
        if not settings.COMMENTS_KEEP_ADDRESS:
            over |= Q(next_attempt_at=None)
            if not settings.AKISMET_API_KEY:
                return self.all()
        # Few comments have a trace, and are looked up one by one: PostgreSQL would read all others
        # in the order of their keys, for 4 s among ten million.
        comments = self.model.comment.field.related_model.objects.filter(over)
        own = comments.filter(pk=models.OuterRef("comment")).values("pk")[:1]
        return self.filter(comment=models.Subquery(own))

    def delete_and_log(self):
        """Delete these traces, and log it once in the history of each comment."""
        # Locked, so that of two workers only one deletes a trace and logs it.
        comments = list(self.select_for_update(of=["self"]).values_list("comment_id", flat=True))
        CommentEvent.objects.bulk_create(
            CommentEvent(comment_id=pk, kind=CommentEvent.Kind.FORGOTTEN) for pk in comments
        )
        Trace.objects.filter(comment__in=comments).delete()


class Trace(models.Model):
    """The personal data that came with a comment, and the comment as its writer sent it.

    A trace is kept to ask Akismet and to report its mistakes. Then the whole row is deleted: by
    `retention.purge`, or at once by `Comment.write` on a site that keeps no addresses.
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
