"""Actions at the same time: real threads, each with its own database connection."""

import time

import pytest
from django.db import connection

from comments.models import Comment, CommentEvent, Complaint, Counter, SenderBlock, Trace
from comments.moderation.reasons import Hold
from comments.moderation.states import AlreadyDecided, Screening
from comments.privacy import retention
from comments.privacy.erasure import erase
from comments.screening import attempts
from comments.writing import admission
from comments.writing.provenance import Sender
from comments.writing.refusal import Refused
from comments.writing.revision import revise
from tests import factories
from tests.threads import at_once, meanwhile

pytestmark = pytest.mark.django_db(transaction=True)

MANY = 8


def sending(article, address, text="Hello", parent=None):
    def send():
        sender = Sender(address=address, user_agent="", referrer="")
        return admission.admit(article, sender, name="Paul", text=text, parent=parent)

    return send


def test_the_same_comment_many_times_at_once_is_stored_once_and_leads_to_one_receipt(article):
    results = at_once(*[sending(article, "192.0.2.1")] * MANY)
    stored = Comment.objects.get()
    assert [getattr(result, "receipt", result) for result in results] == [stored.receipt] * MANY
    assert stored.events.count() == 1


def test_the_same_comment_from_two_addresses_at_once_is_two_comments(article):
    for number in range(5):
        results = at_once(
            sending(article, "192.0.2.1", f"Hello {number}"),
            sending(article, "192.0.2.2", f"Hello {number}"),
        )
        assert [type(result) for result in results] == [Comment, Comment], results
    assert Comment.objects.count() == 10


def test_a_comment_sent_and_another_changed_to_the_same_words_at_once_are_never_two(article):
    for number in range(5):
        comment = sending(article, "192.0.2.1", f"Before {number}")()
        sender = Sender(address="192.0.2.1", user_agent="", referrer="")
        at_once(
            sending(article, "192.0.2.1", f"Hello {number}"),
            lambda comment=comment, sender=sender, number=number: revise(
                comment, sender, name="Paul", text=f"Hello {number}"
            ),
        )
        assert Comment.objects.filter(text=f"Hello {number}").count() == 1


def test_different_comments_at_once_are_all_stored(article):
    calls = [sending(article, f"192.0.2.{n}", f"Hello {n}") for n in range(MANY)]
    results = at_once(*calls)
    assert all(isinstance(result, Comment) for result in results), results
    assert Comment.objects.count() == MANY


def test_the_limit_of_an_address_is_exact_under_parallel_posts(article, settings, clock):
    settings.COMMENTS_RATE_LIMIT = 3
    results = at_once(*[sending(article, "192.0.2.1", f"Hello {n}") for n in range(MANY)])
    refused = [result.code for result in results if isinstance(result, Refused)]
    assert refused == ["rate"] * (MANY - 3)
    assert Comment.objects.count() == 3


def test_a_counter_loses_no_count(clock):
    def count_to_forty():
        return [Counter.objects.add("a", clock.now) for _time in range(40)]

    assert at_once(*[count_to_forty] * MANY) == [[True] * 40] * MANY
    assert Counter.objects.get().count == 40 * MANY


def test_workers_at_once_never_screen_one_comment_twice(article, akismet):
    for number in range(MANY):
        factories.comment(article, text=f"Hello {number}")
    answered = at_once(*[attempts.screen_due] * 4)
    assert sum(answered) == MANY
    assert len(akismet.checks) == MANY
    assert Comment.objects.filter(screening=Screening.HAM).count() == MANY
    assert CommentEvent.objects.filter(kind=CommentEvent.Kind.SCREENED).count() == MANY


def test_workers_at_once_with_a_refused_key_send_one_mail(article, akismet, settings, mailoutbox):
    settings.ADMINS = ["chief@news.example"]
    settings.AKISMET_API_KEY = "wrong"
    for number in range(4):
        factories.comment(article, text=f"Hello {number}")
    assert at_once(*[attempts.screen_due] * 4) == [0] * 4
    assert len(mailoutbox) == 1
    assert set(Comment.objects.values_list("attempts", "leased_until")) == {(0, None)}


