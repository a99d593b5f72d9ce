from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac

#: How often a refused key is tried again.
PROBE_INTERVAL = timedelta(minutes=5)


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
    failure = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="akismet_status_is_one")
        ]

    def __str__(self):
        return "paused" if self.paused_since else "running"

    @classmethod
    def current(cls):
        return cls.objects.get_or_create(pk=1)[0]

    @staticmethod
    def _key():
        key = settings.AKISMET_API_KEY
        return salted_hmac("comments.akismet", key, algorithm="sha256").hexdigest()

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
        now = timezone.now()
        due = models.Q(next_probe_at__lte=now) | ~models.Q(refused_key=self._key())
        # A clock that was set back must not silence the probe for hours.
        due |= models.Q(next_probe_at__gt=now + PROBE_INTERVAL)
        row = AkismetStatus.objects.filter(due, pk=1, paused_since__isnull=False)
        return bool(row.update(next_probe_at=now + PROBE_INTERVAL, refused_key=self._key()))

    def answered(self):
        AkismetStatus.objects.filter(pk=1).update(answered_at=timezone.now(), failure="")

    def failed(self, failure):
        AkismetStatus.objects.filter(pk=1).update(
            failed_at=timezone.now(), failure=str(failure)[:300]
        )
