"""The moderators' queue of readers' reports."""

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME

from comments.models import Comment, Complaint
from tests import factories
from tests.pages import forms_of, words

LIST = "/admin/comments/complaint/"


@pytest.fixture
def comment(article, moderator):
    return factories.comment_in("approved", article, by=moderator, name="Zoé", text="You fool")


def file(comment, address, **said):
    return Complaint.objects.file(
        comment, address=address, **{"grounds": "abuse", "words": "<b>Rude</b>", **said}
    )


@pytest.fixture
def complaint(comment):
    return file(comment, "192.0.2.50")


def act(client, action, *complaints):
    fields = {"action": action, ACTION_CHECKBOX_NAME: [c.pk for c in complaints]}
    return client.post(LIST, fields, follow=True)


def test_the_open_ones_are_shown_with_comment_reason_and_words(
    moderator_client, complaint, comment
):
    page = moderator_client.get(LIST)
    for told in ("It insults or threatens somebody", "<b>Rude</b>", "Zoé", "You fool"):
        assert told in words(page)
    assert "<b>Rude</b>" not in page.text
    assert f"/admin/comments/comment/{comment.pk}/change/" in page.text
    assert "192.0.2" not in page.text


def test_decided_ones_have_queues_of_their_own(moderator_client, complaint, moderator):
    complaint.dismiss(by=moderator)
    assert "You fool" not in words(moderator_client.get(LIST))
    for query in ("?outcome=dismissed", "?outcome=all"):
        page = words(moderator_client.get(LIST + query))
        assert "You fool" in page
        assert "Dismissed by maurice" in page


def test_a_report_is_dismissed(moderator_client, complaint, moderator):
    page = act(moderator_client, "dismiss", complaint)
    assert "1 report is decided." in words(page)
    complaint.refresh_from_db()
    assert (complaint.outcome, complaint.decided_by) == ("dismissed", moderator)


@pytest.mark.parametrize(
    ("action", "state", "reason"), [("reject", "rejected", "other"), ("mark_as_spam", "spam", "")]
)
def test_a_comment_is_decided_from_its_report(
    moderator_client, complaint, comment, moderator, action, state, reason
):
    act(moderator_client, action, complaint)
    complaint.refresh_from_db()
    comment.refresh_from_db()
    assert complaint.outcome == "upheld"
    assert (comment.moderation, comment.reason, comment.decided_by) == (state, reason, moderator)


def test_a_report_is_decided_on_its_own_page(moderator_client, complaint):
    url = f"{LIST}{complaint.pk}/change/"
    page = moderator_client.get(url)
    assert 'name="CHANGE_FORM-action" value="dismiss"' in page.text
    moderator_client.post(url, {"CHANGE_FORM-action": "dismiss", "_selected_action": complaint.pk})
    complaint.refresh_from_db()
    assert complaint.outcome == "dismissed"


@pytest.mark.parametrize(("action", "outcome"), [("dismiss", "dismissed"), ("reject", "upheld")])
def test_all_are_those_that_the_moderator_saw(
    moderator_client, moderator, complaint, article, action, outcome
):
    other = factories.comment_in("approved", article, by=moderator, text="Another")
    fields = forms_of(moderator_client.get(LIST).text)["changelist-form"]["values"]
    unseen = file(other, "192.0.2.51", grounds="illegal")
    fields |= {"action": action, ACTION_CHECKBOX_NAME: complaint.pk, "select_across": "1"}
    moderator_client.post(LIST, fields)
    for row in (complaint, unseen, other):
        row.refresh_from_db()
    assert (complaint.outcome, unseen.outcome) == (outcome, "open")
    assert other.is_public


def test_whoever_is_second_is_told(moderator_client, complaint, second_moderator):
    complaint.dismiss(by=second_moderator)
    url = f"{LIST}{complaint.pk}/change/"
    page = moderator_client.post(
        url, {"CHANGE_FORM-action": "reject", "_selected_action": complaint.pk}, follow=True
    )
    assert "was decided already: Dismissed by simone" in words(page)
    assert Comment.objects.get().moderation == "approved"


