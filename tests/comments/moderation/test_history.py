"""The history of a comment: complete and readable."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comments.models import Comment, CommentEvent
from comments.privacy import retention
from comments.screening import attempts
from tests import factories
from tests.pages import words


@pytest.fixture
def comment(article):
    return factories.comment(article, name="Zoé", referrer="https://search.example/")


@pytest.fixture(params=["moderate", "change"])
def read(request, moderator_client):
    """Return a function that reads the history in the queue, and on the comment's own page."""

    def read(comment):
        page = moderator_client.get(f"/admin/comments/comment/{comment.pk}/{request.param}/")
        start, end = page.text.index('<ol class="history">'), page.text.rindex("</ol>")
        page.content = page.text[start:end].encode()
        return words(page)

    return read


def test_it_begins_with_the_submission_and_the_rule_that_held_it(read, article):
    factories.author("Anne Leroy")
    comment = factories.comment(article, name="anne leroy")
    assert "Submitted; held: uses the name of Anne Leroy" in read(comment)


def test_each_attempt_at_akismet_says_what_was_sent_and_answered(read, akismet, comment):
    akismet.set_mode("server_error")
    attempts.screen_due()
    Comment.objects.update(next_attempt_at=timezone.now())
    akismet.set_mode("discard")
    attempts.screen_due()
    shown = read(comment)
    assert "Akismet did not answer" in shown
    assert "Akismet says: Blatant spam Not screened yet → Blatant spam Asked for" in shown
    assert "Fields sent: blog_charset, blog_lang, comment_author" in shown
    assert "x-akismet-pro-tip: discard" in shown
    assert "search.example" not in shown


def test_each_decision_says_who_what_and_why(read, moderator, second_moderator, comment):
    comment.reject(by=moderator, reason="insult", note="The last line.")
    Comment.objects.get().approve(by=second_moderator)
    shown = read(comment)
    assert "Rejected by maurice (insulting) The last line. Pending → Rejected" in shown
    assert "Approved by simone Rejected → Approved" in shown


def test_a_reversal_says_what_holds_again(read, moderator, comment):
    comment.mark_as_spam(by=moderator)
    Comment.objects.get().undo(by=moderator)
    assert "Taken back by maurice; again: Pending" in read(comment)


def test_each_report_to_akismet_is_there(read, akismet, moderator, comment):
    comment.mark_as_spam(by=moderator)
    attempts.screen_due()
    assert "Reported to Akismet as spam; it has answered Asked for" in read(comment)


def test_edits_answers_features_and_deleted_traces_are_there(read, moderator, comment):
    comment.approve(by=moderator)
    comment.edit("Another text", by=moderator, note="A telephone number.")
    comment.answer("Thank you.", by=moderator, name="The newsroom")
    comment.feature(by=moderator)
    comment.unfeature(by=moderator)
    retention.purge(now=timezone.now() + timedelta(days=100))
    shown = read(comment)
    for row in (
        "Edited by maurice A telephone number.",
        "Answered for the newsroom by maurice",
        "Featured by maurice",
        "No longer featured by maurice",
        "Traces deleted",
    ):
        assert row in shown


def test_an_account_that_is_gone_leaves_a_readable_history(read, second_moderator, comment):
    comment.mark_as_spam(by=second_moderator)
    Comment.objects.get().undo(by=second_moderator)
    second_moderator.delete()
    shown = read(comment)
    assert "None" not in shown
    assert "Taken back by –" in shown


@pytest.mark.parametrize("kind", CommentEvent.Kind)
def test_every_kind_of_row_can_be_read(read, moderator, comment, kind):
    comment.events.all().delete()
    CommentEvent.objects.log(comment, kind, by=moderator, target="spam", note="A note.")
    shown = read(comment)
    assert shown.startswith(f"{timezone.localtime():%m/%d/%Y}")
    assert "A note." in shown or kind == CommentEvent.Kind.SUBMITTED
