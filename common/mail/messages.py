"""What all messages to people have in common: when they are due, headers, and their last lines."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from ..keyed_hashes import keyed_hash

#: A message only tells what is older than this: every transaction that stored something earlier has
#: ended by then.
LAG = timedelta(minutes=2)


class PersonalMessage:
    """A message to the person of `preference`, who is mailed by one worker at a time."""

    #: The model of the preferences, a `MailPreference` that the admin shows.
    preferences = None
    #: The column of the preference with the time of the message.
    column = "next_at"
    #: Makes the Message-ID one of this kind.
    purpose = ""
    template = ""

    @classmethod
    def due(cls):
        """Return the messages of this kind that are due."""
        due = cls.preferences.objects.due(cls.column).select_related("user")
        return [cls(preference) for preference in due]

    @classmethod
    def preferences_url(cls) -> str:
        opts = cls.preferences._meta
        page = reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist")
        return settings.SITE_URL + page

    def __init__(self, preference):
        self.preference = preference
        self.user = preference.user

    def is_wanted(self) -> bool:
        """Say whether it is worth a lease; asked again each half minute where it is due."""
        return True

    def has_news(self) -> bool:
        """Say whether there is anything to tell; asked once the message is leased."""
        raise NotImplementedError

    def identity(self) -> str:
        """Return what is the same if the message is sent again after a crash, and only then."""
        return self.preference.told_until.isoformat()

    def content(self) -> tuple[str, dict]:
        """Return the subject, and the values for the template."""
        raise NotImplementedError

    def record_done(self):
        """Store that it is sent, or that there was nothing to tell."""
        raise NotImplementedError

    def period(self) -> tuple[datetime, datetime]:
        """Return the times after and up to which things happened that this message tells."""
        since, until = self.preference.told_until, timezone.now() - LAG
        if since > timezone.now():
            # The clock was set back. Telling of one hour twice is better than telling nothing.
            since = until - timedelta(hours=1)
        return since, until

    def compose(self) -> EmailMessage:
        with translation.override(self.preference.language):
            subject, context = self.content()
            context |= {"site_name": settings.SITE_NAME, "preferences": self.preferences_url()}
            body = render_to_string(self.template, context)
        return EmailMessage(
            subject=" ".join(f"[{settings.SITE_NAME}] {subject}".split())[:200],
            body=body,
            to=[self.user.email],
            headers={
                "Message-ID": self._message_id(),
                # RFC 3834, section 5: no vacation responder must answer it.
                "Auto-Submitted": "auto-generated",
                # RFC 2369. Not the one-click of RFC 8058: the page asks the person to log in.
                "List-Unsubscribe": f"<{self.preferences_url()}>",
            },
        )

    def _message_id(self) -> str:
        token = keyed_hash(self.purpose, f"{self.user.pk}:{self.identity()}")[:32]
        return f"<{token}@{urlsplit(settings.SITE_URL).hostname}>"
