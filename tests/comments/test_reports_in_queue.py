"""Readers' reports in the moderators' queue: one comment with all its reports, and one decision."""

from datetime import timedelta

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comments.models import Comment, Complaint
from comments.moderation.states import AlreadyDecided, Complained
from tests import factories
from tests.comments.test_queue import QUEUE, SCRIPT, attributes_of, fresh, look, screen
from tests.pages import words

LIST = "/admin/comments/comment/"


@pytest.fixture
def comment(article, second_moderator):
    """Return a comment on the site, approved by a colleague an hour ago."""
    made = factories.comment_in("approved", article, by=second_moderator, name="Zoé", text="Fool")
    sent_at = timezone.now() - timedelta(hours=1)
    Comment.objects.filter(pk=made.pk).update(submitted_at=sent_at, decided_at=sent_at)
    return fresh(made)


def file(comment, number=1, **said):
    return Complaint.objects.file(
        comment,
        address=f"192.0.2.{number}",
        **{"grounds": "abuse", "words": f"Rude {number}", **said},
    )


def decide(client, comment, page=None, query="", **data):
    """Send the form of `page`, by default of the page as it is now; return the answer."""
    page = page or look(client, comment)
    names = ("seen_at", f"complaints-{comment.pk}")
    seen = {name: attributes_of(page, name) for name in names}
    return client.post(screen(comment) + query, {**seen, **data})


def undo(client, comment, **kwargs):
    return client.post(screen(comment, "undo"), **kwargs)


def outcomes(comment):
    return list(comment.complaints.order_by("pk").values_list("outcome", flat=True))


def way(client, start=QUEUE):
    """Return the keys of the comments that a moderator meets from `start` on."""
    url, keys = client.get(start).url, []
    while url and len(keys) < 20:
        keys.append(int(url.split("/")[4]))
        page = client.get(url).text
        before, found, _after = page.partition('" rel="next"')
        url = before.rpartition('href="')[2] if found else None
    return keys


# --- The queue --------------------------------------------------------------------------------


def test_a_reported_comment_is_one_in_the_queue_with_all_that_its_readers_say(
    moderator_client, comment
):
    file(comment, 1, grounds="illegal", words="<b>Libel</b>")
    file(comment, 2, is_suspect=True)
    page = moderator_client.get(QUEUE, follow=True)
    shown = words(page)
    assert page.redirect_chain[-1][0] == screen(comment)
    assert "1 awaiting a decision" in shown
    assert "2 readers’ reports" in shown
    assert "It is against the law" in shown
    assert "<b>Libel</b>" in shown
    assert "<b>Libel</b>" not in page.text
    assert "It insults or threatens somebody" in shown
    assert "Rude 2 Suspect: filled in a field that people do not see" in shown
    assert "Keep: dismiss the 2 reports" in shown
    assert "192.0.2" not in page.text.partition("From the same address")[0]


def test_a_comment_without_an_open_report_is_not_in_the_queue(moderator_client, comment):
    assert "All read." in words(moderator_client.get(QUEUE))
    file(comment)
    fresh(comment).approve(by=None)
    assert "All read." in words(moderator_client.get(QUEUE))