def test_of_two_moderators_at_once_one_decides_and_the_other_is_told(
    article, moderator, second_moderator
):
    comment = factories.comment(article)
    first, second = (Comment.objects.get(pk=comment.pk) for _copy in range(2))
    results = at_once(
        lambda: first.approve(by=moderator), lambda: second.mark_as_spam(by=second_moderator)
    )
    assert sorted(type(result) for result in results if result) == [AlreadyDecided]
    comment.refresh_from_db()
    article.refresh_from_db()
    (told,) = [result for result in results if result]
    assert told.comment.decided_by == comment.decided_by
    assert article.comment_count == (comment.moderation == "approved")
    assert comment.events.filter(kind=CommentEvent.Kind.DECIDED).count() == 1


def test_decisions_on_one_articles_comments_at_once_are_all_counted(article, moderator):
    comments = [factories.comment(article, text=f"Hello {n}") for n in range(MANY)]
    at_once(*[lambda comment=comment: comment.approve(by=moderator) for comment in comments])
    article.refresh_from_db()
    assert article.comment_count == MANY


def test_a_thread_decided_all_at_once_is_counted_and_placed_exactly(article, moderator):
    """A decision on an answer also updates its parent, while the parent is decided: no deadlock."""
    root = factories.comment_in("approved", article, by=moderator)
    replies = [factories.reply(root, by=moderator) for _number in range(MANY - 2)]
    results = at_once(
        lambda: Comment.objects.get(pk=root.pk).reject(by=moderator),
        lambda: factories.reply(root, by=moderator),
        *[lambda reply=reply: reply.reject(by=moderator) for reply in replies],
    )
    late = [result for result in results if isinstance(result, Comment)]
    errors = [result for result in results if isinstance(result, Exception)]
    # If the answer came after the rejection it was refused; there is no other error.
    assert [type(error) for error in errors] == [Refused] * (1 - len(late))
    article.refresh_from_db()
    root.refresh_from_db()
    assert article.comment_count == Comment.objects.published().count() == len(late)
    assert root.is_shown == bool(late)


def test_an_erasure_and_a_decision_at_once_leave_nothing_public(article, moderator):
    for number in range(5):
        comment = factories.comment(article, text=f"Hello {number}")
        decided = Comment.objects.get(pk=comment.pk)
        at_once(comment.erase, lambda decided=decided: decided.approve(by=moderator))
        comment.refresh_from_db()
        article.refresh_from_db()
        assert (comment.text, comment.moderation) == ("", "withdrawn")
        assert article.comment_count == 0


def test_an_erasure_while_a_worker_screens_wins(akismet, article):
    akismet.set_mode("slow", seconds=0.5)
    comment = factories.comment(article)
    asked = len(akismet.requests)

    def erase():
        while len(akismet.requests) == asked:
            time.sleep(0.01)
        comment.erase()

    results = at_once(attempts.screen_due, erase)
    assert not [result for result in results if isinstance(result, Exception)]
    assert len(akismet.checks) == 1
    comment.refresh_from_db()
    assert (comment.screening, comment.text) == ("waiting", "")
    assert list(comment.events.values_list("kind", flat=True)) == ["submitted", "erased"]
    assert attempts.screen_due() == 0


def test_one_address_complains_once_however_fast(article, moderator):
    comment = factories.comment_in("approved", article, by=moderator)

    def complain():
        return Complaint.objects.file(comment, grounds="abuse", words="", address="192.0.2.9")

    results = at_once(*[complain] * MANY)
    assert [type(result) for result in results].count(Complaint) == 1
    assert {result.code for result in results if isinstance(result, Refused)} == {"complained"}
    assert Complaint.objects.count() == 1


def test_a_complaint_and_the_decision_that_settles_it_do_not_miss_each_other(article, moderator):
    for _number in range(5):
        comment = factories.comment_in("approved", article, by=moderator)
        decided = Comment.objects.get(pk=comment.pk)
        at_once(
            lambda comment=comment: Complaint.objects.file(
                comment, grounds="abuse", words="", address="192.0.2.9"
            ),
            lambda decided=decided: decided.reject(by=moderator),
        )
        assert not Complaint.objects.awaiting_decision().exists()


