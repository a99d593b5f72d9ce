"""The clock of readers' pages belongs to its block, and to the thread that set it."""

from datetime import UTC, datetime

import pytest

from common import reader_clock
from tests.threads import in_threads

INSTANT = datetime(2020, 1, 1, tzinfo=UTC)


def test_the_clock_shows_the_instant_inside_its_block_only():
    def fail():
        with reader_clock.as_at(INSTANT):
            assert (reader_clock.now(), reader_clock.is_set()) == (INSTANT, True)
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert not reader_clock.is_set()
    assert reader_clock.now() > INSTANT


def test_another_thread_has_its_own_clock():
    with reader_clock.as_at(INSTANT):
        assert in_threads(2, lambda _number: reader_clock.is_set()) == [False, False]
