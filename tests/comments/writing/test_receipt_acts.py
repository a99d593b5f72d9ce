"""Actions of a comment's writer on the private page, whose secret URL replaces an account."""

import json

import pytest
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from comments.models import Comment, CommentEvent, Complaint, Trace
from comments.moderation.reasons import Reason
from comments.moderation.states import Moderation, Screening
from comments.privacy import retention
from comments.privacy.export import export_for
from comments.screening import attempts
from comments.writing.refusal import Refused
from comments.writing.revision import revise
from tests import factories
from tests.comments.reader import SAME_ORIGIN
from tests.pages import field_values, form_values, forms_of, words

ACTS = ["revise", "withdraw", "erase"]


@pytest.fixture
def comment(article, clock):
    comment = factories.comment(article, name="Zoé", text="Hello", address="192.0.2.77")
    Comment.objects.update(submitted_at=clock.now)
    comment.refresh_from_db()
    return comment


def url(comment, act):
    return reverse(f"comments:{act}", args=[comment.receipt])


@pytest.fixture
def do(client, comment):
    def do(act, headers=SAME_ORIGIN, **fields):
        return client.post(url(comment, act), fields, headers=headers)

    return do


def kinds(comment):
    return list(comment.events.values_list("kind", flat=True))


# --- The pages ----------------------------------------------------------------------------------


@pytest.mark.parametrize("act", [*ACTS, "receipt", "export"])
def test_every_private_page_is_kept_by_nobody(client, comment, act):
    page = client.get(url(comment, act))
    assert page.status_code == 200
    assert page["Cache-Control"] == "no-store"
    assert page["X-Robots-Tag"] == "noindex"
    assert page["Referrer-Policy"] == "no-referrer"
    assert not page.cookies


@pytest.mark.parametrize("act", ACTS)
def test_looking_does_nothing(client, comment, act):
    client.get(url(comment, act))
    before = Comment.objects.values().get()
    client.head(url(comment, act))
    assert Comment.objects.values().get() == before
    assert kinds(comment) == ["submitted"]


@pytest.mark.parametrize("act", [*ACTS, "export"])
def test_another_address_leads_nowhere(client, comment, act):
    address = reverse(f"comments:{act}", args=["6b4bb7ae-5f5c-4ee1-8dd4-5d46e7b6b0c5"])
    assert client.get(address).status_code == 404
    assert client.post(address).status_code in (404, 405)


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}]
)
def test_another_sites_page_can_do_nothing(do, comment, act, headers):
    answer = do(act, headers=headers, name="Mallory", comment="Pwned")
    assert answer.status_code == 422
    assert "another site" in words(answer)
    comment.refresh_from_db()
    assert (comment.moderation, comment.text) == ("pending", "Hello")


@pytest.mark.parametrize("headers", [{}, {"Origin": "null"}])
def test_a_browser_that_names_no_page_knows_the_address_and_that_is_enough(do, comment, headers):
    assert do("withdraw", headers=headers).status_code == 303


def test_what_is_destructive_is_confirmed_on_a_page_of_its_own(client, comment):
    page = client.get(url(comment, "receipt"))
    for act in ("withdraw", "erase"):
        assert f'href="{url(comment, act)}"' in page.text
        confirm = client.get(url(comment, act))
        assert forms_of(confirm.text)["confirm-form"]["action"] == url(comment, act)
        assert "Hello" in words(confirm)


def test_too_many_acts_of_an_address_are_refused_and_nothing_typed_is_lost(do, settings):
    settings.COMMENTS_RATE_LIMIT = 2
    for number in range(2):
        assert do("revise", name="Zoé", comment=f"Hello {number}").status_code == 303
    answer = do("revise", name="Zoé", comment="Once too often")
    assert answer.status_code == 422
    assert "Many comments came from your connection" in words(answer)
    assert field_values(answer)["typed-comment"] == "Once too often"
    assert Comment.objects.get().text == "Hello 1"


def test_acting_leaves_room_for_comments(do, article, settings):
    settings.COMMENTS_RATE_LIMIT = 2
    for _time in range(3):
        do("withdraw")
    factories.comment(article, address="127.0.0.1")


# --- Changes by the writer ----------------------------------------------------------------------


