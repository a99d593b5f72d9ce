"""The rounds in which messages to people are sent: by the worker, never during a request.

Each message is sent at least once. If a worker is killed after it has sent a message and before it
has stored that, its lease expires, and another worker sends the message again with the same
Message-ID, by which mail programs recognise it. (“At most once” would lose messages, which is worse
than to send one twice.)
"""

import logging
import smtplib

logger = logging.getLogger(__name__)


def send_due(*kinds, should_continue=lambda: True) -> int:
    """Send each message of these `kinds` that is due, in their order; return how many were sent.

    A kind is a subclass of `messages.PersonalMessage`. If the mail server cannot be reached, the
    round ends at once, so the worker waits for one time-out and not for one for each person. Every
    message is retried later.
    """
    sent = 0
    for kind in kinds:
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
        # The fault is in this address or message only: go on with the next person.
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
    logger.warning("Person %s could not be mailed: %s", user_id, type(error).__name__)
    message.preference.record_failure(message.column)
