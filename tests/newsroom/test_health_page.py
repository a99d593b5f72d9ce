"""The health page of comments, for every way in which Akismet can answer or fail."""

import signal
from datetime import UTC, datetime, timedelta
from queue import SimpleQueue
from types import SimpleNamespace

import pytest
from django.core import mail
from django.utils import timezone

from comments.models import AkismetStatus, Comment, Counter, WorkerStatus
from comments.models.akismet_status import ALARM_AFTER
from comments.models.worker_status import MISSED_AFTER
from comments.moderation import statistics
from comments.moderation.states import Screening
from comments.screening import admin_mail, attempts
from comments.writing import admission
from comments.writing.refusal import Refused
from tests import factories
from tests.comments.conftest import clock  # noqa: F401 (a fixture)
from tests.comments.screening.test_failures import FAILURES
from tests.conftest import smtp
from tests.pages import forms_of, words

pytestmark = pytest.mark.any_database

URL = "/admin/health/"


@pytest.fixture
def comment(article):
    return factories.comment(article)


def page(client, url=URL):
    answer = client.get(url)
    assert answer.status_code == 200
    return words(answer)


# --- Permissions ------------------------------------------------------------------------------


def test_it_is_for_moderators(moderator_client):
    assert "Health of comments" in page(moderator_client)
    assert "Health of comments" in page(moderator_client, "/admin/")


def test_an_editor_is_refused(editor_client):
    assert editor_client.get(URL).status_code == 403
    assert editor_client.post(f"{URL}screen-again/").status_code == 403
    assert editor_client.post(f"{URL}dismiss/").status_code == 403
    assert "Health of comments" not in page(editor_client, "/admin/")


def test_a_stranger_is_asked_to_log_in(client, db):
    for url in (URL, f"{URL}screen-again/", f"{URL}dismiss/"):
        assert client.get(url).headers["Location"].startswith("/admin/login/")


@pytest.mark.parametrize("what", ["screen-again", "dismiss"])
def test_looking_changes_nothing(admin_client, what):
    assert admin_client.get(f"{URL}{what}/").status_code == 405


# --- Outage drills: every mode of the service -------------------------------------------------

#: For each mode of our Akismet server: the text about Akismet on the health page and on the desk.
TEXT_BY_MODE = {
    **dict.fromkeys(FAILURES, "Akismet has not answered for"),
    "invalid_key": "Akismet refuses the key.",
    **dict.fromkeys(("ham", "spam", "discard", "recheck_after", "alert"), "Akismet answers."),
}


@pytest.mark.parametrize("mode", TEXT_BY_MODE)
def test_in_each_mode_the_comment_is_kept_the_state_is_right_and_it_recovers(
    akismet,
    comment,
    settings,
    moderator_client,
    clock,  # noqa: F811
    mode,
):
    settings.AKISMET_TIMEOUT = 1
    akismet.set_mode(mode, seconds=2)
    attempts.screen_due()
    kept = Comment.objects.awaiting_moderation().get()
    for url in (URL, "/admin/"):
        assert TEXT_BY_MODE[mode] in page(moderator_client, url)
    shown = page(moderator_client)
    if mode in FAILURES:
        assert kept.attempts == 1
        assert FAILURES[mode].split(":")[0] in shown
        assert statistics.days()[0].failures == 1
    # Akismet works again.
    settings.AKISMET_TIMEOUT = 5
    akismet.set_mode("ham")
    clock.forward(minutes=6)
    attempts.screen_due()
    assert "Akismet answers." in page(moderator_client)
    kept.refresh_from_db()
    assert kept.screening == {"spam": "spam", "discard": "discard"}.get(mode, "ham")
    assert kept.moderation == "pending"


def test_without_a_key_the_page_says_so(comment, moderator_client, settings):
    settings.AKISMET_API_KEY = ""
    assert "no key is set" in page(moderator_client)


# --- Alerts -----------------------------------------------------------------------------------


@pytest.fixture
def alerted(akismet, comment):
    akismet.set_mode("alert")
    attempts.screen_due()


def banner(client, url="/admin/articles/article/"):
    return "Over the usage limit" in page(client, url)


def test_an_alert_is_shown_to_those_in_charge_on_every_page(alerted, admin_client):
    for url in ("/admin/", URL, "/admin/articles/article/", "/admin/comments/comment/"):
        assert banner(admin_client, url)


def test_moderators_find_it_on_the_health_page_only(alerted, moderator_client):
    assert banner(moderator_client, URL)
    assert not banner(moderator_client, "/admin/comments/comment/")


def test_it_goes_with_the_first_answer_without_one(alerted, akismet, article, admin_client):
    akismet.set_mode("unavailable")
    factories.comment(article)
    attempts.screen_due()
    assert banner(admin_client)
    akismet.set_mode("ham")
    factories.comment(article)
    attempts.screen_due()
    assert not banner(admin_client)