def test_a_fresh_comment_can_be_changed_and_is_screened_again(akismet, client, do, comment):
    attempts.screen_due()
    assert form_values(client.get(url(comment, "revise")))["comment"] == "Hello"
    assert do("revise", name="Zoé B.", comment="Hello you").status_code == 303
    comment.refresh_from_db()
    assert (comment.name, comment.text, comment.html) == ("Zoé B.", "Hello you", "<p>Hello you</p>")
    assert (comment.screening, comment.edited_at) == ("waiting", None)
    attempts.screen_due()
    assert [c.fields["comment_content"] for c in akismet.checks] == ["Hello", "Hello you"]
    assert akismet.checks[1].fields["comment_author"] == "Zoé B."
    assert kinds(comment) == ["submitted", "screened", "revised", "screened"]


def test_the_copy_as_submitted_and_the_fingerprint_follow(do, comment, article, client):
    do("revise", name="Zoé", comment="Hello you")
    assert Trace.objects.values_list("name", "text").get() == ("Zoé", "Hello you")
    again = factories.comment(article, name="Zoé", text="Hello you", address="192.0.2.77")
    assert again == comment
    assert factories.comment(article, name="Zoé", text="Hello", address="192.0.2.77") != comment


def test_a_change_touches_no_other_comment_and_its_screening_is_ordered(do, comment, article):
    other = factories.comment(article, name="Max", text="Mine")
    DBTaskResult.objects.all().delete()
    do("revise", name="Zoé", comment="Hello you")
    other.refresh_from_db()
    assert (other.name, other.text) == (other.trace.name, other.trace.text) == ("Max", "Mine")
    assert [task.args_kwargs["args"] for task in DBTaskResult.objects.all()] == [[comment.pk]]


def test_a_change_that_comes_a_moment_after_the_decision_is_refused(comment, moderator):
    Comment.objects.get(pk=comment.pk).approve(by=moderator)
    with pytest.raises(Refused, match="late"):
        revise(comment, factories.SENDER, name="Zoé", text="Something else")
    assert Comment.objects.get().text == "Hello"


def test_a_change_passes_the_rules_of_a_new_comment(do, comment, settings):
    do("revise", name=settings.SITE_NAME, comment="Trust me")
    comment.refresh_from_db()
    assert (comment.hold, comment.hold_detail) == ("name", settings.SITE_NAME)
    do("revise", name="Zoé", comment="Never mind")
    comment.refresh_from_db()
    assert (comment.hold, comment.hold_detail) == ("", "")


def test_a_change_into_a_strangers_words_is_stored(do, comment, article):
    factories.comment(article, name="Max", text="Mine", address="192.0.2.200")
    assert do("revise", name="Max", comment="Mine").status_code == 303
    assert Comment.objects.filter(text="Mine").count() == 2


@pytest.mark.parametrize("minutes", [0, 4])
def test_a_change_into_another_comment_of_ones_own_is_refused(do, comment, article, clock, minutes):
    clock.forward(minutes=-2)
    factories.comment(article, name="Max", text="Mine", address="192.0.2.77")
    clock.forward(minutes=minutes)
    answer = do("revise", name="Max", comment="Mine")
    assert answer.status_code == 422
    assert "This very comment was already sent." in words(answer)
    assert field_values(answer)["typed-comment"] == "Mine"


def test_errors_are_shown_beside_what_was_typed(do, comment):
    answer = do("revise", name="", comment="Hello you")
    assert answer.status_code == 422
    assert "Please enter your name here" in words(answer)
    assert form_values(answer)["comment"] == "Hello you"


@pytest.mark.parametrize(("minutes", "status"), [(4, 303), (5, 422)])
def test_the_time_for_changes_ends(do, comment, clock, minutes, status):
    clock.forward(minutes=minutes)
    assert do("revise", name="Zoé", comment="Hello you").status_code == status


def test_no_minutes_are_no_changes(client, comment, settings):
    settings.COMMENTS_EDIT_MINUTES = 0
    assert "/revise/" not in client.get(url(comment, "receipt")).text
    assert client.get(url(comment, "revise")).status_code == 303


@pytest.mark.parametrize("verb", ["approve", "reject", "mark_as_spam"])
def test_what_a_person_decided_about_is_not_changed_any_more(do, comment, moderator, verb):
    getattr(comment, verb)(by=moderator)
    answer = do("revise", name="Zoé", comment="Something else")
    assert answer.status_code == 422
    assert "can no longer be changed" in words(answer)
    assert field_values(answer)["typed-comment"] == "Something else"
    assert Comment.objects.get().text == "Hello"


