"""A moderator acts on a page that is older than the comment: the site says what has changed."""

import pytest

from comments.models import Comment, Complaint
from comments.writing.revision import revise
from tests import factories
from tests.pages import forms_of, words

LIST = "/admin/comments/comment/"
SCRIPT = {"headers": {"X-Requested-With": "fetch"}}


@pytest.fixture
def comment(article, clock):
    comment = factories.comment(article, name="Zoé", text="Hello")
    Comment.objects.update(submitted_at=clock.now)
    comment.refresh_from_db()
    return comment


def screen(comment, name="moderate"):
    return f"{LIST}{comment.pk}/{name}/"


def fresh(comment):
    return Comment.objects.get(pk=comment.pk)


def decide_and_undo(comment, by):
    comment.mark_as_spam(by=by)
    comment.undo(by=by)


#: For each change, the function that makes it, and the words for it.
CHANGES = {
    "revised": (
        lambda comment, by: revise(comment, factories.SENDER, name="Zoé", text="Bye"),
        "“Zoé: Bye” was changed by its writer.",
    ),
    "withdrawn": (
        lambda comment, by: comment.withdraw(),
        "“Zoé: Hello” was withdrawn by its writer.",
    ),
    "erased by its writer": (
        lambda comment, by: comment.erase(),
        "The comment was erased by its writer.",
    ),
    "erased by a colleague": (
        lambda comment, by: comment.erase(by=by),
        "The comment is gone: erased by simone, ",
    ),
    "edited": (
        lambda comment, by: comment.edit("Bye", by=by),
        "The text of “Zoé: Bye” has changed: edited by simone, ",
    ),
    "decided": (
        lambda comment, by: comment.reject(by=by),
        "“Zoé: Hello” was decided already: Rejected by simone, ",
    ),
    "decided and taken back": (
        decide_and_undo,
        "The decision about “Zoé: Hello” is no longer there: taken back by simone, ",
    ),
    "decided, then withdrawn": (
        lambda comment, by: (comment.approve(by=by), comment.withdraw()),
        "“Zoé: Hello” was withdrawn by its writer.",
    ),
}
changes = pytest.mark.parametrize("change", CHANGES)


@pytest.fixture
def meanwhile(comment, second_moderator, clock):
    """Return a function that makes a change a second later, and gives the words for it."""

    def meanwhile(change):
        clock.forward(seconds=1)
        act, said = CHANGES[change]
        act(fresh(comment), second_moderator)
        clock.forward(seconds=1)
        return said

    return meanwhile


def decisions_of(comment, user):
    return comment.events.filter(by=user).count()


@changes
@pytest.mark.parametrize("script", [SCRIPT, {}], ids=["script", "no script"])
def test_a_decision_is_not_taken_on_what_has_changed(
    moderator_client, moderator, comment, meanwhile, change, script
):
    values = forms_of(moderator_client.get(screen(comment)).text)["decide-form"]["values"]
    said = meanwhile(change)
    before = fresh(comment).moderation
    typed = values | {"decision": "spam", "note": "An advert."}
    answer = moderator_client.post(screen(comment), typed, **script)
    if script:
        assert answer.status_code == 409
    else:
        answer = moderator_client.get(answer.url)
        assert "Your note was: “An advert.”" in words(answer)
    assert said in words(answer)
    assert "left to undo" not in words(answer)
    if change in ("revised", "edited"):
        assert "Bye" in words(answer)
    assert fresh(comment).moderation == before
    assert decisions_of(comment, moderator) == 0


@changes
@pytest.mark.parametrize("place", ["list", "form"])
def test_the_actions_of_lists_say_so_too(
    moderator_client, moderator, comment, meanwhile, change, place
):
    url = LIST if place == "list" else screen(comment, "change")
    form = "changelist-form" if place == "list" else "comment_form"
    values = forms_of(moderator_client.get(url).text)[form]["values"]
    said = meanwhile(change)
    values |= {"_selected_action": comment.pk} if place == "list" else {}
    prefix = "" if place == "list" else "CHANGE_FORM-"
    answer = moderator_client.post(url, values | {f"{prefix}action": "approve"}, follow=True)
    assert said in words(answer)
    assert decisions_of(comment, moderator) == 0


@pytest.mark.parametrize(
    "change",
    [name for name in CHANGES if "decided" not in name] + ["decided, then withdrawn"],
)
def test_an_edit_is_not_made_over_what_has_changed(
    moderator_client, moderator, comment, meanwhile, change
):
    values = forms_of(moderator_client.get(screen(comment)).text)["edit-form"]["values"]
    said = meanwhile(change)
    answer = moderator_client.post(screen(comment, "edit"), values | {"text": "Mended"})
    assert answer.status_code == 422
    assert said in words(answer)
    assert "Your text is not saved." in words(answer)
    assert "Mended" in answer.text
    assert decisions_of(comment, moderator) == 0


@changes
def test_an_answer_is_not_given_to_what_has_changed(moderator_client, comment, meanwhile, change):
    values = forms_of(moderator_client.get(screen(comment)).text)["answer-form"]["values"]
    said = meanwhile(change)
    typed = values | {"text": "It opens on Friday.", "name": "Newsroom"}
    answer = moderator_client.post(screen(comment, "answer"), typed)
    assert answer.status_code == 409
    assert said in words(answer)
    assert "It opens on Friday." in answer.text
    assert not Comment.objects.filter(is_newsroom=True).exists()


