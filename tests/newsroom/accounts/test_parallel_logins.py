"""Many logins at the same time, in threads with a database connection each."""

from threading import Lock

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher as Djangos

from newsroom.accounts import limits
from newsroom.accounts.hashing import MOST_AT_ONCE, PBKDF2PasswordHasher
from newsroom.models import RecentCount
from tests.threads import at_once

from .login import Browser, elsewhere

pytestmark = pytest.mark.django_db(transaction=True)

MANY = 24


class WatchedHasher(PBKDF2PasswordHasher):
    """The site's hasher, which counts the hashes, and how many ran at the same time."""

    iterations = 20_000
    lock = Lock()
    hashes = now = most = 0


def watch(encode):
    def watched(self, password, salt, iterations=None):
        cls = WatchedHasher
        with cls.lock:
            cls.hashes += 1
            cls.now += 1
            cls.most = max(cls.most, cls.now)
        try:
            return encode(self, password, salt, iterations)
        finally:
            with cls.lock:
                cls.now -= 1

    return watched


@pytest.fixture
def watched(editor, settings, monkeypatch):
    """Watch what is hashed inside the site's hasher, behind its turns."""
    monkeypatch.setattr(Djangos, "encode", watch(Djangos.encode))
    settings.PASSWORD_HASHERS = [f"{__name__}.WatchedHasher"]
    editor.set_password("correct horse battery")
    editor.save()
    WatchedHasher.hashes = WatchedHasher.now = WatchedHasher.most = 0
    return WatchedHasher


def test_the_limit_of_a_subject_is_exact(editor):
    limit = limits.Limit("test", 3, limits.HOUR)
    attempts = [limits.Attempt((limit, "one")) for _number in range(MANY)]
    answers = at_once(*[attempt.reserve for attempt in attempts])
    assert sum(answer in ([], [limit]) for answer in answers) == 3
    assert sum(isinstance(answer, limits.TryLater) for answer in answers) == MANY - 3
    assert RecentCount.objects.get().count == 3


def test_attempts_that_share_some_of_their_counts_do_not_block_each_other(editor):
    limit = [limits.Limit(f"test{number}", MANY, limits.HOUR) for number in range(3)]
    calls = [
        limits.Attempt((limit[0], number), (limit[1], number % 3), (limit[2], "all")).reserve
        for number in range(MANY)
    ]
    answers = at_once(*calls)
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert answers.count([limit[2]]) == 1, "one attempt reaches the limit, and knows it"


def test_guesses_at_once_from_one_address_hash_no_more_than_its_limit(watched, editor):
    calls = [lambda: Browser(elsewhere(1)).guess(editor.username)[0]] * MANY
    answers = at_once(*calls)
    assert set(answers) <= {200, 429}
    assert answers.count(200) <= watched.hashes <= limits.GUESSES_OF_ADDRESS.number
    assert watched.most <= MOST_AT_ONCE


def test_guesses_at_once_from_everywhere_hash_two_at_a_time_and_count_only_those(watched, editor):
    calls = [
        lambda number=number: Browser(elsewhere(1, number)).guess(editor.username)[0]
        for number in range(MANY)
    ]
    answers = at_once(*calls)
    assert set(answers) <= {200, 429}
    assert answers.count(200) == watched.hashes
    assert 1 <= watched.most <= MOST_AT_ONCE
    kept = RecentCount.objects.order_by("-count").values_list("count", flat=True)
    assert kept[0] == watched.hashes, "the count of the account"


def test_of_many_warnings_at_once_one_is_sent(editor, mailoutbox):
    attempts = [limits.warning_mail(editor) for _number in range(8)]
    answers = at_once(*[attempt.reserve for attempt in attempts])
    assert sum(isinstance(answer, list) for answer in answers) == 1


def test_attempts_and_the_deletion_of_old_counts_do_not_block_each_other(editor, clock):
    limit = [limits.Limit(f"test{number}", MANY, limits.HOUR) for number in range(3)]

    def attempt(number):
        return limits.Attempt((limit[0], number), (limit[1], number % 3), (limit[2], "all"))

    for _round in range(3):
        for number in range(8):
            attempt(number).reserve()
        clock.forward(hours=2)
        reserving = [attempt(number).reserve for number in range(8)]
        answers = at_once(*reserving, *[RecentCount.objects.delete_over] * 4)
        assert not [answer for answer in answers if isinstance(answer, Exception)]
        clock.forward(hours=2)
        RecentCount.objects.delete_over()
        assert not RecentCount.objects.exists()
