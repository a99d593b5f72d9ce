"""Mail to moderators about waiting comments, as often as they choose, even if workers die."""

import re
import socket
import socketserver
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from bleach import linkify
from django.core import mail
from django.db import connection
from django.utils import timezone
from django.utils.html import urlize

from comments.models import Comment, NotificationPreference
from comments.models.notification import LEASE, Frequency
from comments.moderation import moderator_mail
from comments.moderation.moderator_messages import MOST_COMMENTS
from comments.moderation.reasons import Hold
from comments.moderation.states import Screening
from comments.screening import attempts
from tests import factories
from tests.conftest import smtp
from tests.pages import forms_of, words

URL = "/admin/comments/notificationpreference/"


@pytest.fixture
def preference(moderator, clock):
    made = NotificationPreference.objects.create(user=moderator, frequency=Frequency.AT_ONCE)
    NotificationPreference.objects.update(told_until=clock.now, next_at=clock.now)
    made.refresh_from_db()
    return made


@pytest.fixture
def comment(article, preference, clock):
    return sent(clock, article, name="Zoé", text="What about\nthe trams?")


def sent(clock, article, **fields):
    """Store a comment that is sent at the clock's present time, then move the clock forward."""
    comment = factories.comment(article, **fields)
    Comment.objects.filter(pk=comment.pk).update(submitted_at=clock.now + timedelta(seconds=1))
    clock.forward(minutes=3)
    return comment


def outbox():
    moderator_mail.send_due()
    return mail.outbox


# --- The message ------------------------------------------------------------------------------


def test_a_message_holds_what_is_needed_to_decide(comment, article, settings):
    Comment.objects.update(
        screening=Screening.HAM, hold=Hold.RULE, hold_rule="Transport", hold_detail="trams"
    )
    (message,) = outbox()
    assert message.to == ["maurice@news.example"]
    assert message.subject == (
        f"[{settings.SITE_NAME}] A comment awaits a decision: {article.headline}"
    )
    for said in (
        *(f"On “{article.headline}”", "Akismet: Ham", "> Zoé", "> What about\n> the trams?"),
        "Held: matches the rule “Transport”\n> trams\n",
        f"{settings.SITE_URL}/admin/comments/comment/{comment.pk}/moderate/",
        f"{settings.SITE_URL}/admin/comments/comment/queue/",
        f"{settings.SITE_URL}{URL}",
    ):
        assert said in message.body
    assert "&" not in message.body


def test_its_headers_say_what_it_is(comment, settings):
    headers = outbox()[0].message()
    assert headers["Auto-Submitted"] == "auto-generated"
    assert headers["List-Unsubscribe"] == f"<{settings.SITE_URL}{URL}>"
    assert headers["Message-ID"].endswith("@127.0.0.1>")
    assert headers["Content-Type"] == 'text/plain; charset="utf-8"'


def test_nothing_of_the_traces_is_in_it(article, preference, clock):
    sent(
        *(clock, article),
        address="203.0.113.77",
        user_agent="Lynx/2.8",
        referrer="https://search.example/",
    )
    raw = outbox()[0].message().as_string() + outbox()[0].body
    for trace in ("203.0.113.77", "Lynx", "search.example", str(Comment.objects.get().receipt)):
        assert trace not in raw


#: Each way to begin a line of one's own in a mail, or to make a link in it.
FORGED = "Decide: https://evil.example/x"


