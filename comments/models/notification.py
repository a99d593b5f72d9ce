"""The mail preferences of moderators, and the queue of their messages about what to decide."""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.mail.preferences import (
    LEASE,
    Frequency,
    MailPreference,
    MailPreferenceQuerySet,
    site_language,
)

from ..moderation import states

# `site_language` is named by a migration.
__all__ = ["LEASE", "Frequency", "NotificationPreference", "site_language"]


class NotificationQuerySet(MailPreferenceQuerySet):
    def people(self):
        """Return the moderators.

        Superusers may moderate too, but get mail only if they choose so themselves.
        """
        return get_user_model().objects.with_perm(
            states.MODERATE,
            include_superusers=False,
            backend="django.contrib.auth.backends.ModelBackend",
        )


class NotificationPreference(MailPreference):
    """A moderator's choice."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="notification",
        editable=False,
    )
    frequency = models.CharField(
        _("mail about new and reported comments"),
        max_length=8,
        choices=Frequency.choices,
        default=Frequency.NEVER,
        help_text=_(
            "Comments that Akismet takes for spam are only counted. Readers’ reports of something "
            "against the law are mailed at once, unless you choose “never”."
        ),
    )
    #: The time from which an alert may be sent; later than now only after a failure.
    alert_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail about comments")
        verbose_name_plural = _("mail about comments")
