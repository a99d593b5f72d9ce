"""What is kept of a comment's writer, for how long, and the words that say so.

The notice and the privacy page are made from `screening.FIELDS` and from the settings that `purge`
obeys: change one of these and the page says so.
"""

import math
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.publishing import require

from . import screening
from .models import Comment, CommentEvent, Complaint, Counter, Trace
from .moderation import MODERATE, Moderation

#: What each field sent to Akismet is, in the reader's words.
FIELD_MEANINGS = {
    "user_ip": _("your IP address"),
    "user_agent": _("the name and version of your browser, as it gives them"),
    "referrer": _("the page that you came from, as your browser gives it"),
    "permalink": _("the address of the article"),
    "comment_type": _("that it is a comment, or a reply"),
    "comment_author": _("the name that you typed"),
    "comment_content": _("the comment that you typed"),
    "comment_date_gmt": _("when you sent it"),
    "comment_post_modified_gmt": _("when the article was published"),
    "blog_lang": _("the language of the article"),
    "blog_charset": _("the encoding of the text"),
    "recheck_reason": _("that it is asked about for a second time, where it is"),
    "is_test": _("that this site is only trying the service out, where it is"),
}


def fields_sent() -> list[tuple[str, str]]:
    """Return each field that Akismet may be sent, by name and meaning."""
    return [(name, FIELD_MEANINGS[name]) for name in screening.FIELDS]


def keeps() -> str:
    """Return which traces are kept: "all", "waiting" (for Akismet) or "none"."""
    if settings.COMMENTS_KEEP_ADDRESS:
        return "all"
    return "waiting" if screening.is_on() else "none"


def retention() -> dict[str, int]:
    """Return, in days (`hours` apart), how long what is kept; the periods that `purge` obeys."""
    # The worker purges by the hour.
    hours = math.ceil(2 * settings.COMMENTS_RATE_PERIOD / timedelta(hours=1)) + 1
    return {
        "counter_hours": hours,
        "trace": min(settings.COMMENTS_TRACE_DAYS, settings.COMMENTS_TRACE_DAYS_AT_MOST),
        "trace_at_most": settings.COMMENTS_TRACE_DAYS_AT_MOST,
        "spam": settings.COMMENTS_SPAM_DAYS,
        "rejected": settings.COMMENTS_REJECTED_DAYS,
        "complaint": settings.COMMENTS_COMPLAINT_DAYS,
    }


def purge(*, now=None, dry_run=False) -> dict[str, int]:
    """Delete what has been kept long enough; return how many of what, or would be, if `dry_run`.

    A trace goes with the copy as submitted; a report to Akismet that was still owed can no longer
    be made, and the history says so. Hashes are the fingerprints of comments, and what tells who
    sent a report that nobody has decided for as long. A comment that was answered is erased first,
    and deleted once its answers are.
    """
    now = now or timezone.now()
    traces = Trace.objects.expired(now)
    fingerprints = Comment.objects.outlived(now)
    complainants = Complaint.objects.exclude(address_hash="").filter(
        submitted_at__lte=now - timedelta(days=settings.COMMENTS_TRACE_DAYS_AT_MOST)
    )
    decided = Comment.objects.filter(
        moderation=Moderation.SPAM,
        decided_at__lte=now - timedelta(days=settings.COMMENTS_SPAM_DAYS),
    ) | Comment.objects.filter(
        moderation__in=[Moderation.REJECTED, Moderation.WITHDRAWN],
        decided_at__lte=now - timedelta(days=settings.COMMENTS_REJECTED_DAYS),
    )
    decided = decided.annotate(is_answered=Exists(Comment.objects.filter(parent=OuterRef("pk"))))
    decided = decided.filter(Q(is_answered=False) | Q(erased_at=None))
    complaints = Complaint.objects.filter(
        decided_at__lte=now - timedelta(days=settings.COMMENTS_COMPLAINT_DAYS)
    )
    counters = Counter.objects.filter(
        name__startswith="post:", since__lte=now - 2 * settings.COMMENTS_RATE_PERIOD
    )
    counts = {
        "traces": traces.count(),
        "hashes": fingerprints.count() + complainants.count(),
        "comments": decided.count(),
        "complaints": complaints.count(),
        "counters": counters.count(),
    }
    if dry_run:
        return counts
    with transaction.atomic():
        counters.delete()
        complaints.delete()
        complainants.update(address_hash="")
        fingerprints.update(fingerprint=None)
        traces.forget()
    for comment in decided.order_by("-is_answered", "pk"):
        _turn_out(comment, decided)
    return counts


@transaction.atomic
def _turn_out(comment, decided):
    """Erase or delete `comment`, if it is still one of `decided` once its row is locked.

    A transaction of its own, in the order of locks that decisions take: a moderator who approves
    the comment at this very moment is neither overrun nor kept waiting for all the others.
    """
    try:
        comment._locked()
    except Comment.DoesNotExist:
        # Another worker was faster.
        return
    current = decided.filter(pk=comment.pk).first()
    if current and current.is_answered:
        current.erase()
    elif current:
        current.delete()


def export(comment) -> dict:
    """Return all that is kept about a comment, for its writer: its text, trace and history.

    No name of anybody in the newsroom. Nor, while it waits for a person, what Akismet thinks:
    spam would be rewritten until that changes.
    """
    trace = getattr(comment, "trace", None)
    is_decided = comment.moderation != Moderation.PENDING
    kept = {
        "site": settings.SITE_URL,
        "article": settings.SITE_URL + comment.article.path,
        "in_reply_to": comment.parent_id,
        **_values(comment, "id", "name", "text", "submitted_at", "moderation", "reason"),
        **_values(comment, "decided_at", "edited_at", "featured_at", "erased_at"),
        "trace": trace and _values(trace, "ip_address", "user_agent", "referrer", "name", "text"),
    }
    fields = ["at", "kind", "origin", "target", "reason"]
    if is_decided:
        kept |= _values(comment, "screening", "hold", "hold_detail", "hold_rule", "reported")
        fields += ["note", "data"]
    else:
        fields.remove("target")
    kept["history"] = [_values(event, *fields) for event in comment.events.all()]
    return kept


def export_for(comments, *, by) -> list[dict]:
    """Return what `export` says of each, for whoever asks the newsroom; each history says so."""
    require(by, MODERATE)
    comments = comments.select_related("article", "trace").prefetch_related("events")
    kept = [export(comment) for comment in comments]
    CommentEvent.objects.bulk_create(
        CommentEvent(comment=comment, kind=CommentEvent.Kind.EXPORTED, by=by)
        for comment in comments
    )
    return kept


def _values(row, *names):
    return {name: getattr(row, name) for name in names}
