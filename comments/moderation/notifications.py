"""Mail to moderators about the comments that wait: sent by the worker, never by a request.

A message goes out at least once: a worker that is killed between sending and writing so leaves a
lease that runs out, and another sends the same again under the same Message-ID, by which mail
programs know it. (At most once would lose messages, and a moderator who is not told is worse.)
Links lead to screens on which nothing happens until a form is sent, so a program that opens every
link in a mail changes nothing.
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
from django.utils.crypto import salted_hmac
from django.utils.translation import ngettext

from ..models import Comment, NotificationPreference
from ..models.notification import Frequency
from .states import MODERATE, Screening

logger = logging.getLogger(__name__)

#: A comment is told of only so long after it was sent: by then Akismet has most often answered,
#: and every transaction that stored an earlier one has ended.
LAG = timedelta(minutes=2)
#: So many comments stand in one message; of the others it gives the number.
MOST_COMMENTS = 20
#: Of a longer comment, the beginning stands there.
LONGEST_EXCERPT = 1500


def send_due(*, should_continue=lambda: True) -> int:
    """Send each message that is due; return how many were.

    The first time that the mail server cannot be reached ends the round: one time-out, and not
    one for each moderator, is all that the worker waits. Each is tried again later.
    """
    NotificationPreference.objects.ensure()
    sent = 0
    for preference in NotificationPreference.objects.due().select_related("user"):
        if not should_continue():
            break
        since, until = preference.told_until, timezone.now() - LAG
        if since > timezone.now():
            # The clock was set back. Rather tell of an hour twice than of nothing for long.
            since = until - timedelta(hours=1)
        news = Comment.objects.awaiting_moderation().filter(
            submitted_at__gt=since, submitted_at__lte=until
        )
        suspected = news.filter(screening__in=[Screening.SPAM, Screening.DISCARD])
        others = news.exclude(screening__in=[Screening.SPAM, Screening.DISCARD])
        # Who is told at once has nothing written for nothing, every half minute.
        if preference.frequency == Frequency.AT_ONCE and not others.exists():
            continue
        if not preference.claim():
            continue
        if not (others.exists() and preference.user.has_perm(MODERATE)):
            preference.record_told(until)
            continue
        message = compose(preference, others, suspected.bounded_count())
        try:
            message.send()
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError, ValueError) as error:
            # About this one address, or this one message.
            _failed(preference, error)
        except OSError as error:
            _failed(preference, error)
            break
        else:
            preference.record_told(until)
            sent += 1
    return sent


def _failed(preference, error):
    # Not the error's text, which may hold the address.
    logger.warning("Moderator %s could not be mailed: %s", preference.user_id, type(error).__name__)
    preference.record_failure()


def compose(preference, comments, suspected) -> EmailMessage:
    """Return the message about `comments`, with what is needed to decide, and no trace of them."""
    with translation.override(preference.language):
        shown = list(comments.select_related("article").defer("article__body")[:MOST_COMMENTS])
        number = comments.bounded_count()
        context = {
            "comments": [(comment, _excerpt(comment), _link(comment)) for comment in shown],
            "more": number > len(shown),
            "number": number,
            "suspected": suspected,
            "site_name": settings.SITE_NAME,
            "queue": settings.SITE_URL + reverse("admin:comments_comment_queue"),
            "preferences": preferences_url(),
        }
        if len(shown) == 1:
            subject = f"{shown[0].name}: {shown[0].article.headline}"
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
            # RFC 3834, section 5: nobody's holiday is to answer it.
            "Auto-Submitted": "auto-generated",
            # RFC 2369. Not RFC 8058's one-click: the page asks who is there.
            "List-Unsubscribe": f"<{preferences_url()}>",
        },
    )


def preferences_url() -> str:
    return settings.SITE_URL + reverse("admin:comments_notificationpreference_changelist")


def _link(comment):
    return settings.SITE_URL + reverse("admin:comments_comment_moderate", args=[comment.pk])


def _excerpt(comment):
    """Return the text, quoted: no line of a reader's can pass for one of ours."""
    text = comment.text
    if len(text) > LONGEST_EXCERPT:
        text = f"{text[:LONGEST_EXCERPT]}…"
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def _message_id(preference) -> str:
    """Return the same id for the same message, should it be sent again after a crash."""
    begun = f"{preference.user_id}:{preference.told_until.isoformat()}"
    token = salted_hmac("comments.notification", begun, algorithm="sha256").hexdigest()[:32]
    return f"<{token}@{urlsplit(settings.SITE_URL).hostname}>"
