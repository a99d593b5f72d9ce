"""The mail preferences of moderators, and the queue of their messages about what to decide."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.leases import is_due, is_free

from ..moderation import states

#: How long a worker may take to send one message.
LEASE = timedelta(minutes=3)
#: A message that could not be sent is tried again after one minute, then after twice as long each
#: time, up to this.
LONGEST_WAIT = timedelta(hours=1)
#: The longest time between two messages.
LONGEST_PERIOD = timedelta(days=1)
#: The hour of the daily digest, in the site's time zone.
DIGEST_HOUR = 8


class Frequency(models.TextChoices):
    AT_ONCE = "at_once", _("at once, within a few minutes")
    HOURLY = "hourly", _("once an hour, if there is anything new")
    DAILY = "daily", _("each morning, if there is anything new")
    NEVER = "never", _("never")


def site_language():
    return settings.LANGUAGE_CODE


class NotificationQuerySet(models.QuerySet):
    def ensure(self):
        """Create a preference, for a mail once an hour, for each moderator who has none yet.

        Superusers may moderate too, but get mail only if they choose so themselves.
        """
        moderators = get_user_model().objects.with_perm(
            states.MODERATE,
            include_superusers=False,
            backend="django.contrib.auth.backends.ModelBackend",
        )
        new = moderators.filter(notification=None).values_list("pk", flat=True)
        self.bulk_create(
            (self.model(user_id=pk, frequency=Frequency.HOURLY) for pk in new),
            ignore_conflicts=True,
        )

    def due(self, column="next_at"):
        """Return the preferences whose next message is due and that no worker has leased.

        `column` holds the time of that message: `next_at` for the digest, `alert_at` for an alert.
        """
        return self.filter(
            is_due(column, LONGEST_PERIOD),
            is_free("leased_until", LEASE),
            user__is_active=True,
            user__is_staff=True,
        ).exclude(Q(frequency=Frequency.NEVER) | Q(user__email=""))


class NotificationPreference(models.Model):
    """A moderator's choice, and the state of the messages, shared by all workers."""

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
    language = models.CharField(
        _("language"), max_length=5, choices=settings.LANGUAGES, default=site_language
    )
    #: Comments and reports submitted up to this time need no message any more.
    told_until = models.DateTimeField(default=timezone.now, editable=False)
    next_at = models.DateTimeField(default=timezone.now, editable=False)
    #: The time from which an alert may be sent; later than now only after a failure.
    alert_at = models.DateTimeField(default=timezone.now, editable=False)
    failures = models.PositiveSmallIntegerField(default=0, editable=False)
    leased_until = models.DateTimeField(null=True, editable=False)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail about comments")
        verbose_name_plural = _("mail about comments")

    def __str__(self):
        return self.get_frequency_display()

    def choose(self, frequency, language):
        """Store the moderator's choice. A new frequency applies to later comments only."""
        if frequency != self.frequency:
            self.told_until = self.next_at = timezone.now()
        self.frequency, self.language, self.failures = frequency, language, 0
        self.save()

    # --- Work of the workers --------------------------------------------------------------------

    def claim(self, column="next_at") -> bool:
        """Lease this message, if it is due and no other worker has it. True for one caller."""
        until = timezone.now() + LEASE
        taken = NotificationPreference.objects.filter(pk=self.pk, told_until=self.told_until)
        # `due` joins the user's table, and an UPDATE joins none: so select by key in a subquery.
        due = NotificationPreference.objects.due(column).filter(pk=self.pk).values("pk")
        self.leased_until = until
        return bool(taken.filter(pk__in=due).update(leased_until=until))

    def record_notified(self, until):
        """Store that comments up to `until` are done, and the time of the next message."""
        self._write(told_until=until, next_at=self._next(), failures=0)

    def record_alerted(self):
        self._write(failures=0)

    def record_failure(self, column="next_at"):
        wait = min(timedelta(minutes=2**self.failures), LONGEST_WAIT)
        failures = min(self.failures + 1, 10)
        self._write(**{column: timezone.now() + wait}, failures=failures)

    def _write(self, **values):
        mine = NotificationPreference.objects.filter(pk=self.pk, leased_until=self.leased_until)
        mine.update(leased_until=None, **values)

    def _next(self) -> datetime:
        now = timezone.localtime()
        if self.frequency == Frequency.HOURLY:
            return now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        if self.frequency == Frequency.DAILY:
            morning = now.replace(hour=DIGEST_HOUR, minute=0, second=0, microsecond=0)
            return morning if morning > now else morning + timedelta(days=1)
        return now
