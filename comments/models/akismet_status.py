"""How Akismet is, as all workers know it together."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.crypto import salted_hmac

from common.leases import is_due, is_stale

#: How often a refused key is tried again.
PROBE_INTERVAL = timedelta(minutes=5)
#: How often Akismet is asked how much of its limit is used.
USAGE_INTERVAL = timedelta(hours=1)
#: After so long without an answer those in charge are told, once.
LONG = timedelta(hours=1)


class AkismetStatus(models.Model):
    """What the workers know together of Akismet: one row, so that one of them speaks of it.

    While the key is refused, screening is paused: comments wait without using up their tries, and
    one probe an interval asks whether the key works again.
    """

    paused_since = models.DateTimeField(null=True)
    next_probe_at = models.DateTimeField(null=True)
    #: Which key was refused; another one in the settings is worth a probe at once.
    refused_key = models.CharField(max_length=64, blank=True)
    answered_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    #: The last failure, also once Akismet answers again.
    failure = models.CharField(max_length=300, blank=True)
    #: When the first of the failures came that no answer has followed.
    failing_since = models.DateTimeField(null=True)
    #: When those in charge were told of these failures.
    alarmed_at = models.DateTimeField(null=True)
    #: What Akismet has to say to those in charge (https://akismet.com/developers/errors/), and the
    #: code that they have waved away.
    alert_code = models.CharField(max_length=20, blank=True)
    alert = models.CharField(max_length=300, blank=True)
    dismissed = models.CharField(max_length=20, blank=True)
    #: This month's use of the plan (https://akismet.com/developers/usage-limit/).
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
        key = settings.AKISMET_API_KEY
        return salted_hmac("comments.akismet", key, algorithm="sha256").hexdigest()

    @property
    def state(self) -> str:
        """Return in one word how screening goes: no-key, paused, failing or running."""
        if not settings.AKISMET_API_KEY:
            return "no-key"
        if self.paused_since:
            return "paused"
        return "failing" if self.failing_since else "running"

    # --- The key --------------------------------------------------------------------------------

    @property
    def has_another_key(self) -> bool:
        """Say whether the settings have another key than the one that was refused."""
        return self.refused_key != self._key()

    def pause(self) -> bool:
        """Stop asking, since the key was refused. True for the one caller that must say so."""
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
        """Say whether this caller, and no other, is to try the refused key now."""
        due = is_due("next_probe_at", PROBE_INTERVAL) | ~models.Q(refused_key=self._key())
        row = AkismetStatus.objects.filter(due, pk=1, paused_since__isnull=False)
        after = timezone.now() + PROBE_INTERVAL
        return bool(row.update(next_probe_at=after, refused_key=self._key()))

    # --- Answers and failures -------------------------------------------------------------------

    def record_answer(self, headers):
        """Write that a clean answer came. One without an alert takes back the last alert."""
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
        """Say whether this caller, and no other, is to tell of an Akismet silent for long."""
        now = timezone.now()
        row = AkismetStatus.objects.filter(
            pk=1, paused_since=None, failing_since__lte=now - LONG, alarmed_at=None
        )
        return bool(row.update(alarmed_at=now))

    def release_alarm(self):
        """Take back `claim_alarm`: the word did not get out."""
        AkismetStatus.objects.filter(pk=1).update(alarmed_at=None)

    # --- What it says to those in charge --------------------------------------------------------

    def record_alert(self, headers):
        """Keep the alert that came with any answer, a refusal included."""
        if code := headers.get("x-akismet-alert-code"):
            AkismetStatus.objects.filter(pk=1).update(
                alert_code=code[:20], alert=headers.get("x-akismet-alert-msg", "")[:300]
            )

    @property
    def shown_alert(self) -> str:
        """Return the alert that nobody has waved away yet, or an empty string."""
        if self.alert_code == self.dismissed:
            return ""
        return self.alert or self.alert_code

    def dismiss(self, code):
        """Wave the alert `code` away; one with another code is shown again."""
        AkismetStatus.objects.filter(pk=1, alert_code=code).update(dismissed=code)

    def claim_usage(self) -> bool:
        """Say whether this caller, and no other, is to ask for this month's use now."""
        due = is_stale("usage_at", USAGE_INTERVAL)
        row = AkismetStatus.objects.filter(due, pk=1, paused_since=None)
        return bool(row.update(usage_at=timezone.now()))