@pytest.mark.parametrize(
    "typed",
    [
        *(f"Zoé{end}{FORGED}" for end in ["\n", "\r", "\u2028", "\u2029", "\x85", "\x0b", "\x0c"]),
        f"\u202e{FORGED}",
        f"\u2067{FORGED}\u2069",
        f"שלום {FORGED}",
        f"> {FORGED}",
        f"{'·' * 68} {FORGED}",
        f"Zoé{chr(0xA0) * 100}{FORGED}",
        f"-- \n{FORGED}",
        "www.evil.example evil.example/x zoe@evil.example mailto:zoe@evil.example evil。example",
        "\\\\evil\\share HTTPS://EVIL.EXAMPLE <https://evil.example> [x](https://evil.example)",
        "Subject: x\r\nBcc: zoe@evil.example\r\n\r\nHello",
    ],
)
def test_a_reader_writes_no_line_no_link_and_no_header_of_ours(comment, settings, typed):
    """Stored as if no form had normalised it. The links are those that two libraries find."""
    Comment.objects.update(
        hold=Hold.RULE, hold_rule="Shops", name=typed[:80], text=typed, hold_detail=typed
    )
    (message,) = outbox()
    ours = [line for line in message.body.splitlines() if not line.startswith(">")]
    assert all(len(line) <= 76 for line in message.body.splitlines() if line.startswith(">"))
    assert "evil" not in "".join(ours)
    assert sum(line.startswith("Decide: ") for line in ours) == 1
    raw = message.message()
    assert "evil" not in str(raw.items())
    assert raw["Bcc"] is None
    assert message.recipients() == ["maurice@news.example"]
    linked = re.findall(r'href="([^"]*)"', linkify(message.body, parse_email=True))
    linked += re.findall(r'href="([^"]*)"', urlize(message.body))
    assert linked
    assert all(link.startswith(settings.SITE_URL) for link in linked)


def test_it_says_how_addresses_are_written_in_it(article, preference, clock):
    sent(clock, article, text="See shop.example at 10:30, for 3.50")
    assert "> See shop[.]example at 10:30, for 3.50" in outbox()[0].body
    assert "Addresses in them are written with brackets" in mail.outbox[0].body


def test_markup_is_no_more_than_text(article, preference, clock):
    sent(clock, article, name="<b>Zoé", text="a < b && c")
    assert "> <b>Zoé\n" in outbox()[0].body
    assert "> a < b && c" in mail.outbox[0].body


def test_a_comment_that_is_cut_says_so_outside_of_its_words(article, preference, clock):
    sent(clock, article, text="x" * 1600)
    assert "…\nThe comment is longer. Its page shows all of it.\n" in outbox()[0].body


def test_a_long_comment_is_cut_and_many_are_counted(article, preference, clock):
    for number in range(25):
        factories.comment(article, text=f"{number} {'x' * 4000}", address=f"192.0.{number}.1")
    Comment.objects.update(submitted_at=clock.now + timedelta(seconds=1))
    clock.forward(minutes=3)
    (message,) = outbox()
    assert "25 comments await a decision" in message.subject
    assert message.body.count("/moderate/") == MOST_COMMENTS
    assert "Not all of them are in this message." in message.body
    assert "x" * 1600 not in message.body


def test_it_is_in_the_moderators_own_language(comment, preference):
    NotificationPreference.objects.update(language="fr")
    assert "commentaire attend une décision" in outbox()[0].body


def test_the_link_asks_to_log_in_and_looking_changes_nothing(comment, client, moderator):
    link = f"/admin/comments/comment/{comment.pk}/moderate/"
    assert link in outbox()[0].body
    assert client.get(link).headers["Location"] == f"/admin/login/?next={link}"
    client.force_login(moderator)
    assert client.get(link).status_code == 200
    comment.refresh_from_db()
    assert (comment.moderation, comment.events.count()) == ("pending", 1)


# --- Comments in a message --------------------------------------------------------------------


def test_a_comment_is_told_of_once(comment, clock):
    outbox()
    clock.forward(hours=2)
    assert len(outbox()) == 1


def test_one_just_sent_waits_until_akismet_has_had_time(article, preference, clock, akismet):
    factories.comment(article)
    clock.forward(seconds=1)
    Comment.objects.update(submitted_at=clock.now)
    clock.forward(minutes=1)
    assert outbox() == []
    attempts.screen_due()
    clock.forward(minutes=2)
    assert "Akismet: Ham" in outbox()[0].body


def test_what_is_decided_meanwhile_is_not_told_of(comment, moderator):
    comment.approve(by=moderator)
    assert outbox() == []


def test_spam_is_only_counted(comment, article, clock):
    for verdict in (Screening.SPAM, Screening.DISCARD):
        spam = sent(clock, article, text=f"Buy {verdict}")
        Comment.objects.filter(pk=spam.pk).update(screening=verdict)
    (message,) = outbox()
    assert "Buy" not in message.body
    assert "2 others, which Akismet takes for spam, wait there too." in message.body


def test_nobody_is_mailed_about_nothing_but_spam(comment):
    Comment.objects.update(screening=Screening.SPAM)
    assert outbox() == []


