"""Mail to moderators about readers' reports: as about comments; about illegal content at once."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from comments.models import Comment, Complaint, NotificationPreference
from comments.models.notification import LEASE, Frequency
from comments.moderation import moderator_mail
from comments.moderation.moderator_messages import Alert
from tests import factories
from tests.comments.moderation.test_moderator_mail import FORGED
from tests.conftest import smtp


@pytest.fixture
def preference(moderator, clock):
    made = NotificationPreference.objects.create(user=moderator, frequency=Frequency.AT_ONCE)
    NotificationPreference.objects.update(told_until=clock.now, next_at=clock.now)
    made.refresh_from_db()
    return made


@pytest.fixture
def comment(article, second_moderator):
    made = factories.comment_in("approved", article, by=second_moderator, name="Zoé", text="Fool")
    Comment.objects.update(submitted_at=timezone.now() - timedelta(days=1))
    return made


@pytest.fixture(autouse=True)
def silent(second_moderator):
    """Keep the colleague who approved the comment out of the tests."""
    NotificationPreference.objects.create(user=second_moderator, frequency=Frequency.NEVER)


def report(clock, comment, number=1, *, grounds="abuse", words="So rude", wait=3, **said):
    filed = Complaint.objects.file(
        comment, address=f"192.0.2.{number}", grounds=grounds, words=words, **said
    )
    Complaint.objects.filter(pk=filed.pk).update(submitted_at=clock.now + timedelta(seconds=1))
    clock.forward(minutes=wait)
    return filed


def outbox():
    moderator_mail.send_due()
    return mail.outbox


# --- Reports of any kind ----------------------------------------------------------------------


def test_a_report_is_mailed_with_its_words_and_those_of_the_comment(
    preference, comment, clock, settings
):
    report(clock, comment, 1)
    report(clock, comment, 2, grounds="other", words="", is_suspect=True)
    (message,) = outbox()
    assert message.subject == (
        f"[{settings.SITE_NAME}] A comment awaits a decision: {comment.article.headline}"
    )
    for said in (
        "Readers have reported 1 comment.",
        ": It insults or threatens somebody\n> So rude\n",
        ": Something else\nSuspect: filled in a field that people do not see\n",
        "> Zoé",
        "> Fool",
        f"Decide: {settings.SITE_URL}/admin/comments/comment/{comment.pk}/moderate/",
    ):
        assert said in message.body
    assert "new comment" not in message.body
    assert "192.0.2" not in message.message().as_string()


@pytest.mark.parametrize(
    ("frequency", "minutes", "number"),
    [("at_once", 0, 1), ("hourly", 0, 0), ("hourly", 60, 1), ("daily", 60, 0), ("never", 1500, 0)],
)
def test_it_is_mailed_as_often_as_the_moderator_wants_mail_about_comments(
    preference, comment, clock, frequency, minutes, number
):
    clock.now = clock.now.replace(hour=12, minute=1)
    NotificationPreference.objects.filter(pk=preference.pk).update(
        frequency=frequency, told_until=clock.now, next_at=clock.now
    )
    moderator_mail.send_due()
    report(clock, comment)
    clock.forward(minutes=minutes)
    assert len(outbox()) == number
    clock.forward(days=2)
    assert len(outbox()) == (frequency != "never")


def test_new_and_reported_comments_come_in_one_message(preference, article, comment, clock):
    report(clock, comment)
    new = factories.comment(article, text="A new one", address="198.51.100.1")
    Comment.objects.filter(pk=new.pk).update(submitted_at=clock.now)
    clock.forward(minutes=3)
    (message,) = outbox()
    assert "2 comments await a decision" in message.subject
    for said in ("1 new comment awaits", "Readers have reported 1 comment.", "> A new one"):
        assert said in message.body


def test_a_report_that_is_decided_meanwhile_is_not_mailed(preference, comment, clock, moderator):
    report(clock, comment).dismiss(by=moderator)
    assert outbox() == []


@pytest.mark.parametrize("grounds", Complaint.Grounds.values)
@pytest.mark.parametrize(
    "typed",
    [
        *(f"Zoé{end}{FORGED}" for end in ["\n", "\r", "\u2028", "\u2029", "\x85", "\x0b"]),
        f"\u202e{FORGED}",
        f"> {FORGED}",
        "www.evil.example zoe@evil.example",
        "Subject: x\r\nBcc: zoe@evil.example\r\n\r\nevil",
        "{% load evil %}{{ evil }}",
    ],
)
def test_a_reader_who_reports_writes_no_line_and_no_header_of_ours(
    preference, comment, clock, grounds, typed
):
    report(clock, comment, grounds=grounds, words=typed)
    (message,) = outbox()
    ours = [line for line in message.body.splitlines() if not line.startswith(">")]
    assert "evil" in message.body
    assert "evil" not in "".join(ours)
    assert sum(line.startswith("Decide: ") for line in ours) == 1
    assert "evil" not in str(message.message().items())
    assert message.recipients() == ["maurice@news.example"]


def test_long_words_are_cut_and_many_reports_are_not_all_quoted(preference, comment, clock):
    for number in range(12):
        report(clock, comment, number, words=f"{number} {'x' * 1900}", wait=0)
    clock.forward(minutes=3)
    (message,) = outbox()
    assert message.body.count("Reported, ") == 10
    assert "x" * 1600 not in message.body


# --- What is said to be against the law -------------------------------------------------------


@pytest.mark.parametrize("frequency", ["at_once", "hourly", "daily"])
def test_what_is_called_illegal_is_mailed_at_once_and_once(preference, comment, clock, frequency):
    preference.choose(frequency, "en")
    moderator_mail.send_due()
    report(clock, comment, grounds="illegal", words="Libel", wait=0)
    (message,) = outbox()
    assert "Reported as against the law: The bridge reopens" in message.subject
    assert ": It is against the law\n> Libel\n" in message.body
    clock.forward(days=3)
    assert len(outbox()) == 1


def test_each_further_report_is_mailed_with_the_earlier_ones(preference, comment, clock):
    report(clock, comment, 1, grounds="illegal", words="First", wait=0)
    outbox()
    report(clock, comment, 2, grounds="illegal", words="Second", wait=0)
    first, second = outbox()
    assert "> Second" not in first.body
    assert "> First" in second.body
    assert "> Second" in second.body
    assert first.message()["Message-ID"] != second.message()["Message-ID"]


def test_several_are_counted_in_the_subject(preference, article, comment, second_moderator, clock):
    other = factories.comment_in("approved", article, by=second_moderator, address="198.51.100.1")
    report(clock, comment, grounds="illegal", wait=0)
    report(clock, other, grounds="illegal", wait=0)
    (message,) = outbox()
    assert "2 comments are reported as against the law" in message.subject


def test_everybody_who_may_moderate_and_wants_mail_gets_it(
    preference, comment, clock, second_moderator, editor, admin_user
):
    second_moderator.notification.choose("daily", "fr")
    NotificationPreference.objects.create(user=editor, frequency=Frequency.AT_ONCE)
    report(clock, comment, grounds="illegal", wait=0)
    addresses = {message.to[0]: message.subject for message in outbox()}
    assert addresses.keys() == {"maurice@news.example", "simone@news.example"}
    assert "contraire à la loi" in addresses["simone@news.example"]


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_staff": False}, {"email": ""}])
def test_who_has_left_gets_none(preference, comment, clock, moderator, change):
    type(moderator).objects.filter(pk=moderator.pk).update(**change)
    report(clock, comment, grounds="illegal", wait=0)
    assert outbox() == []


def test_a_mail_server_that_refuses_is_tried_again_and_the_digest_waits_for_nothing(
    preference, comment, clock, settings
):
    working = settings.MAILERS
    preference.choose("hourly", "en")
    moderator_mail.send_due()
    report(clock, comment, grounds="illegal", wait=0)
    settings.MAILERS = smtp(9)
    digest_at = NotificationPreference.objects.get(pk=preference.pk).next_at
    assert moderator_mail.send_due() == 0
    preference.refresh_from_db()
    assert preference.failures == 1
    assert preference.next_at == digest_at
    settings.MAILERS = working
    assert outbox() == []
    clock.forward(minutes=1)
    assert len(outbox()) == 1
    preference.refresh_from_db()
    assert preference.failures == 0


def test_one_killed_after_it_sent_has_it_sent_again_under_the_same_id(
    preference, comment, clock, monkeypatch
):
    class Killed(BaseException):
        pass

    def die(*args):
        raise Killed

    report(clock, comment, grounds="illegal", wait=0)
    with monkeypatch.context() as patched:
        patched.setattr(Alert, "record_done", die)
        with pytest.raises(Killed):
            moderator_mail.send_due()
    clock.now += LEASE
    first, second = outbox()
    assert first.message()["Message-ID"] == second.message()["Message-ID"]
    clock.now += LEASE
    assert len(outbox()) == 2


# --- Nobody is told of their own act ----------------------------------------------------------


@pytest.mark.parametrize("grounds", ["abuse", "illegal"])
def test_who_wrote_the_answer_is_not_mailed_that_it_is_reported(
    preference, comment, clock, moderator, second_moderator, grounds
):
    second_moderator.notification.choose("at_once", "en")
    answer = comment.answer("So?", by=moderator, name="The newsroom")
    clock.forward(seconds=10)
    report(clock, answer, grounds=grounds)
    assert [message.to for message in outbox()] == [["simone@news.example"]]


@pytest.mark.parametrize("grounds", ["abuse", "illegal"])
def test_who_opens_a_report_again_is_not_mailed_about_it(
    preference, comment, clock, moderator, grounds
):
    report(clock, comment, grounds=grounds, wait=0)
    clock.forward(seconds=20)
    fresh = Comment.objects.get(pk=comment.pk)
    fresh.approve(by=moderator)
    fresh.undo(by=moderator)
    assert Complaint.objects.awaiting_decision().exists()
    clock.forward(minutes=3)
    assert outbox() == []


def test_who_puts_a_comment_back_into_the_queue_is_not_mailed_about_it(
    preference, article, clock, moderator
):
    comment = factories.comment(article, address="198.51.100.1")
    Comment.objects.update(submitted_at=clock.now)
    clock.forward(seconds=20)
    comment.approve(by=moderator)
    comment.undo(by=moderator)
    clock.forward(minutes=3)
    assert outbox() == []
    assert Comment.objects.awaiting_moderation().exists()


def test_a_decision_before_the_report_does_not_silence_it(preference, article, clock, moderator):
    comment = factories.comment_in("approved", article, by=moderator)
    clock.forward(minutes=1)
    report(clock, comment)
    assert len(outbox()) == 1
