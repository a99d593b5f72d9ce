"""The history of a comment: complete and readable."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone, translation

from comments.models import Comment, CommentEvent, Complaint
from comments.moderation.reasons import Reason
from comments.moderation.states import Moderation, Report, Screening
from comments.privacy import retention
from comments.privacy.export import kept_about
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


def test_what_its_writer_did_is_said_once(read, comment):
    comment.withdraw()
    assert "Withdrawn Pending → Withdrawn" in read(comment)
    assert "Withdrawn:" not in read(comment)


def test_an_account_that_is_gone_leaves_a_readable_history(read, second_moderator, comment):
    comment.mark_as_spam(by=second_moderator)
    Comment.objects.get().undo(by=second_moderator)
    second_moderator.delete()
    shown = read(comment)
    assert "None" not in shown
    assert "Taken back by –" in shown


@pytest.mark.any_database
@pytest.mark.parametrize("kind", CommentEvent.Kind)
def test_every_kind_of_row_can_be_read(read, moderator, comment, kind):
    comment.events.all().delete()
    CommentEvent.objects.log(comment, kind, by=moderator, target="spam", note="A note.")
    shown = read(comment)
    assert shown.startswith(f"{timezone.localtime():%m/%d/%Y}")
    assert "A note." in shown or kind == CommentEvent.Kind.SUBMITTED


# --- Words, never codes -----------------------------------------------------------------------

#: The choices of which the codes in `origin` and `target` come, for each kind of row.
AXES = {
    Screening: ["screened", "again"],
    Moderation: ["decided", "undone", "withdrawn", "erased"],
    Report: ["reported", "too_late"],
    Complaint.Grounds: ["complained", "dismissed", "reopened"],
}


def rows(kind):
    """Yield the columns of rows of `kind`, with each code that it may have."""
    yield {}
    for axis in [axis for axis, kinds in AXES.items() if kind in kinds]:
        for code in axis.values:
            if kind in ("again", "dismissed", "reopened"):
                yield {"origin": code}
            else:
                yield {
                    "origin": axis.values[0] if axis in (Screening, Moderation) else "",
                    "target": code,
                }
    if kind == "decided":
        for reason in Reason:
            yield {"origin": "pending", "target": "rejected", "reason": reason}
    if kind in ("dismissed", "reopened"):
        yield {"data": {"grounds": {"illegal": 2, "abuse": 1}}}


@pytest.mark.any_database
@pytest.mark.parametrize("kind", CommentEvent.Kind.values)
def test_each_row_is_in_french_words_on_each_page(client, moderator, comment, kind):
    """Compare with the English words, and look for the codes."""
    choices = [CommentEvent.Kind, Screening, Moderation, Report, Complaint.Grounds, Reason]
    with translation.override("en"):
        english = {str(label) for axis in choices for label in axis.labels}
    with translation.override("fr"):
        english -= {str(label) for axis in choices for label in axis.labels}
    codes = {code for axis in choices for code in axis.values}
    Comment.objects.update(moderation=Moderation.REJECTED)
    client.force_login(moderator)
    comment.events.all().delete()
    for columns in rows(kind):
        CommentEvent.objects.log(comment, kind, by=moderator, **columns)
    for page in ("moderate", "change"):
        url = f"/admin/comments/comment/{comment.pk}/{page}/"
        shown = client.get(url, headers={"Accept-Language": "fr"}).text
        start = shown.index('<ol class="history">')
        told = re.sub(r"<[^>]*>", " ", shown[start : shown.index("</ol>", start)]).lower()
        assert f"{timezone.now():%Y}" in told
        assert not codes & set(re.findall(r"[a-zà-ÿ_]+", told))
        assert [words for words in english if words.lower() in told] == []


@pytest.mark.any_database
@pytest.mark.parametrize("kind", CommentEvent.Kind.values)
def test_the_writers_download_says_each_code_in_words_too(moderator, comment, kind):
    comment.reject(by=moderator, reason="insult")
    for columns in rows(kind):
        comment.events.all().delete()
        CommentEvent.objects.log(comment, kind, by=moderator, **columns)
        with translation.override("fr"):
            kept = kept_about(Comment.objects.get())
            label = str(CommentEvent.Kind(kind).label)
        assert (kept["moderation"], kept["labels"]["moderation"]) == ("rejected", "Refusé")
        assert (kept["reason"], kept["labels"]["reason"]) == ("insult", "propos insultants")
        for row in kept["history"]:
            assert row["labels"]["kind"] == label
            for name in ("origin", "target", "reason"):
                assert bool(row[name]) == bool(row["labels"][name])
                assert not row[name] or row["labels"][name] != row[name]
