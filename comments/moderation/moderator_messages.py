"""The messages to moderators: the digest of new and reported comments, and the alert.

A moderator is told of nothing that was their own act: of no comment that they wrote for the
newsroom, and of none that they have decided, or put back into the queue, since it came.
"""

from django.conf import settings
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.bounded_counts import COUNT_LIMIT, BoundedCount
from common.direction import isolated
from common.mail.messages import PersonalMessage
from common.quoting import quote
from common.shortening import shorten

from ..models import Comment, CommentEvent, Complaint, NotificationPreference
from ..models.notification import Frequency
from .reasons import Grounds
from .states import MODERATE

#: Maximum number of new comments, and of reported ones, listed in one message; it also gives the
#: total.
MOST_COMMENTS = 20
#: Maximum number of reports quoted for one comment.
MOST_REPORTS = 10
#: Maximum length of a comment's or a report's text in a message, in characters; the rest is cut.
LONGEST_EXCERPT = 1500


class _Message(PersonalMessage):
    """A message to a moderator: names, texts, reports and links, but nothing of traces."""

    preferences = NotificationPreference
    purpose = "comments.notification"
    template = "comments/mail/pending.txt"

    def _own_acts(self, comment):
        """Return a condition: the user wrote, or has decided, the comment at the key `comment`."""
        acts = CommentEvent.objects.filter(comment=OuterRef(comment), by=self.user)
        is_later = Q(kind__in=CommentEvent.DECISIONS, at__gt=OuterRef("submitted_at"))
        return Exists(acts.filter(is_later | Q(kind=CommentEvent.Kind.SUBMITTED)))

    def _complaints(self):
        return Complaint.objects.awaiting_decision().exclude(self._own_acts("comment"))


class Digest(_Message):
    """The new comments and readers' reports since the last message."""

    def __init__(self, preference):
        super().__init__(preference)
        since, self.until = self.period()
        period = Q(submitted_at__gt=since, submitted_at__lte=self.until)
        news = Comment.objects.awaiting_moderation().filter(period)
        news = news.exclude(self._own_acts("pk"))
        self.new, self.suspected = news.taken_for_spam(False), news.taken_for_spam()
        # Those that are said to be against the law have had an alert.
        complaints = self._complaints().filter(period).exclude(grounds=Grounds.ILLEGAL)
        self.reported = _commented(complaints)

    def is_wanted(self) -> bool:
        # For “at once”, do not write a row every half minute if there is no news.
        return self.preference.frequency != Frequency.AT_ONCE or self._has_any()

    def has_news(self) -> bool:
        return self._has_any() and self.user.has_perm(MODERATE)

    def _has_any(self):
        return self.new.exists() or self.reported.exists()

    def content(self):
        number, reported = self.new.bounded_count(), self.reported.bounded_count()
        context = _entries(self.new, self.reported)
        shown = [entry["comment"] for entry in [*context["comments"], *context["reported"]]]
        if len(shown) == 1:
            subject = _("A comment awaits a decision: %s") % isolated(shown[0].article.headline)
        else:
            subject = ngettext(
                "%(number)s comment awaits a decision",
                "%(number)s comments await a decision",
                number + reported,
            ) % {"number": BoundedCount(number + reported) if reported else number}
        return subject, {
            **context,
            "queue": queue_url(),
            "number": number,
            "number_reported": reported,
            "more": number + reported > len(shown),
            "suspected": self.suspected.bounded_count(),
        }

    def record_done(self):
        self.preference.record_notified(self.until)


class Alert(_Message):
    """The comments that a reader has just reported as against the law: mailed without delay.

    The rows of `Complaint.alerted` say exactly which moderator knows of which report.
    """

    column = "alert_at"

    @classmethod
    def due(cls):
        is_any = Complaint.objects.awaiting_decision().filter(grounds=Grounds.ILLEGAL).exists()
        return super().due() if is_any else []

    def _untold(self):
        reports = self._complaints().filter(grounds=Grounds.ILLEGAL).exclude(alerted=self.user)
        return list(reports.values_list("pk", flat=True)[:COUNT_LIMIT])

    @cached_property
    def told(self) -> list[int]:
        """The keys of the reports in this message, read once the message is leased."""
        return self._untold()

    def is_wanted(self) -> bool:
        return bool(self._untold()) and self.user.has_perm(MODERATE)

    def has_news(self) -> bool:
        return bool(self.told)

    def identity(self) -> str:
        return ",".join(map(str, sorted(self.told)))

    def content(self):
        reported = _commented(Complaint.objects.filter(pk__in=self.told))
        number = reported.bounded_count()
        context = _entries(Comment.objects.none(), reported)
        shown = [entry["comment"] for entry in context["reported"]]
        if len(shown) == 1:
            subject = _("Reported as against the law: %s") % isolated(shown[0].article.headline)
        else:
            subject = ngettext(
                "%(number)s comment is reported as against the law",
                "%(number)s comments are reported as against the law",
                number,
            ) % {"number": number}
        more = number > len(shown)
        return subject, {
            **context,
            "queue": queue_url(),
            "number": 0,
            "number_reported": number,
            "more": more,
            "suspected": 0,
        }

    def record_done(self):
        told = Complaint.alerted.through
        told.objects.bulk_create(
            [told(complaint_id=pk, user_id=self.user.pk) for pk in self.told],
            ignore_conflicts=True,
        )
        self.preference.record_alerted()


def queue_url() -> str:
    return settings.SITE_URL + reverse("admin:comments_comment_queue")


def _commented(complaints):
    """Return the comments that these complaints are about, in the order of the queue."""
    return Comment.objects.to_decide().filter(pk__in=complaints.order_by().values("comment"))


def _entries(new, reported) -> dict:
    """Return the values of the template for these comments; all that readers typed is quoted."""
    reports = Complaint.objects.awaiting_decision()[:MOST_REPORTS]
    with_reports = reported.prefetch_related(Prefetch("complaints", reports, to_attr="open_ones"))
    return {
        "comments": [_entry(comment) | {"reports": []} for comment in _first(new)],
        "reported": [
            _entry(comment) | {"reports": [_report(report) for report in comment.open_ones]}
            for comment in _first(with_reports)
        ],
    }


def _first(comments):
    return comments.select_related("article").defer("article__body")[:MOST_COMMENTS]


def _entry(comment):
    return {
        "comment": comment,
        "name": quote(comment.name),
        "text": _excerpt(comment.text),
        "is_cut": len(comment.text) > LONGEST_EXCERPT,
        "hold_words": quote("\n".join(comment.hold_words)) if comment.hold_rule else "",
        "link": settings.SITE_URL + reverse("admin:comments_comment_moderate", args=[comment.pk]),
    }


def _report(complaint):
    return {"complaint": complaint, "words": complaint.words and _excerpt(complaint.words)}


def _excerpt(text):
    return quote(shorten(text, LONGEST_EXCERPT))
