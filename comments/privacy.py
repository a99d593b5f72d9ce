"""What is kept of a comment's writer, for how long, and the words that say so.

The notice and the privacy page are made from `screening.FIELDS` and from the settings that `purge`
obeys: change one of these and the page says so.
"""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from . import screening
from .models import Comment, CommentEvent, Counter, Trace
from .moderation import Moderation

#: What each field sent to Akismet is, in the reader's words.
FIELD_MEANINGS = {
    "user_ip": _("your IP address"),
    "user_agent": _("the name and version of your browser, as it gives them"),
    "referrer": _("the page that you came from, as your browser gives it"),
    "permalink": _("the address of the article"),
    "comment_type": _("that it is a comment"),
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


def retention() -> dict[str, int]:
    """Return, in days, how long what is kept; the periods that `purge` obeys."""
    return {
        "trace": min(settings.COMMENTS_TRACE_DAYS, settings.COMMENTS_TRACE_DAYS_AT_MOST),
        "trace_at_most": settings.COMMENTS_TRACE_DAYS_AT_MOST,
        "spam": settings.COMMENTS_SPAM_DAYS,
        "rejected": settings.COMMENTS_REJECTED_DAYS,
    }


def purge(*, now=None, dry_run=False) -> dict[str, int]:
    """Delete what has been kept long enough; return how many of what, or would be, if `dry_run`.

    A trace goes with the copy as submitted and with the fingerprint made from it; a report to
    Akismet that was still owed can no longer be made, and the history says so. A comment that was
    answered leaves an empty place in its thread, until its answers are gone too.
    """
    now = now or timezone.now()
    expired = Trace.objects.expired(now)
    decided = Comment.objects.filter(
        moderation=Moderation.SPAM,
        decided_at__lte=now - timedelta(days=settings.COMMENTS_SPAM_DAYS),
    ) | Comment.objects.filter(
        moderation=Moderation.REJECTED,
        decided_at__lte=now - timedelta(days=settings.COMMENTS_REJECTED_DAYS),
    )
    counters = Counter.objects.filter(
        name__startswith="post:", since__lte=now - 2 * settings.COMMENTS_RATE_PERIOD
    )
    # What is empty already, for the sake of its answers, is not found again.
    decided = decided.filter(Q(replies=None) | Q(erased_at=None)).distinct()
    found = {"traces": expired, "comments": decided, "counters": counters}
    counts = {name: queryset.count() for name, queryset in found.items()}
    if dry_run:
        return counts
    with transaction.atomic():
        counters.delete()
        answered = list(decided.exclude(replies=None).values_list("pk", flat=True))
        Comment.objects.filter(pk__in=answered).update(
            name="", text="", html="", hold_detail="", fingerprint=None, erased_at=now
        )
        Trace.objects.filter(comment__in=answered).delete()
        _log(answered, CommentEvent.Kind.ERASED)
        Comment.objects.filter(pk__in=decided.filter(replies=None).values("pk")).delete()
        # Locked, so that of two workers only one forgets a comment and says so.
        forgotten = list(
            expired.select_for_update(of=["self"]).values_list("comment_id", flat=True)
        )
        Comment.objects.filter(pk__in=forgotten).update(fingerprint=None)
        _log(forgotten, CommentEvent.Kind.FORGOTTEN)
        Trace.objects.filter(comment__in=forgotten).delete()
    return counts


def _log(pks, kind):
    CommentEvent.objects.bulk_create(CommentEvent(comment_id=pk, kind=kind) for pk in pks)