def test_what_is_called_illegal_comes_first_then_what_has_waited_longest(
    moderator_client, article, second_moderator, clock
):
    names = ["abuse", "pending", "old pending", "illegal", "other", "second illegal", "new"]
    comments = {}
    for number, name in enumerate(names):
        made = factories.comment(article, name=name, address=f"198.51.100.{number}")
        Comment.objects.filter(pk=made.pk).update(submitted_at=clock.now)
        comments[name] = made = fresh(made)
        clock.forward(minutes=1)
        if "pending" not in name and name != "new":
            made.approve(by=second_moderator)
    Comment.objects.filter(name="old pending").update(submitted_at=clock.now - timedelta(days=1))
    for name, number, grounds in [
        ("illegal", 1, "illegal"),
        ("other", 1, "other"),
        ("abuse", 1, "abuse"),
        ("second illegal", 1, "other"),
        ("second illegal", 2, "illegal"),
    ]:
        filed = file(comments[name], number, grounds=grounds)
        waited = timedelta(hours=12) if name == "other" else timedelta()
        Complaint.objects.filter(pk=filed.pk).update(submitted_at=clock.now - waited)
        Complaint.objects.record_on(comments[name])
        clock.forward(minutes=1)
    order = ["illegal", "second illegal", "old pending", "other", "pending", "new", "abuse"]
    keys = [comments[name].pk for name in order]
    assert way(moderator_client) == keys
    assert list(Comment.objects.to_decide().values_list("pk", flat=True)) == keys
    backwards, here = [], keys[-1]
    while here:
        backwards.append(here)
        here = Comment.objects.previous_to_decide(Comment.objects.get(pk=here).place_in_queue)
    assert backwards == keys[::-1]
    listed = moderator_client.get(LIST).context["cl"].result_list
    assert [row.pk for row in listed] == keys


def test_reports_of_the_very_same_moment_follow_each_other_too(
    moderator_client, article, second_moderator, clock
):
    comments = [
        factories.comment_in("approved", article, by=second_moderator, address=f"192.0.2.{number}")
        for number in range(4)
    ]
    for comment in comments:
        file(comment)
    moment = timezone.now()
    Complaint.objects.update(submitted_at=moment)
    for comment in comments:
        Complaint.objects.record_on(comment)
    assert way(moderator_client) == [comment.pk for comment in comments]


def test_after_the_decision_the_one_behind_it_in_the_queue_is_shown(
    moderator_client, article, comment, second_moderator
):
    skipped = factories.comment(article, name="Skipped", address="198.51.100.1")
    Comment.objects.filter(pk=skipped.pk).update(submitted_at=timezone.now() - timedelta(days=1))
    behind = factories.comment(article, name="Behind", address="198.51.100.2")
    Comment.objects.filter(pk=behind.pk).update(submitted_at=timezone.now() + timedelta(minutes=1))
    file(comment)
    assert decide(moderator_client, comment, decision="approved").url == screen(behind)


def test_reported_comments_are_a_filter_of_their_own(moderator_client, article, comment):
    factories.comment(article, name="New", address="198.51.100.1")
    file(comment)
    query = "?moderation=reported"
    assert moderator_client.get(QUEUE + query).url == screen(comment) + query
    assert way(moderator_client, QUEUE + query) == [comment.pk]
    listed = words(moderator_client.get(LIST + "?moderation=pending"))
    assert "Zoé" not in listed.partition("Filter")[0].partition("New")[2]


def test_the_list_has_one_row_for_it_with_all_its_reports(moderator_client, comment):
    file(comment, 1)
    file(comment, 2, grounds="illegal")
    page = moderator_client.get(LIST)
    assert page.text.count('class="action-select"') == 1
    for told in ("2 readers’ reports", "Rude 1", "Rude 2", "It is against the law"):
        assert told in words(page)


def test_the_desk_and_the_queue_count_the_same(moderator_client, article, comment):
    factories.comment(article, address="198.51.100.1")
    file(comment)
    desk = moderator_client.get("/admin/")
    assert "2 comments await a decision" in words(desk)
    assert f'href="{QUEUE}?moderation=reported"' in desk.text
    assert "2 awaiting a decision" in words(moderator_client.get(QUEUE, follow=True))


@pytest.mark.parametrize("url", [QUEUE, LIST, "moderate", "change"])
def test_an_editor_sees_no_report(editor_client, comment, url):
    file(comment, words="A secret")
    url = url if url.startswith("/") else screen(comment, url)
    page = words(editor_client.get(url, follow=True))
    assert "A secret" not in page
    assert "reader’s report" not in page
    assert "Reported by readers" not in page
    assert "Zoé" not in page or url not in (QUEUE, LIST)
    assert "comments await" in words(editor_client.get("/admin/"))


