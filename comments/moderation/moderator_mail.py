"""Mail to moderators about the comments that wait: sent by the worker, never during a request.

Each message is sent at least once. If a worker is killed after it has sent a message and before it
has stored that, its lease expires, and another worker sends the message again with the same
Message-ID, by which mail programs recognise it. (“At most once” would lose messages, which is worse
than to send one twice.) Links lead to pages that change nothing until a form is sent, so a program
that opens every link in a mail changes nothing. Words of readers stand in quotations only, never in
the subject or another header.
"""

import logging
import smtplib
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.keyed_hashes import keyed_hash
from common.quoting import quote
from common.shortening import shorten

from ..models import Comment, NotificationPreference
from ..models.notification import Frequency
from .states import MODERATE, Screening

logger = logging.getLogger(__name__)

#: A message only lists comments older than this: by then Akismet has usually answered, and every
#: transaction that stored an earlier comment has ended.
LAG = timedelta(minutes=2)
#: Maximum number of comments listed in one message; it also gives the total.
MOST_COMMENTS = 20
#: Maximum length of a comment's text in a message, in characters; the rest is cut.
LONGEST_EXCERPT = 1500


def send_due(*, should_continue=lambda: True) -> int:
    """Send each message that is due; return how many were sent.

    If the mail server cannot be reached, the round ends at once, so the worker waits for one
    time-out and not for one for each moderator. Every message is retried later.
    """
    NotificationPreference.objects.ensure()
    sent = 0
    for preference in NotificationPreference.objects.due().select_related("user"):
        if not should_continue():
            break
        since, until = preference.told_until, timezone.now() - LAG
        if since > timezone.now():
            # The clock was set back. Listing one hour twice is better than listing nothing.
            since = until - timedelta(hours=1)
        news = Comment.objects.awaiting_moderation().filter(
            submitted_at__gt=since, submitted_at__lte=until
        )
        suspected = news.filter(screening__in=[Screening.SPAM, Screening.DISCARD])
        others = news.exclude(screening__in=[Screening.SPAM, Screening.DISCARD])
        # For “at once”, do not write a row every half minute if there is no news.
        if preference.frequency == Frequency.AT_ONCE and not others.exists():
            continue
        if not preference.claim():
            continue
        if not (others.exists() and preference.user.has_perm(MODERATE)):
            preference.record_notified(until)
            continue
        message = compose(preference, others, suspected.bounded_count())
        try:
            message.send()
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError, ValueError) as error:
            # The fault is in this address or message only: go on with the next moderator.
            _failed(preference, error)
        except OSError as error:
            _failed(preference, error)
            break
        else:
            preference.record_notified(until)
            sent += 1
    return sent


def _failed(preference, error):
    # The error's text may contain the mail address, so it is not logged.
    logger.warning("Moderator %s could not be mailed: %s", preference.user_id, type(error).__name__)
    preference.record_failure()


def compose(preference, comments, suspected) -> EmailMessage:
    """Return the message about `comments`: names, texts and links, but nothing of their traces."""
    with translation.override(preference.language):
        shown = list(comments.select_related("article").defer("article__body")[:MOST_COMMENTS])
        number = comments.bounded_count()
        context = {
            "comments": [_context(comment) for comment in shown],
            "more": number > len(shown),
            "number": number,
            "suspected": suspected,
            "site_name": settings.SITE_NAME,
            "queue": settings.SITE_URL + reverse("admin:comments_comment_queue"),
            "preferences": preferences_url(),
        }
        if len(shown) == 1:
            subject = _("A comment awaits a decision: %s") % shown[0].article.headline
        else:
            subject = ngettext(
                "%(number)s comment awaits a decision",
                "%(number)s comments await a decision",
                number,
            ) % {"number": number}
        body = render_to_string("comments/mail/pending.txt", context)
    return EmailMessage(
        subject=" ".join(f"[{settings.SITE_NAME}] {subject}".split())[:200],
        body=body,
        to=[preference.user.email],
        headers={
            "Message-ID": _message_id(preference),
            # RFC 3834, section 5: no vacation responder must answer it.
            "Auto-Submitted": "auto-generated",
            # RFC 2369. Not the one-click of RFC 8058: the page asks the moderator to log in.
            "List-Unsubscribe": f"<{preferences_url()}>",
        },
    )


def preferences_url() -> str:
    return settings.SITE_URL + reverse("admin:comments_notificationpreference_changelist")


def _context(comment):
    """Return the values of the template for one comment; all that a reader typed is quoted."""
    is_cut = len(comment.text) > LONGEST_EXCERPT
    return {
        "comment": comment,
        "name": quote(comment.name),
        "text": quote(shorten(comment.text, LONGEST_EXCERPT)),
        "is_cut": is_cut,
        "hold_words": quote("\n".join(comment.hold_words)) if comment.hold_rule else "",
        "link": settings.SITE_URL + reverse("admin:comments_comment_moderate", args=[comment.pk]),
    }


def _message_id(preference) -> str:
    """Return a Message-ID that stays the same if the message is sent again after a crash."""
    begun = f"{preference.user_id}:{preference.told_until.isoformat()}"
    token = keyed_hash("comments.notification", begun)[:32]
    return f"<{token}@{urlsplit(settings.SITE_URL).hostname}>"