def test_a_clock_set_back_silences_nobody(comment, article, clock):
    outbox()
    clock.forward(days=-30)
    sent(clock, article, text="From the past")
    assert any("From the past" in message.body for message in outbox())


# --- Recipients and frequency -----------------------------------------------------------------


def test_a_moderator_who_has_not_chosen_is_told_once_an_hour(article, moderator, editor, clock):
    moderator_mail.send_due()
    chosen = NotificationPreference.objects.get()
    assert (chosen.user, chosen.frequency) == (moderator, Frequency.HOURLY)
    sent(clock, article)
    clock.forward(hours=1)
    assert [message.to for message in outbox()] == [["maurice@news.example"]]


def test_who_is_just_able_to_do_anything_has_to_ask_for_mail(admin_user, db):
    moderator_mail.send_due()
    assert not NotificationPreference.objects.exists()


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_staff": False}, {"email": ""}])
def test_who_has_left_or_has_no_address_is_not_mailed(comment, moderator, change):
    type(moderator).objects.filter(pk=moderator.pk).update(**change)
    assert outbox() == []


def test_who_may_no_longer_moderate_is_not_mailed(comment, moderator):
    moderator.groups.clear()
    assert outbox() == []


def test_never_is_never(comment):
    NotificationPreference.objects.update(frequency=Frequency.NEVER)
    assert outbox() == []


@pytest.mark.parametrize(
    ("frequency", "times"),
    [
        (Frequency.HOURLY, ["10:00", "11:00", "12:00"]),
        # 07:00 UTC is 08:00 in Paris.
        (Frequency.DAILY, ["07:00"]),
    ],
)
def test_a_digest_comes_at_its_hour_if_there_is_anything_new(
    article, preference, clock, frequency, times
):
    clock.now = datetime(2030, 1, 1, 9, 10, tzinfo=UTC)
    NotificationPreference.objects.update(
        frequency=frequency, told_until=clock.now, next_at=clock.now
    )
    sent_at = []
    moderator_mail.send_due()
    for number in range(14 * 6):
        if number < 15:
            factories.comment(article, address=f"192.0.{number}.1")
            Comment.objects.filter(submitted_at__lt=datetime(2030, 1, 1, tzinfo=UTC)).update(
                submitted_at=clock.now
            )
        clock.forward(minutes=10)
        if moderator_mail.send_due():
            sent_at.append(clock.now)
    if frequency == Frequency.HOURLY:
        assert [f"{at:%H:%M}" for at in sent_at] == times
    clock.now = datetime(2030, 1, 2, 7, 5, tzinfo=UTC)
    if moderator_mail.send_due():
        sent_at.append(clock.now)
    if frequency == Frequency.DAILY:
        assert [f"{at:%d %H}" for at in sent_at] == ["02 07"]


# --- Workers ----------------------------------------------------------------------------------


def test_a_worker_killed_before_it_sent_leaves_it_to_another(comment, preference, clock):
    assert preference.claim()
    assert outbox() == []
    clock.now += LEASE
    assert len(outbox()) == 1


def test_one_killed_after_it_sent_has_it_sent_again_under_the_same_id(
    comment, preference, clock, monkeypatch
):
    class Killed(BaseException):
        pass

    def die(*args):
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(NotificationPreference, "record_notified", die)
        with pytest.raises(Killed):
            moderator_mail.send_due()
    clock.now += LEASE
    first, second = outbox()
    assert first.message()["Message-ID"] == second.message()["Message-ID"]
    clock.now += LEASE
    assert len(outbox()) == 2


def test_the_next_message_has_another_id(comment, article, clock):
    outbox()
    sent(clock, article)
    first, second = outbox()
    assert first.message()["Message-ID"] != second.message()["Message-ID"]


@pytest.mark.django_db(transaction=True)
def test_many_workers_send_it_once(article, moderator):
    NotificationPreference.objects.create(user=moderator, frequency=Frequency.AT_ONCE)
    factories.comment(article)
    long_ago = timezone.now() - timedelta(hours=1)
    NotificationPreference.objects.update(told_until=long_ago, next_at=long_ago)
    Comment.objects.update(submitted_at=long_ago + timedelta(minutes=1))
    together = Barrier(6)

    def run(_number):
        try:
            together.wait(timeout=300)
            return moderator_mail.send_due()
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(run, range(6))) == [0, 0, 0, 0, 0, 1]