def test_it_can_be_dismissed_until_akismet_says_something_else(
    alerted, akismet, article, admin_client
):
    (form,) = [
        f
        for f in forms_of(admin_client.get("/admin/articles/article/").text).values()
        if f["action"] == f"{URL}dismiss/"
    ]
    assert admin_client.post(form["action"], form["values"]).status_code == 303
    assert not banner(admin_client)
    assert banner(admin_client, URL)
    factories.comment(article)
    attempts.screen_due()
    assert not banner(admin_client)
    AkismetStatus.current().record_alert(
        {"x-akismet-alert-code": "10402", "x-akismet-alert-msg": "Pay"}
    )
    assert "Akismet says: Pay" in page(admin_client, "/admin/")


def test_an_alert_of_any_length_is_shown_even_without_words(db, admin_client):
    status = AkismetStatus.current()
    status.record_alert({"x-akismet-alert-code": "10403"})
    assert "Akismet says: 10403" in page(admin_client, "/admin/")
    status.record_alert({"x-akismet-alert-code": "1" * 99, "x-akismet-alert-msg": "x" * 999})
    assert "Akismet says: xxx" in page(admin_client, "/admin/")
    stored = AkismetStatus.current()
    assert (len(stored.alert_code), len(stored.alert)) == (20, 300)


def test_an_alert_comes_with_a_refusal_too(comment, akismet, monkeypatch, admin_client):
    from tests import akismet_server

    answer = akismet_server.Answer(
        word="invalid",
        headers={"X-akismet-alert-code": "10402", "X-akismet-alert-msg": f"Pay {akismet.key}"},
    )
    monkeypatch.setitem(akismet_server.ANSWERS, "invalid_key", answer)
    akismet.set_mode("invalid_key")
    attempts.screen_due()
    shown = page(admin_client)
    assert "Akismet says: Pay …" in shown
    assert akismet.key not in shown


def test_what_akismet_says_is_no_markup(db, admin_client):
    status = AkismetStatus.current()
    status.record_alert(
        {"x-akismet-alert-code": "1", "x-akismet-alert-msg": "<script>alert(1)</script>"}
    )
    assert "<script>alert" not in admin_client.get(URL).text


# --- Numbers ----------------------------------------------------------------------------------


def test_the_numbers_of_a_day_outlive_the_comments(akismet, article, moderator):
    for mode in ("ham", "ham", "spam", "discard"):
        akismet.set_mode(mode)
        factories.comment(article)
        attempts.screen_due()
    akismet.set_mode("ham")
    missed = Comment.objects.filter(screening=Screening.HAM).first()
    missed.mark_as_spam(by=moderator)
    Comment.objects.filter(screening=Screening.SPAM).get().approve(by=moderator)
    attempts.screen_due()
    Comment.objects.all().delete()
    today = statistics.days()[0]
    assert (today.checked, today.ham, today.spam) == (4, 2, 2)
    assert (today.false_positives, today.false_negatives) == (1, 1)


def test_changing_ones_mind_is_no_second_mistake(akismet, comment, moderator):
    akismet.set_mode("spam")
    for decide in ("approve", "mark_as_spam", "approve"):
        attempts.screen_due()
        getattr(Comment.objects.get(), decide)(by=moderator)
    attempts.screen_due()
    assert len(akismet.reports) == 3
    assert statistics.days()[0].false_positives == 1
    assert statistics.days()[0].false_negatives == 0


def test_what_was_never_screened_is_no_mistake(akismet, comment, moderator):
    comment.mark_as_spam(by=moderator)
    attempts.screen_due()
    assert len(akismet.reports) == 1
    assert statistics.days()[0].false_negatives == 0


def test_days_are_the_sites_own_and_none_is_left_out(db, clock):  # noqa: F811
    clock.now = datetime(2030, 1, 1, 22, 59, tzinfo=UTC)
    admission.count_refusal(Refused("rate"))
    clock.forward(minutes=1)
    admission.count_refusal(Refused("rate", rule="x"))
    days = statistics.days()
    assert [str(day.day) for day in days[:3]] == ["2030-01-02", "2030-01-01", "2029-12-31"]
    assert [day.refused for day in days[:3]] == [1, 1, 0]
    assert len(days) == statistics.DAYS


def test_a_day_with_a_changed_clock_is_one_day(db, clock):  # noqa: F811
    # In Paris the last Sunday of March has 23 hours.
    for hour in (0, 12, 21):
        clock.now = datetime(2030, 3, 31, hour, tzinfo=UTC)
        Counter.objects.count_today("screened:ham")
    assert [day.ham for day in statistics.days()[:2]] == [3, 0]


