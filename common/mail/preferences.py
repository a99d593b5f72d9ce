"""How often a person is mailed, and the queue of the messages to people."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..leases import is_due, is_free

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


class MailPreferenceQuerySet(models.QuerySet):
    def ensure(self):
        """Create a preference, for a mail once an hour, for each person who has none yet."""
        new = self.people().exclude(pk__in=self.model.objects.values("user"))
        self.bulk_create(
            (
                self.model(user_id=pk, frequency=Frequency.HOURLY)
                for pk in new.values_list("pk", flat=True)
            ),
            ignore_conflicts=True,
        )

    def people(self):
        """Return the users who are mailed unless they choose otherwise."""
        raise NotImplementedError

    def due(self, column="next_at"):
        """Return the preferences whose next message is due and that no worker has leased.

        `column` holds the time of that message.
        """
        people = self.filter(user__is_active=True, user__is_staff=True).exclude(user__email="")
        return people.exclude(frequency=Frequency.NEVER).free(column)

    def free(self, column):
        """Return the preferences whose time in `column` has come, and that no worker has leased."""
        return self.filter(is_due(column, LONGEST_PERIOD), is_free("leased_until", LEASE))


class MailPreference(models.Model):
    """A person's choice, and the state of the messages, shared by all workers."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", editable=False
    )
    frequency = models.CharField(
        _("how often"), max_length=8, choices=Frequency.choices, default=Frequency.NEVER
    )
    language = models.CharField(
        _("language"), max_length=5, choices=settings.LANGUAGES, default=site_language
    )
    #: What happened up to this time needs no message any more.
    told_until = models.DateTimeField(default=timezone.now, editable=False)
    next_at = models.DateTimeField(default=timezone.now, editable=False)
    failures = models.PositiveSmallIntegerField(default=0, editable=False)
    leased_until = models.DateTimeField(null=True, editable=False)

    class Meta:
        abstract = True

    def __str__(self):
        return self.get_frequency_display()

    def choose(self, frequency, language):
        """Store the person's choice. A new frequency applies to what happens later only."""
        if frequency != self.frequency:
            self.told_until = self.next_at = timezone.now()
        self.frequency, self.language, self.failures = frequency, language, 0
        self.save()

    # --- Work of the workers --------------------------------------------------------------------

    def claim(self, column="next_at") -> bool:
        """Lease this message, if it is due and no other worker has it. True for one caller."""
        until = timezone.now() + LEASE
        preferences = type(self).objects
        # `due` joins the user's table, and an UPDATE joins none: so select by key in a subquery.
        # PostgreSQL does not ask that again after it has waited for another worker's UPDATE: so
        # whatever workers change is asked of the row itself too.
        due = preferences.due(column).filter(pk=self.pk).values("pk")
        own = preferences.free(column).filter(pk=self.pk, told_until=self.told_until)
        self.leased_until = until
        return bool(own.filter(pk__in=due).update(leased_until=until))

    def record_notified(self, until):
        """Store that what happened up to `until` is told, and the time of the next message."""
        self._write(told_until=until, next_at=self._next(), failures=0)

    def record_alerted(self):
        self._write(failures=0)

    def record_failure(self, column="next_at"):
        wait = min(timedelta(minutes=2**self.failures), LONGEST_WAIT)
        failures = min(self.failures + 1, 10)
        self._write(**{column: timezone.now() + wait}, failures=failures)

    def _write(self, **values):
        mine = type(self).objects.filter(pk=self.pk, leased_until=self.leased_until)
        mine.update(leased_until=None, **values)

    def _next(self) -> datetime:
        now = timezone.localtime()
        if self.frequency == Frequency.HOURLY:
            return now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        if self.frequency == Frequency.DAILY:
            morning = now.replace(hour=DIGEST_HOUR, minute=0, second=0, microsecond=0)
            return morning if morning > now else morning + timedelta(days=1)
        return now