def test_very_many_reports_are_counted_and_the_oldest_are_shown(moderator_client, comment):
    for number in range(53):
        file(comment, number)
    shown = words(look(moderator_client, comment))
    assert "53 readers’ reports" in shown
    assert shown.count("Rude ") == 50
    assert "The others are in the register." in shown
    decide(moderator_client, comment, decision="approved")
    assert set(outcomes(comment)) == {"dismissed"}


# --- Decisions --------------------------------------------------------------------------------


def test_keeping_the_comment_dismisses_all_its_reports_in_one_row_of_history(
    moderator_client, comment, moderator
):
    file(comment, 1)
    file(comment, 2, grounds="illegal")
    decide(moderator_client, comment, decision="approved", note="Sharp, but fair.")
    comment = fresh(comment)
    assert outcomes(comment) == ["dismissed", "dismissed"]
    assert set(comment.complaints.values_list("decided_by__username", flat=True)) == {"maurice"}
    assert comment.moderation == "approved"
    assert comment.decided_by.username == "simone"
    assert (comment.complained_at, comment.urgency) == (None, 0)
    row = comment.events.last()
    assert (row.kind, row.by, row.note) == ("dismissed", moderator, "Sharp, but fair.")
    assert row.in_words == (
        "2 reports dismissed by maurice: It insults or threatens somebody, It is against the law"
    )


@pytest.mark.parametrize(
    ("data", "state"), [({"reason": "personal"}, "rejected"), ({"decision": "spam"}, "spam")]
)
def test_any_other_decision_upholds_all_its_reports(moderator_client, comment, data, state):
    file(comment, 1)
    file(comment, 2, grounds="illegal")
    decide(moderator_client, comment, **data)
    comment = fresh(comment)
    assert outcomes(comment) == ["upheld", "upheld"]
    assert (comment.moderation, comment.reason) == (state, data.get("reason", ""))
    assert (comment.complained_at, comment.urgency) == (None, 0)


@pytest.mark.parametrize("script", [{}, SCRIPT])
def test_a_report_that_came_after_the_page_is_not_dismissed_unseen(
    moderator_client, comment, script
):
    file(comment, 1)
    page = look(moderator_client, comment)
    file(comment, 2, words="Unseen")
    sent = {name: attributes_of(page, name) for name in ("seen_at", f"complaints-{comment.pk}")}
    answer = moderator_client.post(screen(comment), {**sent, "decision": "approved"}, **script)
    assert answer.status_code == (409 if script else 303)
    told = words(answer if script else moderator_client.get(answer.url))
    assert "A reader has reported “Zoé: Fool” meanwhile." in told
    assert outcomes(comment) == ["open", "open"]
    decide(moderator_client, comment, decision="approved")
    assert outcomes(comment) == ["dismissed", "dismissed"]


def test_a_report_that_came_after_the_page_is_upheld_with_the_others(moderator_client, comment):
    file(comment, 1)
    page = look(moderator_client, comment)
    file(comment, 2)
    decide(moderator_client, comment, page, reason="insult")
    assert outcomes(comment) == ["upheld", "upheld"]


@pytest.mark.parametrize("sent", ["", "x", "-1", "9" * 30, "²"])
def test_a_form_that_does_not_say_what_was_seen_dismisses_nothing(moderator_client, comment, sent):
    file(comment)
    seen_at = attributes_of(look(moderator_client, comment), "seen_at")
    data = {"seen_at": seen_at, f"complaints-{comment.pk}": sent, "decision": "approved"}
    answer = moderator_client.post(screen(comment), data, follow=True)
    assert "A reader has reported" in words(answer)
    assert outcomes(comment) == ["open"]


def act(client, action, comments, page=None, **data):
    page = page or client.get(LIST)
    for comment in comments:
        if f'name="complaints-{comment.pk}"' in page.text:
            data[f"complaints-{comment.pk}"] = attributes_of(page, f"complaints-{comment.pk}")
    data["seen_at"] = attributes_of(page, "seen_at")
    fields = {"action": action, ACTION_CHECKBOX_NAME: [comment.pk for comment in comments]}
    return client.post(LIST, {**fields, **data}, follow=True)


