"""The import of comments that were sent and decided elsewhere."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from articles.models import Change
from comments.models import Comment, CommentRule, Counter, Trace
from comments.moderation.reasons import Reason
from comments.moderation.states import AlreadyDecided, Moderation, NothingKept, Screening
from comments.privacy import retention
from comments.screening import attempts
from comments.threads.pages import ThreadPage
from tests.pages import words

DAY = timedelta(days=1)


@pytest.fixture
def sent():
    return timezone.now() - 30 * DAY


@pytest.fixture
def import_comment(article, sent):
    """Return a function that imports a comment on this test's article, approved by default."""

    def import_comment(**fields):
        defaults = {"article": article, "name": "Zoé", "text": "Hello", "submitted_at": sent}
        return Comment.objects.import_one(**{"decision": Moderation.APPROVED, **defaults, **fields})

    return import_comment


def stored(comment):
    """Return the stored row of `comment`; check that it has the same values as the object."""
    row = Comment.objects.get(pk=comment.pk)
    for field in ("moderation", "screening", "decided_at", "decided_by_id", "reason", "html"):
        assert getattr(row, field) == getattr(comment, field)
    return row


def history(comment):
    return [
        (row.kind, row.origin, row.target, row.reason, row.by, row.at) for row in comment.history()
    ]


def test_a_comment_has_its_own_dates_states_and_history(import_comment, moderator, sent):
    decided = sent + DAY
    comment = stored(
        import_comment(
            verdict=Screening.HAM,
            decision=Moderation.REJECTED,
            reason=Reason.INSULT,
            by=moderator,
            decided_at=decided,
        )
    )
    assert (comment.submitted_at, comment.decided_at) == (sent, decided)
    assert (comment.screening, comment.moderation, comment.reason) == ("ham", "rejected", "insult")
    assert comment.decided_by == moderator
    assert history(comment) == [
        ("submitted", "", "", "", None, sent),
        ("screened", "waiting", "ham", "", None, sent),
        ("decided", "pending", "rejected", "insult", moderator, decided),
    ]


@pytest.mark.parametrize(
    ("verdict", "decision", "kinds"),
    [
        (Screening.WAITING, Moderation.PENDING, ["submitted"]),
        (Screening.SPAM, Moderation.PENDING, ["submitted", "screened"]),
        (Screening.FAILED, Moderation.PENDING, ["submitted", "given_up"]),
        (Screening.WAITING, Moderation.SPAM, ["submitted", "decided"]),
        (Screening.SPAM, Moderation.APPROVED, ["submitted", "screened", "decided"]),
        (Screening.HAM, Moderation.WITHDRAWN, ["submitted", "screened", "withdrawn"]),
    ],
)
def test_akismet_is_never_asked_or_told(akismet, import_comment, sent, verdict, decision, kinds):
    comment = stored(import_comment(verdict=verdict, decision=decision))
    assert (comment.screening, comment.moderation) == (verdict, decision)
    assert [row[0] for row in history(comment)] == kinds
    assert {row[-1] for row in history(comment)} == {sent}
    assert not Comment.objects.due(timezone.now() + 365 * DAY).exists()
    attempts.screen_due()
    assert not akismet.requests
    assert not Trace.objects.exists()
    assert (comment.next_attempt_at, comment.report_wanted) == (None, "")


def test_where_nothing_is_said_nobody_decided_and_nothing_is_thought(article, sent):
    comment = Comment.objects.import_one(
        article=article, name="Zoé", text="Hello", submitted_at=sent
    )
    assert (comment.moderation, comment.screening) == ("pending", "waiting")
    assert Comment.objects.awaiting_moderation().get() == comment


def test_a_decision_without_a_date_was_made_when_it_was_sent(import_comment, sent):
    assert stored(import_comment()).decided_at == sent


def test_only_a_rejection_has_a_reason(import_comment):
    assert stored(import_comment(reason=Reason.OTHER)).reason == ""


def test_threads_and_counts_are_right(import_comment, article):
    first = import_comment(text="First")
    gap = import_comment(text="Gap", decision=Moderation.REJECTED)
    import_comment(text="Pending", decision=Moderation.PENDING)
    answer = import_comment(text="Answer", parent=gap)
    deeper = import_comment(text="Deeper", parent=answer)
    other = import_comment(text="To the first", parent=first)
    article.refresh_from_db()
    assert article.comment_count == 4
    shown = [comment.pk for comment in ThreadPage(article).comments]
    assert shown == [comment.pk for comment in (first, other, gap, answer, deeper)]
    assert deeper.root_id == gap.pk


def test_readers_find_it_under_the_article_and_in_its_feed(client, import_comment, article):
    import_comment(name="  Zoé\u202e ", text="Hello\r\n\r\n\r\n<b>you</b>")
    page = words(client.get(article.path))
    assert "Hello <b>you</b>" in page
    feed = client.get(reverse("comments:feed", args=[article.pk, "atom"])).text
    assert "<name>Zoé</name>" in feed


def test_no_rule_of_admission_holds_and_nothing_is_counted(import_comment, settings):
    settings.COMMENTS_RATE_LIMIT = settings.COMMENTS_FLOOD_LIMIT = 1
    CommentRule.objects.create(name="All", patterns="hello", action="refuse", is_on=True)
    for _time in range(3):
        import_comment(verdict=Screening.HAM)
    assert Comment.objects.published().count() == 3
    assert not Counter.objects.exists()


def test_what_is_imported_twice_from_one_source_is_stored_once(import_comment, moderator, article):
    comment = import_comment(source="disqus:1")
    Comment.objects.get(pk=comment.pk).reject(by=moderator)
    again = import_comment(source="disqus:1", text="Other words")
    assert again == comment
    assert (again.text, again.moderation) == ("Hello", "rejected")
    assert import_comment(source="disqus:2") != comment
    article.refresh_from_db()
    assert (Comment.objects.count(), article.comment_count) == (2, 1)


def test_a_source_is_known_again_once_all_that_identifies_a_writer_is_gone(import_comment):
    comment = import_comment(source="disqus:1")
    retention.purge(now=timezone.now() + 365 * DAY)
    assert import_comment(source="disqus:1") == comment


def test_nobody_can_guess_the_private_page_from_the_source(import_comment, settings):
    here = import_comment(source="disqus:1").receipt
    settings.SECRET_KEY = "another"
    assert import_comment(source="disqus:1").receipt != here


def test_moderators_decide_about_it_as_about_any_other(import_comment, moderator):
    seen = timezone.now() - 40 * DAY
    comment = import_comment(by=moderator)
    with pytest.raises(AlreadyDecided):
        comment.reject(by=moderator, seen_at=seen)
    comment.undo(by=moderator)
    assert stored(comment).moderation == "pending"
    with pytest.raises(NothingKept):
        comment.screen_again(by=moderator)
    comment.mark_as_spam(by=moderator)
    assert stored(comment).moderation == "spam"


@pytest.mark.parametrize("decision", Moderation)
def test_only_what_readers_see_is_said(import_comment, article, decision):
    changes = Change.objects.filter(kind=Change.Kind.THREAD)
    import_comment(decision=decision)
    expected = [article.pk] if decision == Moderation.APPROVED else []
    assert list(changes.values_list("key", flat=True)) == expected