def test_what_a_moderator_has_edited_is_not_changed_under_that_name(do, comment, clock):
    Comment.objects.update(edited_at=clock.now)
    assert do("revise", name="Zoé", comment="Not theirs").status_code == 422
    assert Comment.objects.get().text == "Hello"


# --- Withdrawal ---------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [Moderation.PENDING, Moderation.APPROVED])
def test_a_comment_is_withdrawn_from_the_site_and_from_the_queue(
    client, do, comment, moderator, article, state
):
    if state == Moderation.APPROVED:
        comment.approve(by=moderator)
    answer = do("withdraw")
    assert answer.url == comment.get_receipt_url()
    article.refresh_from_db()
    comment.refresh_from_db()
    assert comment.moderation == "withdrawn"
    assert article.comment_count == 0
    assert not Comment.objects.published().exists()
    assert not Comment.objects.awaiting_moderation().exists()
    assert not Comment.objects.due().exists()
    assert "You have withdrawn it." in words(client.get(comment.get_receipt_url()))


@pytest.mark.parametrize("verb", ["reject", "mark_as_spam"])
def test_what_was_turned_down_has_nothing_to_withdraw(client, do, comment, moderator, verb):
    getattr(comment, verb)(by=moderator)
    assert "/withdraw/" not in client.get(comment.get_receipt_url()).text
    assert do("withdraw").status_code == 303
    comment.refresh_from_db()
    assert comment.moderation != "withdrawn"


def test_withdrawing_twice_is_withdrawing_once(do, comment):
    do("withdraw")
    do("withdraw")
    assert kinds(comment) == ["submitted", "withdrawn"]


# --- The reason of a rejection ------------------------------------------------------------------


@pytest.mark.parametrize("reason", Reason)
def test_the_reason_of_a_rejection_is_told(client, comment, moderator, reason):
    comment.reject(by=moderator, reason=reason)
    page = words(client.get(comment.get_receipt_url()))
    assert f"decided not to publish it: {reason.label}." in page


def test_without_a_reason_none_is_made_up(client, comment, moderator):
    comment.reject(by=moderator)
    assert "decided not to publish it. " in words(client.get(comment.get_receipt_url()))


# --- Export -------------------------------------------------------------------------------------


def exported(client, comment):
    answer = client.get(url(comment, "export"))
    assert answer["Content-Type"] == "application/json"
    assert answer["Content-Disposition"] == f'attachment; filename="comment-{comment.pk}.json"'
    return json.loads(answer.content)


def test_the_export_holds_the_comment_its_trace_and_its_history(client, comment, moderator):
    assert comment.claim()
    comment.record_verdict(Screening.HAM, fields=["user_ip"])
    comment.reject(by=moderator, reason="insult", note="Rude.")
    kept = exported(client, comment)
    assert kept["article"] == f"{kept['site']}{comment.article.path}" != comment.article.path
    assert (kept["name"], kept["text"], kept["moderation"]) == ("Zoé", "Hello", "rejected")
    assert kept["trace"]["ip_address"] == "192.0.2.77"
    assert kept["trace"]["user_agent"] == "Mozilla/5.0 (test)"
    assert [event["kind"] for event in kept["history"]] == ["submitted", "screened", "decided"]
    assert kept["history"][1]["data"] == {"fields": ["user_ip"]}
    assert kept["screening"] == "ham"


def test_the_export_of_an_answer_says_what_it_answers(client, comment, moderator):
    comment.approve(by=moderator)
    answer = factories.reply(comment, by=moderator)
    assert exported(client, answer)["in_reply_to"] == comment.pk


def test_nobody_of_the_newsroom_is_named(client, comment, moderator):
    comment.reject(by=moderator)
    text = json.dumps(exported(client, comment)).lower()
    assert "maurice" not in text
    assert "decided_by" not in text


def test_the_notes_of_colleagues_are_not_in_it(client, comment, moderator):
    comment.reject(by=moderator, note="Canarynote")
    comment.edit("Mended", by=moderator, note="Canarynote")
    assert "Canarynote" not in json.dumps(exported(client, comment))
    (kept,) = export_for(Comment.objects.all(), by=moderator)
    assert "Canarynote" not in str(kept)


