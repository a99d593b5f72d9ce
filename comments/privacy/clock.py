"""Whether this machine's clock can be trusted, before data is deleted because of its age.

A clock that is wrong for a few seconds (a reset, an empty battery, a virtual machine that was
paused) would make all traces and many comments look old. So each worker compares its clock with the
time that has passed by the machine's own count, and with the newest time that any worker trusted.
The first worker of a site compares it with the newest row.
"""

import subprocess
import time
from datetime import timedelta

from django.utils import timezone

from ..models.clock_status import TOLERANCE, ClockStatus

#: After a jump, the clock must run for so long without another.
STEADY_FOR = timedelta(hours=1)


def seconds_since_start() -> float:
    """Return the seconds since this machine started, asleep or not, without a look at its clock."""
    # `time.monotonic` stands still while a Linux machine sleeps; this clock does not.
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def is_synchronised() -> bool:
    """Return whether the system says that NTP (network time protocol) keeps its clock right.

    False where systemd's `timedatectl`, which tells the kernel's own opinion, cannot be asked.
    """
    command = ["timedatectl", "show", "--property=NTPSynchronized", "--value"]
    try:
        asked = subprocess.run(command, capture_output=True, timeout=5, text=True, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.stdout.strip() == "yes"


class Watch:
    """A worker's watch over its clock. Ask `is_trusted` often: a jump is found between two calls.

    After a jump the clock is trusted again once it has run steadily for STEADY_FOR, and NTP or a
    moderator (`ClockStatus.confirm`) says that it is right.
    """

    def __init__(self):
        self._begin()

    def _begin(self):
        self.began_at, self.seconds = timezone.now(), seconds_since_start()

    def is_trusted(self) -> bool:
        """Compare the clock, store the result for all workers, and return it."""
        now = timezone.now()
        status = ClockStatus.current()
        steady = timedelta(seconds=seconds_since_start() - self.seconds)
        shift = now - self.began_at - steady
        if abs(shift) <= TOLERANCE:
            shift = timedelta()
            # While the clock is in doubt, the last trusted time is not brought up to date.
            if not status.doubted_at:
                shift = status.shift_from_known_time(now)
        if shift:
            ClockStatus.doubt(now, shift)
            self._begin()
            return False
        if not status.doubted_at:
            ClockStatus.trust(now)
            return True
        if steady >= STEADY_FOR and (status.confirmed_at or is_synchronised()):
            status.end_doubt(now)
        return False


def is_in_doubt() -> bool:
    """Return whether a process that begins now should delete nothing because of its age."""
    status = ClockStatus.current()
    return bool(status.doubted_at or status.shift_from_known_time(timezone.now()))