def test_two_answers_at_once_are_told_of_each_other(
    moderator_client, moderator, second_moderator, comment, clock
):
    comment.approve(by=moderator)
    values = forms_of(moderator_client.get(screen(comment)).text)["answer-form"]["values"]
    clock.forward(seconds=1)
    comment.answer("On Monday.", by=second_moderator, name="Simone S.")
    typed = values | {"text": "On Friday.", "name": "Newsroom"}
    answer = moderator_client.post(screen(comment, "answer"), typed)
    assert answer.status_code == 409
    assert "has an answer already: answered for the newsroom by simone" in words(answer)
    assert "On Friday." in answer.text
    # The page shown now knows of the other answer.
    clock.forward(seconds=1)
    values = forms_of(moderator_client.get(screen(comment)).text)["answer-form"]["values"]
    moderator_client.post(
        screen(comment, "answer"), values | typed | {"seen_at": values["seen_at"]}
    )
    assert comment.replies.count() == 2


def test_an_answer_that_is_sent_twice_is_published_once(moderator_client, article):
    comment = factories.comment(article)
    values = forms_of(moderator_client.get(screen(comment)).text)["answer-form"]["values"]
    typed = values | {"text": "On Friday.", "name": "Newsroom"}
    for _time in range(2):
        answer = moderator_client.post(screen(comment, "answer"), typed)
        assert answer.url == screen(comment)
    assert comment.replies.get().text == "On Friday."


def test_a_decision_that_is_sent_twice_is_stored_once_and_is_no_conflict(
    moderator_client, moderator, comment, clock
):
    values = forms_of(moderator_client.get(screen(comment)).text)["decide-form"]["values"]
    for _time in range(2):
        clock.forward(seconds=1)
        answer = moderator_client.post(screen(comment), values | {"reason": "insult"}, **SCRIPT)
        assert answer.status_code == 200
    assert decisions_of(comment, moderator) == 1
    answer = moderator_client.post(screen(comment), values | {"decision": "approved"}, **SCRIPT)
    assert answer.status_code == 409, "another decision is one, also of the same person"
    assert "You have already decided “Zoé: Hello”: Rejected" in words(answer)


# A writer changes no decided comment, and after an edit a decision can still be undone.
@pytest.mark.parametrize("change", [name for name in CHANGES if name not in ("revised", "edited")])
def test_an_undo_says_what_has_changed(moderator_client, moderator, comment, meanwhile, change):
    comment.approve(by=moderator)
    assert "undo-form" in forms_of(moderator_client.get(screen(comment)).text)
    said = meanwhile(change)
    answer = moderator_client.post(screen(comment, "undo"), follow=True)
    assert said in words(answer)
    assert "Nothing is left to undo." in words(answer)
    assert fresh(comment).events.filter(by=moderator, kind="undone").count() == 0


def test_a_later_decision_of_the_same_person_is_not_undone_by_an_old_page(
    moderator_client, moderator, comment, clock
):
    comment.approve(by=moderator)
    clock.forward(seconds=1)
    values = forms_of(moderator_client.get(screen(comment)).text)["undo-form"]["values"]
    clock.forward(seconds=1)
    fresh(comment).reject(by=moderator)
    answer = moderator_client.post(screen(comment, "undo"), values, follow=True)
    assert "You have already decided “Zoé: Hello”: Rejected" in words(answer)
    assert fresh(comment).moderation == "rejected"


def test_who_features_what_has_just_left_the_site_is_told(
    moderator_client, moderator, comment, second_moderator
):
    comment.approve(by=moderator)
    comment.reject(by=second_moderator)
    answer = moderator_client.post(screen(comment, "feature"), {"featured": "1"}, follow=True)
    assert "was decided already: Rejected by simone" in words(answer)
    assert fresh(comment).featured_at is None


def test_a_text_that_was_edited_after_the_page_is_not_featured_unread(
    moderator_client, moderator, comment, second_moderator, clock
):
    comment.approve(by=moderator)
    clock.forward(seconds=1)
    form = forms_of(moderator_client.get(screen(comment)).text)["feature-form"]
    clock.forward(seconds=1)
    comment.edit("Bye", by=second_moderator)
    answer = moderator_client.post(form["action"], form["values"] | {"featured": "1"}, follow=True)
    assert "The text of “Zoé: Bye” has changed: edited by simone, " in words(answer)
    assert "It is not featured." in words(answer)
    assert fresh(comment).featured_at is None


def test_select_all_takes_no_comment_that_came_in_after_the_page(
    moderator_client, article, comment, clock
):
    values = forms_of(moderator_client.get(LIST).text)["changelist-form"]["values"]
    late = factories.comment(article, name="Late", address="192.0.2.9")
    Comment.objects.filter(pk=late.pk).update(submitted_at=clock.forward(seconds=1))
    values |= {"action": "approve", "_selected_action": comment.pk, "select_across": "1"}
    answer = moderator_client.post(LIST, values, follow=True)
    assert "1 comment is done." in words(answer)
    assert (fresh(comment).moderation, fresh(late).moderation) == ("approved", "pending")


def test_a_report_of_what_was_withdrawn_says_so(moderator_client, moderator, comment):
    comment.approve(by=moderator)
    complaint = Complaint.objects.file(comment, grounds="abuse", words="", address="192.0.2.50")
    comment.withdraw()
    url = f"/admin/comments/complaint/{complaint.pk}/change/"
    answer = moderator_client.post(
        url, {"CHANGE_FORM-action": "reject", "_selected_action": complaint.pk}, follow=True
    )
    assert "was withdrawn by its writer." in words(answer)