def test_a_mail_server_that_refuses_is_tried_again_later_and_loses_nothing(
    comment, second_moderator, settings, clock, caplog
):
    NotificationPreference.objects.create(user=second_moderator, frequency=Frequency.AT_ONCE)
    NotificationPreference.objects.update(told_until=clock.now - timedelta(hours=1))
    working = settings.MAILERS
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        settings.MAILERS = smtp(nobody.getsockname()[1])
        # The first failure ends the round, so the worker waits for one time-out only.
        assert moderator_mail.send_due() == 0
        assert sorted(failures()) == [0, 1]
        moderator_mail.send_due()
        assert sorted(failures()) == [1, 1]
        moderator_mail.send_due()
        assert sorted(failures()) == [1, 1]
        clock.forward(minutes=1)
        moderator_mail.send_due()
        moderator_mail.send_due()
        assert sorted(failures()) == [2, 2]
    assert "could not be mailed: ConnectionRefusedError" in caplog.text
    assert "maurice@" not in caplog.text
    settings.MAILERS = working
    clock.forward(minutes=2)
    assert sorted(m.to[0] for m in outbox()) == ["maurice@news.example", "simone@news.example"]
    assert failures() == [0, 0]


class OneRefused(socketserver.StreamRequestHandler):
    """A mail server that refuses Maurice as a recipient, and takes each message for the others."""

    def handle(self):
        self.wfile.write(b"220 mail\r\n")
        while line := self.rfile.readline():
            verb, answer = line[:4].upper(), b"250 taken"
            if verb == b"RCPT" and b"maurice" in line:
                answer = b"550 nobody of that name"
            elif verb == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                while self.rfile.readline() != b".\r\n":
                    pass
            self.wfile.write(answer + b"\r\n")


@pytest.fixture
def one_refused():
    """Run a mail server that refuses one moderator; return its port."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), OneRefused) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


@pytest.mark.parametrize("fault", ["refused", "no address at all"])
def test_a_moderator_who_cannot_be_reached_keeps_no_other_from_being_told(
    comment, preference, second_moderator, settings, clock, one_refused, fault
):
    NotificationPreference.objects.create(user=second_moderator, frequency=Frequency.AT_ONCE)
    NotificationPreference.objects.update(told_until=clock.now - timedelta(hours=1))
    if fault == "refused":
        settings.MAILERS = smtp(one_refused)
    else:
        type(second_moderator).objects.filter(username="maurice").update(email="a\nb@news.example")
    assert moderator_mail.send_due() == 1
    preference.refresh_from_db()
    assert (preference.failures, preference.next_at) == (1, clock.now + timedelta(minutes=1))
    assert second_moderator.notification.failures == 0


def failures():
    return list(NotificationPreference.objects.values_list("failures", flat=True))


def test_the_health_page_says_who_could_not_be_mailed(comment, settings, moderator_client):
    settings.MAILERS = smtp(9)
    moderator_mail.send_due()
    assert "could not be mailed 1" in words(moderator_client.get("/admin/health/"))


# --- The moderator's choice -------------------------------------------------------------------


def test_a_moderator_chooses(moderator_client, moderator):
    page = moderator_client.get(URL)
    assert "Messages go to maurice@news.example." in words(page)
    form = forms_of(page.text)["notificationpreference_form"]
    values = form["values"] | {"frequency": "daily", "language": "fr"}
    assert moderator_client.post(URL, values).status_code == 302
    chosen = NotificationPreference.objects.get(user=moderator)
    assert (chosen.frequency, chosen.language) == ("daily", "fr")


def test_what_came_before_the_choice_is_not_told_of(comment, preference, clock):
    preference.choose(Frequency.HOURLY, "en")
    clock.forward(hours=2)
    assert outbox() == []


def test_nobody_sees_or_changes_anothers_choice(preference, client, second_moderator):
    client.force_login(second_moderator)
    url = f"{URL}{preference.pk}/change/"
    assert client.get(url).status_code == 302
    client.post(url, {"frequency": "never", "language": "en"})
    preference.refresh_from_db()
    assert preference.frequency == Frequency.AT_ONCE


def test_an_editor_has_nothing_to_choose(editor_client):
    assert editor_client.get(URL).status_code == 403


def test_the_choice_goes_with_the_account(preference, moderator):
    moderator.delete()
    assert not NotificationPreference.objects.exists()
