"""Mail to moderators about what waits for them: sent by the worker, never during a request.

Each message is sent at least once. If a worker is killed after it has sent a message and before it
has stored that, its lease expires, and another worker sends the message again with the same
Message-ID, by which mail programs recognise it. (“At most once” would lose messages, which is worse
than to send one twice.) Links lead to pages that change nothing until a form is sent, so a program
that opens every link in a mail changes nothing. Words of readers stand in quotations only, never in
the subject or another header.
"""

import logging
import smtplib

from ..models import NotificationPreference
from .moderator_messages import Alert, Digest

logger = logging.getLogger(__name__)


def send_due(*, should_continue=lambda: True) -> int:
    """Send each message that is due, alerts first; return how many were sent.

    If the mail server cannot be reached, the round ends at once, so the worker waits for one
    time-out and not for one for each moderator. Every message is retried later.
    """
    NotificationPreference.objects.ensure()
    sent = 0
    for kind in (Alert, Digest):
        for message in kind.due():
            if not should_continue():
                return sent
            try:
                sent += _send(message)
            except OSError:
                return sent
    return sent


def _send(message) -> bool:
    """Send `message` if no other worker does; say whether it was sent.

    Raises OSError if the mail server cannot be reached.
    """
    if not (message.is_wanted() and message.preference.claim(message.column)):
        return False
    if not message.has_news():
        message.record_done()
        return False
    try:
        message.compose().send()
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError, ValueError) as error:
        # The fault is in this address or message only: go on with the next moderator.
        _failed(message, error)
        return False
    except OSError as error:
        _failed(message, error)
        raise
    message.record_done()
    return True


def _failed(message, error):
    # The error's text may contain the mail address, so it is not logged.
    user_id = message.preference.user_id
    logger.warning("Moderator %s could not be mailed: %s", user_id, type(error).__name__)
    message.preference.record_failure(message.column)