def test_the_list_decides_about_new_and_reported_comments_together(
    moderator_client, article, comment
):
    new = factories.comment(article, address="198.51.100.1")
    file(comment, 1)
    assert "2 comments are done." in words(act(moderator_client, "approve", [comment, new]))
    assert fresh(new).moderation == "approved"
    assert outcomes(comment) == ["dismissed"]


def test_the_list_dismisses_no_report_that_it_has_not_shown(moderator_client, comment):
    file(comment, 1)
    page = moderator_client.get(LIST)
    file(comment, 2)
    told = words(act(moderator_client, "approve", [comment], page))
    assert "A reader has reported “Zoé: Fool” meanwhile." in told
    assert outcomes(comment) == ["open", "open"]


def test_the_comments_own_page_shows_the_reports_and_settles_them(moderator_client, comment):
    file(comment)
    url = screen(comment, "change")
    page = moderator_client.get(url)
    assert "Rude 1" in words(page)
    name = f"complaints-{comment.pk}"
    data = {
        "CHANGE_FORM-action": "approve",
        "CHANGE_FORM-seen_at": attributes_of(page, "CHANGE_FORM-seen_at"),
        "_selected_action": comment.pk,
    }
    moderator_client.post(url, data)
    assert outcomes(comment) == ["open"]
    moderator_client.post(url, {**data, name: attributes_of(page, name)})
    assert outcomes(comment) == ["dismissed"]


# --- Undo -------------------------------------------------------------------------------------


@pytest.mark.parametrize("data", [{"decision": "approved"}, {"reason": "insult"}])
def test_undoing_the_decision_opens_the_reports_again(moderator_client, comment, data):
    file(comment, 1)
    file(comment, 2, grounds="illegal")
    decide(moderator_client, comment, **data)
    page = moderator_client.get(QUEUE)
    assert f'action="{screen(comment, "undo")}"' in page.text
    assert undo(moderator_client, comment).url == screen(comment)
    again = fresh(comment)
    assert outcomes(again) == ["open", "open"]
    assert again.urgency == 1
    assert again.complained_at == min(again.complaints.values_list("submitted_at", flat=True))
    assert set(again.complaints.values_list("decided_by", "decided_at")) == {(None, None)}
    assert (again.moderation, again.decided_by.username) == ("approved", "simone")
    assert moderator_client.get(QUEUE).url == screen(comment)
    answer = undo(moderator_client, comment, follow=True)
    assert "Nothing is left to undo." in words(answer)
    assert outcomes(again) == ["open", "open"]


def test_undo_opens_what_the_decision_settled_and_nothing_else(
    moderator_client, comment, second_moderator
):
    file(comment, 1).dismiss(by=second_moderator)
    file(comment, 2)
    decide(moderator_client, comment, decision="approved")
    file(comment, 3)
    undo(moderator_client, comment)
    assert outcomes(comment) == ["dismissed", "open", "open"]


def test_nobody_undoes_a_colleagues_dismissal(moderator_client, comment, second_moderator):
    file(comment)
    fresh(comment).approve(by=second_moderator)
    answer = undo(moderator_client, comment, follow=True)
    assert "was decided already: the reader’s report was dismissed by simone" in words(answer)
    assert outcomes(comment) == ["dismissed"]


def test_a_report_stays_open_while_the_approval_is_taken_back(article, moderator):
    comment = factories.comment_in("approved", article, by=moderator)
    filed = file(comment)
    fresh(comment).undo(by=moderator)
    comment = fresh(comment)
    assert (comment.moderation, outcomes(comment)) == ("pending", ["open"])
    comment.approve(by=moderator, seen_complaints=comment.complaint_version)
    filed.refresh_from_db()
    assert filed.outcome == "dismissed"
    fresh(comment).undo(by=moderator)
    assert outcomes(comment) == ["open"]


def test_an_undo_that_removes_the_comment_upholds_what_was_reported_since(
    article, moderator, second_moderator
):
    comment = factories.comment_in("rejected", article, by=second_moderator)
    comment.approve(by=moderator)
    file(comment)
    fresh(comment).undo(by=moderator)
    assert (fresh(comment).moderation, outcomes(comment)) == ("rejected", ["upheld"])


