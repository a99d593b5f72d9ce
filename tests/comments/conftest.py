"""Helpers and fixtures that the tests of comments share."""

from datetime import timedelta

import pytest
from django.utils import timezone


class Clock:
    """The time that `timezone.now` returns; it stands still until a test moves it."""

    def __init__(self):
        # A little ahead, since the default of `submitted_at` still uses the real time.
        self.now = timezone.now() + timedelta(minutes=1)

    def __call__(self):
        return self.now

    def forward(self, **delta):
        self.now += timedelta(**delta)
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(timezone, "now", clock)
    return clock