def test_two_moderators_settle_a_complaint_once(article, moderator, second_moderator):
    comment = factories.comment_in("approved", article, by=moderator)
    filed = Complaint.objects.file(comment, grounds="abuse", words="", address="192.0.2.9")
    first, second = (Complaint.objects.get(pk=filed.pk) for _copy in range(2))
    results = at_once(
        lambda: first.dismiss(by=moderator), lambda: second.uphold(by=second_moderator)
    )
    assert [type(result) for result in results if result] == [AlreadyDecided]
    filed.refresh_from_db()
    comment.refresh_from_db()
    assert (filed.outcome == "upheld") == (comment.moderation == "rejected")


def test_a_verdict_and_a_decision_at_once_are_both_kept(article, moderator):
    for number in range(5):
        comment = factories.comment(article, text=f"Hello {number}")
        asked, decided = (Comment.objects.get(pk=comment.pk) for _copy in range(2))
        assert asked.claim()
        at_once(
            lambda asked=asked: asked.record_verdict(Screening.SPAM),
            lambda decided=decided: decided.approve(by=moderator),
        )
        comment.refresh_from_db()
        assert (comment.screening, comment.moderation) == ("spam", "approved")
        assert comment.report_wanted == "ham"
        assert Comment.objects.due().filter(pk=comment.pk).exists()


def test_two_purges_at_once_forget_each_comment_once(article, clock):
    for number in range(20):
        factories.comment(article, text=f"Hello {number}")
    Counter.objects.all().delete()  # So that the purges do not wait for each other on these rows.
    clock.forward(days=91)
    results = at_once(*[retention.purge] * 4)
    assert not [result for result in results if isinstance(result, Exception)]
    assert CommentEvent.objects.filter(kind=CommentEvent.Kind.FORGOTTEN).count() == 20


# --- Erasures, blocks and purges: each locks the comment first ------------------------------------

on_postgresql = pytest.mark.skipif(
    connection.vendor == "sqlite", reason="SQLite has one writer at a time"
)
PAUL = "203.0.113.9"


@pytest.fixture
def block(article, moderator):
    blocked = factories.comment(article, address=PAUL, text="First")
    return SenderBlock.objects.place(blocked, f"{PAUL}/32", "hold", days=7, by=moderator)


def test_a_block_that_waited_for_an_erasure_keeps_no_address(article, moderator):
    comment = factories.comment(article, address=PAUL)

    def place():
        try:
            SenderBlock.objects.place(comment, f"{PAUL}/32", "hold", days=7, by=moderator)
        except ValueError as error:
            return str(error)

    words = meanwhile(comment.lock, place, lambda: erase(comment, by=moderator))
    assert words == "No such block."
    assert not SenderBlock.objects.exists()


def test_a_block_is_lifted_while_its_comment_is_erased(block, moderator):
    comment = Comment.objects.get(pk=block.comment_id)
    meanwhile(comment.lock, lambda: block.lift(by=moderator), lambda: erase(comment, by=moderator))
    assert not SenderBlock.objects.exists()


def test_a_blocked_sender_answers_a_comment_that_is_erased(article, block, moderator):
    comment = Comment.objects.get(pk=block.comment_id)
    comment.approve(by=moderator)
    comment = Comment.objects.get(pk=comment.pk)
    answer = meanwhile(
        comment.lock,
        sending(article, PAUL, text="Second", parent=comment),
        lambda: erase(comment, by=moderator),
    )
    assert answer.hold == Hold.SENDER
    block.refresh_from_db()
    assert block.stopped == 1


@on_postgresql
def test_a_purge_waits_for_no_decision_and_does_the_rest(article, moderator, clock):
    held, other = (factories.comment(article, text=f"Number {n}") for n in range(2))
    clock.forward(days=90)

    def purge():
        counts = retention.purge()
        return counts["traces"], set(Trace.objects.values_list("comment", flat=True))

    assert meanwhile(held.lock, purge, lambda: erase(other, by=moderator)) == (1, {held.pk})
    assert retention.purge()["traces"] == 1
    assert not Trace.objects.exists()
    assert set(Comment.objects.values_list("fingerprint", flat=True)) == {None}
