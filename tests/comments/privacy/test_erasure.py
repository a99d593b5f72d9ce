"""The erasure of a comment deletes its text and its writer's data from every table."""

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied

from comments.models import Comment, CommentEvent, Trace
from comments.moderation.states import AlreadyDecided, Moderation, Screening
from comments.privacy import retention
from comments.screening import attempts
from comments.threads.pages import ThreadPage
from comments.writing.revision import revise
from tests import factories

#: Values that the writer typed, or that are kept about the writer.
CANARIES = ["Canaryname", "Canarytext", "192.0.2.77", "Canaryagent", "canary.example"]


@pytest.fixture
def comment(article):
    return factories.comment(
        article,
        name="Canaryname",
        text="Canarytext",
        address="192.0.2.77",
        user_agent="Canaryagent",
        referrer="https://canary.example/",
    )


def all_rows_as_text():
    """Return the values of all rows of every model, as one text."""
    models = [*apps.get_app_config("comments").get_models(), *apps.get_models()]
    return "".join(str(list(model.objects.values())) for model in models if model.objects)


@pytest.mark.parametrize("state", Moderation)
def test_nothing_of_it_is_left_in_any_table(article, moderator, state):
    comment = factories.comment_in(
        state,
        article,
        by=moderator,
        name="Canaryname",
        text="Canarytext",
        address="192.0.2.77",
        user_agent="Canaryagent",
        referrer="https://canary.example/",
    )
    CommentEvent.objects.create(
        comment=comment, kind="decided", note="Canarytext!", data={"x": "Canaryname"}
    )
    comment.write(hold="rule", hold_detail="Canarytext", hold_rule="Canarytext")
    assert [canary for canary in CANARIES if canary not in all_rows_as_text()] == []
    comment.erase()
    assert [canary for canary in CANARIES if canary in all_rows_as_text()] == []


@pytest.mark.parametrize("state", Moderation)
def test_the_count_and_the_queues_are_right_afterwards(article, moderator, state):
    comment = factories.comment_in(state, article, by=moderator)
    comment.erase()
    article.refresh_from_db()
    comment.refresh_from_db()
    assert article.comment_count == 0
    assert ThreadPage(article).comments == []
    assert not Comment.objects.awaiting_moderation().exists()
    assert not Comment.objects.due().exists()
    assert (comment.report_wanted, comment.fingerprint) == ("", None)
    assert comment.erased_at
    assert comment.is_withdrawn


def test_an_answered_comment_keeps_its_place(article, moderator, comment):
    comment.approve(by=moderator)
    reply = factories.reply(comment, by=moderator)
    comment.erase()
    assert [c.pk for c in ThreadPage(article).comments] == [comment.pk, reply.pk]
    article.refresh_from_db()
    assert article.comment_count == 1


def test_the_history_says_who_and_when_but_not_what(comment, moderator):
    comment.reject(by=moderator, note="Says Canarytext")
    comment.erase(by=moderator)
    rows = list(comment.events.values_list("kind", "by__username", "note"))
    assert rows == [("submitted", None, ""), ("decided", "maurice", ""), ("erased", "maurice", "")]


def test_only_moderators_erase_for_a_writer(comment, editor, moderator):
    with pytest.raises(PermissionDenied):
        comment.erase(by=editor)
    comment.erase(by=moderator)


def test_erasing_twice_is_erasing_once(comment):
    comment.erase()
    comment.erase()
    assert comment.events.filter(kind="erased").count() == 1


@pytest.mark.parametrize("verb", ["approve", "reject", "mark_as_spam"])
@pytest.mark.parametrize("gone", ["withdraw", "erase"])
def test_nothing_can_be_decided_any_more(comment, moderator, verb, gone):
    seen = Comment.objects.get()
    getattr(comment, gone)()
    for copy in (seen, comment):
        with pytest.raises(AlreadyDecided):
            getattr(copy, verb)(by=moderator)
    comment.refresh_from_db()
    assert comment.moderation == "withdrawn"


def test_nobody_withdraws_for_the_writer(comment, moderator):
    with pytest.raises(PermissionDenied, match="Only its writer"):
        comment.decide(Moderation.WITHDRAWN, by=moderator)


def test_a_verdict_that_comes_late_changes_nothing(comment):
    checked = Comment.objects.get()
    assert checked.claim()
    comment.erase()
    checked.record_verdict(Screening.SPAM, headers={"x": "Canary"})
    comment.refresh_from_db()
    assert comment.screening == "waiting"
    assert not comment.events.filter(kind="screened").exists()


def test_a_verdict_about_the_earlier_text_changes_nothing(comment):
    checked = Comment.objects.get()
    assert checked.claim()
    revise(comment, factories.SENDER, name="Zoé", text="Hello")
    checked.record_verdict(Screening.SPAM)
    comment.refresh_from_db()
    assert (comment.screening, comment.text) == ("waiting", "Hello")
    assert Comment.objects.due().filter(pk=comment.pk).exists()


def test_akismet_is_told_nothing_more(akismet, comment, moderator):
    akismet.set_mode("spam")
    attempts.screen_due()
    Comment.objects.get().approve(by=moderator)
    Comment.objects.get().erase()
    attempts.screen_due()
    assert akismet.reports == []


def test_a_moderator_who_saw_an_earlier_text_does_not_decide_about_another(
    comment, moderator, clock
):
    seen_at = clock.now
    clock.forward(seconds=30)
    revise(comment, factories.SENDER, name="Zoé", text="Something else entirely")
    with pytest.raises(AlreadyDecided):
        Comment.objects.get().approve(by=moderator, seen_at=seen_at)
    Comment.objects.get().approve(by=moderator, seen_at=clock.forward(seconds=1))


# --- Retention ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "comments"), [(89, 1), (90, 0)])
def test_a_withdrawn_comment_goes_like_a_rejected_one(comment, clock, days, comments):
    comment.withdraw()
    clock.forward(days=days)
    retention.purge()
    assert Comment.objects.count() == comments


def test_a_rejected_comment_that_was_answered_is_erased_and_goes_with_its_answers(
    article, comment, moderator, clock
):
    comment.approve(by=moderator)
    reply = factories.reply(comment, by=moderator)
    comment.reject(by=moderator)
    clock.forward(days=90)
    assert retention.purge()["comments"] == 1
    comment.refresh_from_db()
    assert (comment.name, comment.moderation) == ("", "rejected")
    assert not Trace.objects.filter(comment=comment).exists()
    assert retention.purge()["comments"] == 0
    Comment.objects.get(pk=reply.pk).reject(by=moderator)
    clock.forward(days=90)
    assert retention.purge(dry_run=True)["comments"] == 1
    retention.purge()
    retention.purge()
    assert not Comment.objects.exists()
