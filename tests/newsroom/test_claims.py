"""The claims of workers: one gets each piece of work, however their statements interleave."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from articles.models import ArticleMailPreference, LinkCard
from articles.models.image import Image
from comments.models import AkismetStatus, ClockStatus, NotificationPreference, WorkerStatus
from comments.models.comment import Comment
from comments.screening import work_queue
from tests import factories
from tests.journeys.site import wait_until

# SQLite lets one statement after the other write.
pytestmark = [pytest.mark.needs_postgresql, pytest.mark.django_db(transaction=True)]

LONG_AGO = timezone.now() - timedelta(days=3)


def preference(model):
    def make(user):
        row = model.objects.create(user=user, frequency="at_once")
        model.objects.update(told_until=LONG_AGO, next_at=LONG_AGO)
        return model, row.pk, model.claim

    return make


def comment(_user):
    return Comment, factories.comment().pk, work_queue.claim


def image(_user):
    row = factories.image()
    Image.objects.update(renditions_due_at=LONG_AGO)
    return Image, row.pk, Image.claim


def link_card(_user):
    return LinkCard, LinkCard.objects.ask("https://video.example/1").pk, LinkCard.claim


def status(model, claim, **columns):
    def make(_user):
        model.objects.update_or_create(pk=1, defaults=columns)
        return model, 1, claim

    return make


CLAIMS = {
    "notification": preference(NotificationPreference),
    "article mail": preference(ArticleMailPreference),
    "comment": comment,
    "image": image,
    "link card": link_card,
    "probe": status(
        AkismetStatus, AkismetStatus.claim_probe, paused_since=LONG_AGO, next_probe_at=LONG_AGO
    ),
    "pause": status(AkismetStatus, AkismetStatus.pause),
    "usage": status(AkismetStatus, AkismetStatus.claim_usage),
    "alarm": status(AkismetStatus, AkismetStatus.claim_alarm, failing_since=LONG_AGO),
    "alarm of the worker": status(
        WorkerStatus, lambda row: row.claim_alarm(), failing_since=LONG_AGO
    ),
    "alarm of the clock": status(ClockStatus, lambda row: row.claim_alarm(), doubted_at=LONG_AGO),
}


def another_waits():
    """Return whether a statement of another connection waits for the transaction of this one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks"
            " WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid)))"
        )
        return cursor.fetchone()[0]


@pytest.mark.parametrize("make", CLAIMS.values(), ids=CLAIMS)
def test_a_claim_that_waited_for_another_gets_nothing(make, moderator):
    model, key, claim = make(moderator)
    mine, other = model.objects.get(pk=key), model.objects.get(pk=key)

    def claim_too():
        try:
            return claim(other)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            assert claim(mine)
            waiting = pool.submit(claim_too)
            wait_until(lambda: another_waits() or waiting.done())
        assert not waiting.result(timeout=300)