def test_refusals_are_shown_by_rule(moderator_client, db):
    for code, rule in [("rate", ""), ("rate", ""), ("origin", ""), ("rule", "Gambling")]:
        admission.count_refusal(Refused(code, rule=rule))
    assert [row[:2] for row in statistics.refusals(statistics.days())] == [
        ("too many from one connection", 2),
        ("Gambling", 1),
        ("sent by another site", 1),
    ]
    assert "Gambling 1" in page(moderator_client)


def test_the_page_costs_the_same_with_many_comments(moderator_client, article):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def cost():
        moderator_client.get(URL)
        with CaptureQueriesContext(connection) as captured:
            moderator_client.get(URL)
        counts = [q["sql"] for q in captured if '"comments_comment"' in q["sql"]]
        assert all("LIMIT" in sql for sql in counts)
        return len(captured)

    factories.comment(article)
    admission.count_refusal(Refused("rate"))
    few = cost()
    for number in range(30):
        factories.comment(article, address=f"192.0.{number}.1")
        admission.count_refusal(Refused("rule", rule=f"{number}"))
    assert few == cost() <= 16


# --- Screen again -----------------------------------------------------------------------------


def test_what_failed_is_screened_again_by_one_button(akismet, article, moderator_client):
    for _number in range(3):
        factories.comment(article)
    Comment.objects.update(screening=Screening.FAILED, next_attempt_at=None)
    form = forms_of(moderator_client.get(URL).text)["screen-again"]
    answer = moderator_client.post(form["action"], form["values"], follow=True)
    assert "3 comments will be screened again." in words(answer)
    assert attempts.screen_due() == 3
    assert "screen-again" not in forms_of(moderator_client.get(URL).text)


def test_a_comment_without_a_trace_keeps_no_other_from_being_screened_again(
    akismet, article, moderator_client
):
    forgotten, _other = factories.comment(article), factories.comment(article)
    Comment.objects.update(screening=Screening.FAILED, next_attempt_at=None)
    forgotten.trace.delete()
    press = f"{URL}screen-again/"
    assert "1 comment will be screened again." in words(moderator_client.post(press, follow=True))
    assert attempts.screen_due() == 1
    assert "None can be screened again" in words(moderator_client.post(press, follow=True))


def test_where_nothing_is_left_to_screen_again_no_trace_is_called_deleted(moderator_client):
    told = words(moderator_client.post(f"{URL}screen-again/", follow=True))
    assert "None can be screened again." in told
    assert "their traces are deleted" not in told


# --- The limit --------------------------------------------------------------------------------


def test_the_months_use_is_asked_for_once_an_hour_and_shown(
    akismet,
    comment,
    moderator_client,
    clock,  # noqa: F811
):
    def asked():
        return len([r for r in akismet.requests if r.endpoint == "usage-limit"])

    attempts.screen_due()
    for _sweep in range(3):
        attempts.update_usage()
    assert asked() == 1
    assert "Used this month 1 · no limit" in page(moderator_client)
    assert set(AkismetStatus.current().usage) == {"limit", "usage", "percentage", "throttled"}
    clock.forward(hours=1)
    attempts.update_usage()
    assert asked() == 2
    AkismetStatus.objects.update(
        usage={"limit": 2000, "usage": 1900, "percentage": "95.00", "throttled": True}
    )
    assert "1,900 of 2,000 (95.00 %)" in page(moderator_client)
    assert "Akismet answers more slowly" in page(moderator_client)


@pytest.mark.parametrize("mode", [*FAILURES, "invalid_key"])
def test_a_use_that_is_not_told_is_no_failure_of_screening(akismet, settings, db, mode):
    settings.AKISMET_TIMEOUT = 0.3
    akismet.set_mode(mode, seconds=1)
    attempts.update_usage()
    assert AkismetStatus.current().state == "running"
    assert AkismetStatus.current().usage == {}


# --- The worker -------------------------------------------------------------------------------


def test_the_worker_is_missed_after_a_while(moderator_client, clock):  # noqa: F811
    assert "No worker has run yet" in page(moderator_client)
    WorkerStatus.record_sweep()
    assert "The worker is running." in page(moderator_client, "/admin/")
    clock.now += MISSED_AFTER
    assert "The worker has given no sign of life" in page(moderator_client, "/admin/")
    WorkerStatus.record_sweep()
    assert "The worker is running." in page(moderator_client)
    assert WorkerStatus.objects.count() == 1


def test_whatever_watches_over_the_site_can_ask_after_the_worker(client, db, clock):  # noqa: F811
    assert (client.get("/health/worker/").status_code, client.get("/health/").status_code) == (
        *(503, 200),
    )
    WorkerStatus.record_sweep()
    answer = client.get("/health/worker/")
    assert (answer.status_code, answer.text) == (200, "running\n")
    assert "no-store" in answer.headers["Cache-Control"]
    clock.forward(days=-1)
    assert client.get("/health/worker/").status_code == 503


