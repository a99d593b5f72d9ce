"""The conditions of leases, on clocks that go forward and on a clock that was set back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comments.models import AkismetStatus
from common.leases import is_due, is_free, is_stale

HOUR = timedelta(hours=1)


def matches(condition, moment):
    """Return whether a row with `moment` in its column matches `condition`.

    Any nullable column of a model would do.
    """
    AkismetStatus.objects.update_or_create(pk=1, defaults={"next_probe_at": moment})
    return AkismetStatus.objects.filter(condition).exists()


@pytest.mark.parametrize(
    ("ahead", "due", "free", "stale"),
    [
        (None, False, True, True),
        (-2 * HOUR, True, True, True),
        (-HOUR, True, True, True),
        (-HOUR / 2, True, True, False),
        (0 * HOUR, True, True, False),
        (HOUR / 2, False, False, True),
        (2 * HOUR, False, False, True),
        (2 * HOUR + timedelta(seconds=1), True, True, True),
    ],
)
def test_a_moment_is_judged_by_how_far_it_is_from_now(db, ahead, due, free, stale):
    now = timezone.now()
    moment = ahead if ahead is None else now + ahead
    assert matches(is_due("next_probe_at", HOUR, now), moment) == due
    assert matches(is_free("next_probe_at", HOUR, now), moment) == free
    assert matches(is_stale("next_probe_at", HOUR, now), moment) == stale


def test_now_is_now_unless_told(db):
    assert matches(is_due("next_probe_at", HOUR), timezone.now() - timedelta(seconds=1))
    assert not matches(is_due("next_probe_at", HOUR), timezone.now() + timedelta(minutes=1))
