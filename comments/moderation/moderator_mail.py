"""Mail to moderators about what waits for them: sent by the worker.

Links lead to pages that change nothing until a form is sent, so a program that opens every link in
a mail changes nothing. Words of readers stand in quotations only, never in the subject or another
header.
"""

from common.mail import rounds

from ..models import NotificationPreference
from .moderator_messages import Alert, Digest


def send_due(*, should_continue=lambda: True) -> int:
    """Send each message that is due, alerts first; return how many were sent."""
    NotificationPreference.objects.ensure()
    return rounds.send_due(Alert, Digest, should_continue=should_continue)