# --- Two moderators, and one twice ------------------------------------------------------------


def test_who_is_second_is_told_of_the_colleague_who_dismissed(
    moderator_client, comment, second_moderator, clock
):
    file(comment)
    for data in ({"decision": "approved"}, {"reason": "insult"}):
        page = look(moderator_client, comment)
        clock.forward(minutes=1)
        if fresh(comment).complained_at:
            fresh(comment).approve(by=second_moderator)
            pages = page
        answer = decide(moderator_client, comment, pages, **data)
        told = words(moderator_client.get(answer.url))
        assert "was decided already: the reader’s report was dismissed by simone" in told
        assert fresh(comment).moderation == "approved"


@pytest.mark.parametrize(
    "data", [{"decision": "approved"}, {"decision": "spam"}, {"reason": "insult"}]
)
@pytest.mark.parametrize("is_reported", [True, False])
def test_who_presses_twice_is_not_warned_of_themselves(
    moderator_client, article, comment, data, is_reported
):
    if is_reported:
        file(comment)
    else:
        comment = factories.comment(article, address="198.51.100.1")
    page = look(moderator_client, comment)
    answers = [decide(moderator_client, comment, page, **data) for _press in range(2)]
    shown = moderator_client.get(answers[1].url, follow=True)
    assert "already" not in words(shown)
    assert "maurice" not in words(shown)
    rows = fresh(comment).events.filter(by__username="maurice")
    assert rows.count() == 1


def test_who_decides_otherwise_on_an_old_page_is_told_that_it_was_them(moderator_client, article):
    comment = factories.comment(article, address="198.51.100.1")
    page = look(moderator_client, comment)
    decide(moderator_client, comment, page, decision="approved")
    answer = decide(moderator_client, comment, page, decision="spam")
    told = words(moderator_client.get(answer.url)).partition("State")[0]
    assert "You have already decided" in told
    assert "by maurice" not in told
    assert fresh(comment).moderation == "approved"


def test_the_model_itself_refuses_to_dismiss_what_was_not_seen(comment, moderator):
    file(comment, 1)
    seen = fresh(comment).complaint_version
    file(comment, 2)
    with pytest.raises(Complained):
        fresh(comment).approve(by=moderator, seen_complaints=seen)
    assert issubclass(Complained, AlreadyDecided)


# --- What it costs ----------------------------------------------------------------------------


def queries(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        page = client.get(url)
    assert page.status_code == 200
    return len(captured)


@pytest.mark.parametrize("url", [LIST, LIST + "?moderation=reported"])
def test_a_list_of_many_reported_comments_costs_the_queries_of_one(
    moderator_client, article, second_moderator, url
):
    def add(number):
        for count in range(number):
            made = factories.comment_in(
                "approved", article, by=second_moderator, address=f"198.51.100.{count}"
            )
            for report in range(3):
                file(made, report)

    add(1)
    one = queries(moderator_client, url)
    add(15)
    assert queries(moderator_client, url) == one


def test_a_reported_comments_page_keeps_to_the_budget(moderator_client, article, comment):
    for number in range(12):
        file(comment, number, grounds="illegal" if number == 5 else "abuse")
    factories.comment(article, address="198.51.100.1")
    assert queries(moderator_client, screen(comment)) <= 20


@pytest.mark.parametrize("urgency", [0, 1])
def test_the_next_in_the_queue_is_found_by_an_index(article, comment, urgency):
    """The plan of the query names the index, and sorts nothing."""
    place = (urgency, timezone.now(), comment.pk)
    with CaptureQueriesContext(connection) as captured:
        Comment.objects.to_decide().next_to_decide(place)
        Comment.objects.to_decide().previous_to_decide(place)
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL plans by the size of the table.")
    with connection.cursor() as cursor:
        for query in captured:
            cursor.execute("EXPLAIN QUERY PLAN " + query["sql"])
            plan = str(cursor.fetchall())
            assert "comment_to_decide" in plan
            assert "TEMP B-TREE" not in plan
