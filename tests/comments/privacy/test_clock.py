"""A wrong clock deletes nothing: the worker's watch, the confirmation, and the bounded purge."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from comments.models import ClockStatus, Comment, Counter, Trace, WorkerStatus
from comments.privacy import clock as clock_module
from comments.privacy import retention
from comments.privacy.clock import Watch
from comments.screening import admin_mail
from common.bounded_counts import COUNT_LIMIT
from newsroom.management.commands.worker import Command
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def machine(monkeypatch, clock, tmp_path):
    """A machine whose clock and count of seconds the test moves; NTP does not keep it right."""

    class Machine:
        seconds = 0.0

        def run(self, **delta):
            """Let time pass, by the clock and by the count of seconds alike."""
            clock.forward(**delta)
            self.seconds += timedelta(**delta).total_seconds()

        def jump(self, **delta):
            clock.forward(**delta)

        def run_for_an_hour(self, watch):
            for _minute in range(61):
                self.run(minutes=1)
                watch.is_trusted()

        def says(self, synchronised):
            tool = tmp_path / "timedatectl"
            tool.write_text(f"#!/bin/sh\necho {synchronised}\n")
            tool.chmod(0o755)

    machine = Machine()
    monkeypatch.setattr(clock_module, "seconds_since_start", lambda: machine.seconds)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    machine.says("no")
    return machine


@pytest.fixture
def watch(machine):
    """The watch of a worker that has run for a while."""
    watch = Watch()
    machine.run(minutes=10)
    assert watch.is_trusted()
    return watch


# --- Jumps ------------------------------------------------------------------------------------


@pytest.mark.parametrize("days", [120, 1, -1, -400])
def test_a_clock_that_jumps_is_not_trusted_nor_when_it_jumps_back(machine, watch, days):
    machine.jump(days=days)
    assert not watch.is_trusted()
    machine.run(seconds=12)
    machine.jump(days=-days)
    assert not watch.is_trusted()
    machine.run(minutes=30)
    assert not watch.is_trusted()
    assert ClockStatus.current().shift == timedelta(days=-days)


def test_a_clock_that_creeps_ahead_in_small_steps_is_not_trusted(machine, watch):
    trusted = []
    for _step in range(10):
        machine.run(seconds=30)
        machine.jump(minutes=1)
        trusted.append(watch.is_trusted())
    assert trusted[:3] == [True] * 3
    assert trusted[-1] is False


def test_what_ntp_mends_each_day_and_a_long_piece_of_work_are_no_jump(machine, watch):
    machine.jump(seconds=20)
    assert watch.is_trusted()
    machine.run(hours=20)
    assert watch.is_trusted()


@pytest.mark.parametrize(("days", "trusted"), [(0.9, True), (2, False), (120, False), (-1, False)])
def test_a_worker_that_starts_compares_its_clock_with_the_last_trusted_time(
    machine, watch, days, trusted
):
    machine.run(days=days)
    assert Watch().is_trusted() is trusted


def test_a_second_worker_with_a_wrong_clock_is_found_out(machine, watch, clock):
    other = Watch()
    assert other.is_trusted()
    machine.run(minutes=1)
    assert watch.is_trusted()
    clock.forward(days=120)
    late = Watch()
    assert not late.is_trusted()


def test_the_first_worker_of_an_empty_site_has_nothing_to_compare_with(machine):
    machine.jump(days=120)
    assert Watch().is_trusted()
    assert ClockStatus.current().trusted_at


@pytest.mark.parametrize(("days", "trusted"), [(0, True), (120, False), (-120, False)])
def test_the_first_worker_of_a_site_compares_its_clock_with_the_newest_row(
    machine, article, days, trusted
):
    factories.comment(article)
    machine.jump(days=days)
    assert Watch().is_trusted() is trusted
    assert bool(ClockStatus.current().trusted_at) is trusted


def test_a_newer_migration_says_that_the_clock_of_an_old_archive_is_right(machine, article):
    comment = factories.comment(article)
    comment.events.update(at=timezone.now() - timedelta(days=400))
    assert Watch().is_trusted()


def test_neither_the_first_worker_nor_the_command_deletes_anything_under_a_wrong_clock(
    machine, article
):
    factories.comment(article)
    machine.jump(days=120)
    assert not Command().purge()
    with pytest.raises(CommandError, match="clock"):
        call_command("purge_traces")
    assert Trace.objects.count() == 1


# --- The way back -----------------------------------------------------------------------------


def test_an_hour_without_a_confirmation_is_not_enough(machine, watch):
    machine.jump(days=120)
    watch.is_trusted()
    machine.run_for_an_hour(watch)
    machine.run(days=0.5)
    assert not watch.is_trusted()


def test_a_confirmation_without_an_hour_is_not_enough(machine, watch, moderator):
    machine.jump(days=120)
    watch.is_trusted()
    ClockStatus.current().confirm(by=moderator)
    machine.run(minutes=59)
    assert not watch.is_trusted()
    machine.run(minutes=2)
    watch.is_trusted()
    assert watch.is_trusted()
    assert ClockStatus.current().doubted_at is None


def test_ntp_confirms_in_place_of_a_person(machine, watch):
    machine.jump(days=120)
    watch.is_trusted()
    machine.says("yes")
    machine.run_for_an_hour(watch)
    assert watch.is_trusted()


def test_a_machine_without_systemd_needs_a_person(machine, watch, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    assert not clock_module.is_synchronised()


def test_another_jump_voids_the_confirmation(machine, watch, moderator):
    machine.jump(days=120)
    watch.is_trusted()
    ClockStatus.current().confirm(by=moderator)
    machine.jump(days=-120)
    watch.is_trusted()
    machine.run_for_an_hour(watch)
    assert not watch.is_trusted()
    assert ClockStatus.current().confirmed_at is None


def test_only_moderators_confirm(machine, watch, editor):
    machine.jump(days=120)
    watch.is_trusted()
    with pytest.raises(PermissionDenied):
        ClockStatus.current().confirm(by=editor)


# --- The worker -------------------------------------------------------------------------------


@pytest.fixture
def worker(machine):
    command = Command()
    assert command.purge()
    return command


def test_a_worker_whose_clock_is_wrong_for_seconds_deletes_nothing(
    machine, worker, article, moderator, client
):
    comment = factories.comment(article)
    factories.comment(article).mark_as_spam(by=moderator)
    client.force_login(moderator)
    machine.run(hours=1)
    machine.jump(days=120)
    assert not worker.purge()
    machine.run(seconds=12)
    machine.jump(days=-120)
    assert not worker.purge()
    assert Trace.objects.count() == Comment.objects.count() == 2
    assert Trace.objects.filter(comment=comment).exists()
    assert client.get(reverse("admin:index")).status_code == 200


def test_what_is_overdue_is_counted_and_shown(machine, worker, article, moderator, client):
    factories.comment(article)
    machine.jump(days=120)
    worker.purge()
    # The trace, the fingerprint and the counters of the comment.
    assert WorkerStatus.current().overdue >= 2
    client.force_login(moderator)
    page = client.get(reverse("admin:health"))
    assert "Kept a day longer than promised" in page.text
    assert "The clock has jumped" in page.text
    assert "The clock has jumped" in client.get(reverse("admin:index")).text


def test_more_than_are_counted_are_overdue_with_a_plus(admin_client, clock):
    Counter.objects.bulk_create(
        Counter(name=f"post:{n}", since=clock.now - timedelta(days=90))
        for n in range(COUNT_LIMIT + 1)
    )
    WorkerStatus.record_overdue(retention.overdue())
    assert "1,000+" in admin_client.get(reverse("admin:health")).text
    Counter.objects.last().delete()
    WorkerStatus.record_overdue(retention.overdue())
    page = admin_client.get(reverse("admin:health")).text
    assert "1,000" in page
    assert "1,000+" not in page


def test_a_moderator_confirms_on_the_health_page(machine, worker, moderator, client):
    url = reverse("admin:health_confirm_clock")
    machine.jump(days=120)
    worker.purge()
    client.force_login(moderator)
    assert url in client.get(reverse("admin:health")).text
    client.post(url)
    assert ClockStatus.current().confirmed_by == moderator
    page = client.get(reverse("admin:health")).text
    assert url not in page
    assert "Confirmed by maurice" in page


def test_an_editor_does_not_confirm(machine, worker, editor, client):
    machine.jump(days=120)
    worker.purge()
    client.force_login(editor)
    assert client.post(reverse("admin:health_confirm_clock")).status_code == 403
    assert ClockStatus.current().confirmed_at is None


def test_administrators_are_told_once_that_a_person_is_needed(machine, worker, settings):
    settings.ADMINS = ["admin@news.example"]
    machine.jump(days=120)
    worker.purge()
    admin_mail.clock_unconfirmed()
    assert mail.outbox == []
    machine.run(hours=3)
    admin_mail.clock_unconfirmed()
    admin_mail.clock_unconfirmed()
    (message,) = mail.outbox
    assert "/admin/health/" in message.body


# --- Bounded runs -----------------------------------------------------------------------------


def test_one_run_deletes_a_bounded_number_and_the_next_ones_the_rest(
    machine, worker, article, moderator, monkeypatch
):
    monkeypatch.setattr(retention, "RUN_LIMIT", 2)
    for _number in range(5):
        factories.comment(article).mark_as_spam(by=moderator)
    machine.run(days=0.9)
    for _day in range(20):
        worker.clock.is_trusted()
        machine.run(days=0.9)
    finished = []
    left = []
    while not finished or not finished[-1]:
        finished.append(worker.purge())
        left.append((Trace.objects.count(), Comment.objects.count()))
    assert left[:3] == [(3, 3), (1, 1), (0, 0)]
    assert finished[:2] == [False, False]


def test_the_command_deletes_nothing_while_the_clock_is_in_doubt(machine, worker, article, capsys):
    factories.comment(article)
    machine.jump(days=120)
    with pytest.raises(CommandError, match="--clock-is-right"):
        call_command("purge_traces")
    assert Trace.objects.exists()
    call_command("purge_traces", "--dry-run")
    assert Trace.objects.exists()
    call_command("purge_traces", "--clock-is-right")
    assert not Trace.objects.exists()