def test_reports_settled_together_warn_nobody_of_their_own_decision(
    moderator_client, comment, complaint
):
    page = act(moderator_client, "reject", complaint, file(comment, "192.0.2.51"))
    assert "2 reports are decided." in words(page)
    assert "already" not in words(page)


def test_reports_dismissed_together_are_one_decision_and_one_undo(
    moderator_client, comment, complaint, moderator
):
    other, left = file(comment, "192.0.2.51"), file(comment, "192.0.2.52")
    assert "2 reports are decided." in words(act(moderator_client, "dismiss", complaint, other))
    assert list(Complaint.objects.awaiting_decision()) == [left]
    assert comment.events.filter(kind="dismissed").count() == 1
    Comment.objects.get().undo(by=moderator)
    assert Complaint.objects.awaiting_decision().count() == 3


def test_who_changes_their_mind_on_an_old_page_is_not_told_of_themselves(
    moderator_client, complaint, moderator
):
    complaint.dismiss(by=moderator)
    url = f"{LIST}{complaint.pk}/change/"
    page = moderator_client.post(
        url, {"CHANGE_FORM-action": "reject", "_selected_action": complaint.pk}, follow=True
    )
    assert "You have already decided" in words(page)
    assert "Dismissed by maurice" not in page.text.partition('class="messagelist"')[2][:600]


def test_the_reason_of_a_rejection_is_the_moderators(moderator_client, comment, complaint):
    fields = {"action": "reject", ACTION_CHECKBOX_NAME: [complaint.pk], "reason": "personal"}
    moderator_client.post(LIST, fields)
    comment.refresh_from_db()
    assert comment.reason == "personal"


def test_a_suspect_report_is_marked(moderator_client, comment):
    file(comment, "192.0.2.50", is_suspect=True)
    assert "filled in a field that people do not see" in words(moderator_client.get(LIST))


def test_the_desk_says_how_many_wait(moderator_client, complaint):
    page = moderator_client.get("/admin/")
    assert "1 reader’s report awaits a decision" in words(page)
    assert f'href="{LIST}"' in page.text


def test_only_moderators_see_them(editor_client, complaint):
    assert editor_client.get(LIST).status_code == 403
    assert editor_client.get(f"{LIST}{complaint.pk}/change/").status_code == 403
    assert LIST not in editor_client.get("/admin/").text


def test_reports_are_neither_added_nor_edited_nor_deleted(moderator_client, complaint):
    assert moderator_client.get(f"{LIST}add/").status_code == 403
    assert moderator_client.get(f"{LIST}{complaint.pk}/delete/").status_code == 403


def test_the_comments_page_in_the_admin_tells_of_the_report(moderator_client, complaint, comment):
    page = moderator_client.get(f"/admin/comments/comment/{comment.pk}/change/")
    assert "Reported by a reader" in words(page)


@pytest.mark.parametrize("action", ["dismiss", "reject", "mark_as_spam"])
@pytest.mark.parametrize("page", [LIST, "change"])
def test_no_report_is_decided_on_a_text_that_has_changed_since(
    moderator_client, second_moderator, complaint, comment, clock, action, page
):
    url = LIST if page == LIST else f"{LIST}{complaint.pk}/change/"
    form = "changelist-form" if page == LIST else "complaint_form"
    values = forms_of(moderator_client.get(url).text)[form]["values"]
    clock.forward(seconds=1)
    comment.edit("You dear friend", by=second_moderator)
    clock.forward(seconds=1)
    chosen = {"action": action, ACTION_CHECKBOX_NAME: complaint.pk}
    if page != LIST:
        chosen = {"CHANGE_FORM-action": action}
    answer = moderator_client.post(url, values | chosen, follow=True)
    assert "has changed: edited by simone" in words(answer)
    complaint.refresh_from_db()
    assert complaint.outcome == "open"
