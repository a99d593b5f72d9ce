"""The status of Akismet, shared by all workers."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce
from django.utils import timezone

from common.keyed_hashes import keyed_hash
from common.leases import is_due, is_stale

#: The time between two probes of a refused key.
PROBE_INTERVAL = timedelta(minutes=5)
#: The time between two requests for the used part of the plan's limit.
USAGE_INTERVAL = timedelta(hours=1)
#: After this long without a usable answer, ADMINS are told by mail, once.
ALARM_AFTER = timedelta(hours=1)


class AkismetStatus(models.Model):
    """The status of Akismet in one row that all workers share, so that only one sends each alarm.

    While the key is refused, screening is paused: comments wait without using up their attempts.
    One worker probes the key after each PROBE_INTERVAL, to find out whether it works again.
    """

    paused_since = models.DateTimeField(null=True)
    next_probe_at = models.DateTimeField(null=True)
    #: A hash of the refused key. If the settings have another key, that one is probed at once.
    refused_key = models.CharField(max_length=64, blank=True)
    answered_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    #: The last failure; it is kept when Akismet answers again.
    failure = models.CharField(max_length=300, blank=True)
    #: The time of the first failure since the last usable answer.
    failing_since = models.DateTimeField(null=True)
    #: The time at which ADMINS were told of these failures.
    alarmed_at = models.DateTimeField(null=True)
    #: Akismet's alert to the people who run the site (https://akismet.com/developers/errors/), and
    #: the code of the alert that they have dismissed.
    alert_code = models.CharField(max_length=20, blank=True)
    alert = models.CharField(max_length=300, blank=True)
    dismissed = models.CharField(max_length=20, blank=True)
    #: The use of the plan in this month (https://akismet.com/developers/usage-limit/).
    usage = models.JSONField(default=dict)
    usage_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="akismet_status_is_one")
        ]

    def __str__(self):
        return self.state

    @classmethod
    def current(cls):
        return cls.objects.get_or_create(pk=1)[0]

    @staticmethod
    def _key():
        return keyed_hash("comments.akismet", settings.AKISMET_API_KEY)

    @property
    def state(self) -> str:
        """Return the state of screening in one word: no-key, paused, failing or running."""
        if not settings.AKISMET_API_KEY:
            return "no-key"
        if self.paused_since:
            return "paused"
        return "failing" if self.failing_since else "running"

    # --- The key --------------------------------------------------------------------------------

    @property
    def has_another_key(self) -> bool:
        """Say whether the key in the settings is not the one that was refused."""
        return self.refused_key != self._key()

    def pause(self) -> bool:
        """Pause screening, since the key was refused. True for the one caller that reports it."""
        now = timezone.now()
        key = self._key()
        row = AkismetStatus.objects.filter(pk=1)
        first = row.exclude(paused_since__isnull=False, refused_key=key)
        paused = first.update(paused_since=now, next_probe_at=now + PROBE_INTERVAL, refused_key=key)
        return bool(paused)

    def resume(self):
        AkismetStatus.objects.filter(pk=1).update(
            paused_since=None, next_probe_at=None, refused_key=""
        )

    def claim_probe(self) -> bool:
        """Claim the next probe of the refused key, if it is due. True for one caller."""
        due = is_due("next_probe_at", PROBE_INTERVAL) | ~models.Q(refused_key=self._key())
        row = AkismetStatus.objects.filter(due, pk=1, paused_since__isnull=False)
        after = timezone.now() + PROBE_INTERVAL
        return bool(row.update(next_probe_at=after, refused_key=self._key()))

    # --- Answers and failures -------------------------------------------------------------------

    def record_answer(self, headers):
        """Store the time of a usable answer. An answer without an alert clears the last alert."""
        values = {"answered_at": timezone.now(), "failing_since": None, "alarmed_at": None}
        if "x-akismet-alert-code" not in headers:
            values |= {"alert_code": "", "alert": "", "dismissed": ""}
        AkismetStatus.objects.filter(pk=1).update(**values)
        self.record_alert(headers)

    def record_failure(self, failure):
        now = timezone.now()
        AkismetStatus.objects.filter(pk=1).update(
            failed_at=now,
            failure=str(failure)[:300],
            failing_since=Coalesce("failing_since", models.Value(now)),
        )

    def claim_alarm(self) -> bool:
        """Claim the alarm about failures for at least ALARM_AFTER, if due. True for one caller."""
        now = timezone.now()
        row = AkismetStatus.objects.filter(
            pk=1, paused_since=None, failing_since__lte=now - ALARM_AFTER, alarmed_at=None
        )
        return bool(row.update(alarmed_at=now))

    def release_alarm(self):
        """Undo `claim_alarm`, since the alarm could not be mailed."""
        AkismetStatus.objects.filter(pk=1).update(alarmed_at=None)

    # --- Alerts and usage -----------------------------------------------------------------------

    def record_alert(self, headers):
        """Store the alert in the `headers` of any answer, also of a refusal or a failure."""
        if code := headers.get("x-akismet-alert-code"):
            AkismetStatus.objects.filter(pk=1).update(
                alert_code=code[:20], alert=headers.get("x-akismet-alert-msg", "")[:300]
            )

    @property
    def shown_alert(self) -> str:
        """Return the alert that nobody has dismissed yet, or an empty string."""
        if self.alert_code == self.dismissed:
            return ""
        return self.alert or self.alert_code

    def dismiss(self, code):
        """Dismiss the alert `code`. An alert with another code is shown again."""
        AkismetStatus.objects.filter(pk=1, alert_code=code).update(dismissed=code)

    def claim_usage(self) -> bool:
        """Claim the hourly request for this month's use, if it is due. True for one caller."""
        due = is_stale("usage_at", USAGE_INTERVAL)
        row = AkismetStatus.objects.filter(due, pk=1, paused_since=None)
        return bool(row.update(usage_at=timezone.now()))
