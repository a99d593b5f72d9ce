"""The last time that is known to be right, and the doubt about a clock that jumped."""

from datetime import timedelta

from django.conf import settings
from django.db import connection, models
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Max, Q
from django.utils import timezone

from common.permissions import require_permission

from ..moderation.states import MODERATE
from .event import CommentEvent

#: A clock that differs by no more than this from the expected time is right. (NTP, the network time
#: protocol, mends such differences all the time.)
TOLERANCE = timedelta(minutes=5)
#: If no worker ran for longer than this, nothing tells whether the clock is still right.
LONGEST_ABSENCE = timedelta(days=1)
#: ADMINS are told of a doubt that lasts for longer than this, since it needs a person.
ALARM_AFTER = timedelta(hours=2)


def newest_time():
    """Return the newest time in the history of comments, or of the last migration if that is later.

    None if there is no comment, so that nothing can be deleted too early.
    """
    written = CommentEvent.objects.aggregate(newest=Max("at"))["newest"]
    migrations = MigrationRecorder(connection).migration_qs
    return written and max(written, migrations.aggregate(newest=Max("applied"))["newest"])


class ClockStatus(models.Model):
    """Whether the workers trust the clock, in one row that they share.

    While they do not, no data is deleted because of its age.
    """

    #: The newest time at which a worker trusted its clock.
    trusted_at = models.DateTimeField(null=True)
    #: The time of the last jump, by the clock that jumped; null while the clock is trusted.
    doubted_at = models.DateTimeField(null=True)
    #: How far the clock was ahead of the expected time; negative if it was behind.
    shift = models.DurationField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    #: The time at which ADMINS were told of this doubt.
    alarmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="clock_status_is_one")]

    def __str__(self):
        return "doubted" if self.doubted_at else "trusted"

    @classmethod
    def current(cls):
        return cls.objects.filter(pk=1).first() or cls(pk=1)

    def shift_from_known_time(self, now) -> timedelta:
        """Return how far `now` is from the times that can follow the last known time, or zero.

        The known time is the last that a worker trusted; before the first worker, the newest row.
        """
        known = self.trusted_at or newest_time()
        if known is None:
            return timedelta()
        passed = now - known
        return timedelta() if -TOLERANCE <= passed <= LONGEST_ABSENCE else passed

    @classmethod
    def trust(cls, now):
        """Store that a worker trusts its clock, unless another worker has come to doubt."""
        cls.objects.bulk_create([cls(pk=1)], ignore_conflicts=True)
        cls.objects.filter(pk=1, doubted_at=None).update(trusted_at=now)

    @classmethod
    def doubt(cls, now, shift):
        """Store that the clock has jumped by `shift`. An earlier confirmation is void."""
        cls.objects.bulk_create([cls(pk=1)], ignore_conflicts=True)
        cls.objects.filter(pk=1).update(
            doubted_at=now, shift=shift, confirmed_at=None, confirmed_by=None, alarmed_at=None
        )

    def end_doubt(self, now):
        """Trust the clock again, unless it has jumped once more since this row was read."""
        same = type(self).objects.filter(pk=1, doubted_at=self.doubted_at)
        same.update(trusted_at=now, doubted_at=None, shift=None)

    def confirm(self, *, by):
        """Store that a moderator has compared the clock with the right time. See `privacy.clock`.

        Raises PermissionDenied.
        """
        require_permission(by, MODERATE)
        same = type(self).objects.filter(pk=1, doubted_at=self.doubted_at)
        same.update(confirmed_at=timezone.now(), confirmed_by=by)

    @classmethod
    def claim_alarm(cls) -> bool:
        """Claim the alarm about a doubt that needs a person, if due. True for one caller."""
        now = timezone.now()
        waiting = cls.objects.filter(pk=1, confirmed_at=None, alarmed_at=None)
        return bool(waiting.filter(doubted_at__lte=now - ALARM_AFTER).update(alarmed_at=now))