def test_the_reports_of_other_readers_are_not_in_it(client, comment, moderator):
    """The privacy page promises that only moderators see a report."""
    comment.approve(by=moderator)
    for typed in ("Canaryreport", "Canaryreport too"):
        filed = Complaint.objects.file(comment, grounds="abuse", words=typed, address=None)
        filed.dismiss(by=moderator)
    kept = exported(client, comment)
    assert [event["kind"] for event in kept["history"]] == ["submitted", "decided"]
    assert "abuse" not in json.dumps(kept)
    assert "Canaryreport" not in json.dumps(kept)


def test_the_name_of_the_newsroom_that_was_used_is_not_in_it(client, article, moderator):
    factories.author("Anne Leroy")
    held = factories.comment(article, name="anne leroy")
    held.reject(by=moderator)
    kept = exported(client, held)
    assert kept["hold"] == "name"
    assert "Anne Leroy" not in json.dumps(kept)


def test_what_akismet_thinks_is_kept_back_until_a_person_has_decided(client, comment, moderator):
    assert comment.claim()
    comment.record_verdict(Screening.SPAM, headers={"x-akismet-pro-tip": "discard"})
    assert "spam" not in json.dumps(exported(client, comment))
    comment.screen_again(by=moderator)
    assert "spam" not in json.dumps(exported(client, comment))
    comment.reject(by=moderator)
    kept = exported(client, comment)
    assert "spam" in {row["target"] for row in kept["history"]}


def test_every_column_is_exported_or_knowingly_left_out(client, comment, moderator):
    """A new column fails this test until somebody decides whether to export it."""
    comment.reject(by=moderator)
    kept = exported(client, comment)
    left_out = {
        *("parent", "root"),  # Exported as `in_reply_to`.
        *(
            "receipt",
            "fingerprint",  # Named in `keyed_hashes`.
            "html",
            "is_shown",
        ),  # Known to the writer, or derived from other columns.
        *("is_newsroom", "decided_by", "report_wanted"),  # For the newsroom only.
        *("attempts", "next_attempt_at", "leased_until", "recheck_at"),  # Columns of the queue.
        *("complained_at", "urgency", "complaint_version"),  # They tell of other readers.
    }
    assert {field.name for field in Comment._meta.concrete_fields} - set(kept) == left_out
    trace = {field.name for field in Trace._meta.concrete_fields} - {"id", "comment"}
    assert trace == set(kept["trace"])
    event = {field.name for field in CommentEvent._meta.concrete_fields}
    # The newsroom's own, as the privacy page says.
    assert event - set(kept["history"][0]) == {"id", "comment", "by", "note"}


def test_an_export_after_the_traces_went_has_none(client, comment):
    Trace.objects.all().delete()
    assert exported(client, comment)["trace"] is None


def test_exports_are_counted_too(client, comment, settings):
    settings.COMMENTS_RATE_LIMIT = 1
    assert client.get(url(comment, "export")).status_code == 200
    assert client.get(url(comment, "export")).status_code == 422


# --- Erasure ------------------------------------------------------------------------------------


def test_an_erased_comment_says_so_and_shows_nothing(client, do, comment):
    answer = do("erase")
    assert answer.url == comment.get_receipt_url()
    page = client.get(answer.url)
    assert "It is erased." in words(page)
    assert "Zoé" not in page.text
    assert "Hello" not in page.text
    for act in ACTS:
        assert f"/{act}/" not in page.text
        assert client.get(url(comment, act)).status_code == 303


def test_what_is_left_can_be_exported(client, do, comment):
    do("erase")
    kept = exported(client, comment)
    assert (kept["name"], kept["text"], kept["trace"]) == ("", "", None)
    assert [event["kind"] for event in kept["history"]] == ["submitted", "erased"]


def test_a_withdrawn_comment_can_still_be_erased(do, comment):
    do("withdraw")
    do("erase")
    comment.refresh_from_db()
    assert comment.erased_at
    assert kinds(comment) == ["submitted", "withdrawn", "erased"]


def test_a_receipt_is_deleted_with_its_comment_in_the_end(client, do, comment, clock):
    do("erase")
    clock.forward(days=90)
    retention.purge()
    assert client.get(comment.get_receipt_url()).status_code == 404