# --- Alarms -----------------------------------------------------------------------------------


@pytest.fixture
def admins(settings):
    settings.ADMINS = ["chief@news.example"]


def test_those_in_charge_are_told_once_of_an_akismet_silent_for_long(
    akismet,
    comment,
    admins,
    clock,  # noqa: F811
):
    akismet.set_mode("unavailable")
    attempts.screen_due()
    clock.forward(minutes=59)
    admin_mail.akismet_silent()
    assert mail.outbox == []
    for _hour in range(5):
        clock.now += ALARM_AFTER
        admin_mail.akismet_silent()
    (alarm,) = mail.outbox
    assert alarm.to == ["chief@news.example"]
    assert "503" in alarm.body
    # Its date is no end of a sentence: “2 p.m.” with a full stop would have two.
    assert ".." not in alarm.body
    assert "check_akismet" in alarm.body
    akismet.set_mode("ham")
    attempts.screen_due()
    clock.now += 2 * ALARM_AFTER
    admin_mail.akismet_silent()
    assert len(mail.outbox) == 1


def test_an_alarm_that_could_not_be_sent_is_sent_later(akismet, comment, admins, settings, clock):  # noqa: F811
    akismet.set_mode("unavailable")
    attempts.screen_due()
    clock.now += ALARM_AFTER
    working = settings.MAILERS
    settings.MAILERS = smtp(9)
    admin_mail.akismet_silent()
    settings.MAILERS = working
    admin_mail.akismet_silent()
    assert len(mail.outbox) == 1


def test_a_worker_whose_rounds_fail_for_long_says_so_once(db, admins, clock, moderator_client):  # noqa: F811
    for _time in range(10):
        WorkerStatus.record_failure()
        admin_mail.worker_failing()
        clock.forward(minutes=4)
    assert [message.subject for message in mail.outbox] == ["[Newsroom] The worker fails"]
    WorkerStatus.record_failure()
    assert "has failed at a part of its work" in page(moderator_client)
    WorkerStatus.record_sweep()
    assert WorkerStatus.current().state == "running"
    clock.forward(hours=1)
    admin_mail.worker_failing()
    assert len(mail.outbox) == 1


def test_an_alarm_about_the_worker_that_could_not_be_sent_is_sent_later(
    db,
    admins,
    settings,
    clock,  # noqa: F811
):
    WorkerStatus.record_failure()
    clock.forward(hours=1)
    working = settings.MAILERS
    settings.MAILERS = smtp(9)
    admin_mail.worker_failing()
    settings.MAILERS = working
    admin_mail.worker_failing()
    assert len(mail.outbox) == 1


def test_a_worker_with_much_to_do_shows_itself_between_two_pieces_of_work(
    akismet,
    article,
    clock,  # noqa: F811
):
    from comments import tasks

    WorkerStatus.record_sweep()
    clock.now += MISSED_AFTER
    tasks.screen.func(factories.comment(article).pk)
    assert WorkerStatus.current().state == "running"


@pytest.mark.django_db(transaction=True)
def test_a_part_of_a_round_that_fails_keeps_no_other_from_being_done(
    akismet, comment, monkeypatch, caplog
):
    from newsroom.management.commands import worker

    command = worker.Command()
    command.should_continue = lambda: True
    monkeypatch.setattr(
        worker.renditions, "make_due_renditions", lambda pictures, should_continue: 1 / 0
    )
    factories.comment(comment.article)
    Comment.objects.update(submitted_at=timezone.now() - timedelta(hours=1))
    command.sweep()
    assert set(Comment.objects.values_list("screening", flat=True)) == {"ham"}
    assert "A part of the sweep failed" in caplog.text
    assert WorkerStatus.current().state == "failing"
    monkeypatch.undo()
    command.sweep()
    assert WorkerStatus.current().state == "running"


@pytest.mark.django_db(transaction=True)
def test_a_signal_ends_a_round_after_the_work_that_the_worker_is_busy_with(monkeypatch):
    from newsroom.management.commands import worker

    command = worker.Command()
    command.tasks, command.signals = SimpleNamespace(running=True), SimpleQueue()
    done = []

    def forget():
        command.stop(signal.SIGTERM, None)
        done.append("forget")

    monkeypatch.setattr(command, "forget", forget)
    for name in ("screen", "render", "notify", "fetch_cards", "delete_files", "index"):
        monkeypatch.setattr(command, name, lambda name=name: done.append(name))
    command.sweep()
    assert done == ["forget"]
    # The rounds that were done are counted on the page, and this one was not.
    assert WorkerStatus.current().state != "running"
    # Nothing rests any more, so this returns at once.
    command.rest(3600)
