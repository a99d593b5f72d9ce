"""A site that keeps no address: a trace is deleted once no request to Akismet is due."""

import json

import pytest
from django.db import transaction

from comments.models import Comment, Counter, SubmissionKey, Trace
from comments.moderation.states import Moderation, NothingKept
from comments.privacy import retention
from comments.screening import attempts
from tests import factories
from tests.comments.reader import Reader
from tests.comments.test_admin import LIST, act_on_form, change
from tests.pages import words

ADDRESS = "192.0.2.77"


@pytest.fixture(autouse=True)
def no_address(settings):
    settings.COMMENTS_KEEP_ADDRESS = False


@pytest.fixture
def comment(akismet, article):
    return factories.comment(article, name="Zoé", text="Hello", address=ADDRESS)


def kinds(comment):
    return list(comment.events.values_list("kind", flat=True))


def screened(comment, akismet, mode="ham"):
    akismet.set_mode(mode)
    attempts.screen_due()
    comment.refresh_from_db()
    return Comment.objects.get(pk=comment.pk)


# --- Deletion of the trace --------------------------------------------------------------------


@pytest.mark.parametrize("verdict", ["ham", "spam", "discard"])
def test_it_goes_with_the_verdict_and_the_history_says_so(akismet, comment, verdict):
    assert comment.ip_address == ADDRESS
    comment = screened(comment, akismet, verdict)
    assert akismet.checks[0].fields["user_ip"] == ADDRESS
    assert comment.screening == verdict
    assert not Trace.objects.exists()
    assert kinds(comment) == ["submitted", "screened", "forgotten"]


def test_it_stays_while_akismet_fails_and_goes_once_it_is_given_up(akismet, comment, clock):
    for _attempt in range(19):
        screened(comment, akismet, "unavailable")
        clock.forward(hours=7)
    assert Comment.objects.get().ip_address == ADDRESS
    comment = screened(comment, akismet, "unavailable")
    assert (comment.screening, comment.ip_address) == ("failed", None)
    assert kinds(comment)[-2:] == ["given_up", "forgotten"]


def test_a_refused_key_keeps_it_no_longer_than_the_longest_period(akismet, comment, clock):
    screened(comment, akismet, "invalid_key")
    clock.forward(days=89)
    retention.purge()
    assert Trace.objects.exists()
    clock.forward(days=1)
    retention.purge()
    assert not Trace.objects.exists()


def test_a_decision_that_nobody_need_tell_akismet_ends_it_too(comment, moderator):
    comment.approve(by=moderator)
    assert not Trace.objects.exists()
    assert kinds(comment) == ["submitted", "decided", "forgotten"]


def test_a_report_that_is_owed_is_made_first(akismet, comment, moderator):
    comment.mark_as_spam(by=moderator)
    assert Trace.objects.exists()
    attempts.screen_due()
    assert [report.fields["user_ip"] for report in akismet.reports] == [ADDRESS]
    assert not Trace.objects.exists()


@pytest.mark.parametrize("verb", ["withdraw", "erase"])
def test_a_writer_who_takes_the_comment_back_ends_it(comment, verb):
    getattr(comment, verb)()
    assert not Trace.objects.exists()


def test_the_trace_and_what_ends_it_go_together_or_not_at_all(comment, moderator):
    with transaction.atomic():
        comment.approve(by=moderator)
        transaction.set_rollback(True)
    assert Comment.objects.get().ip_address == ADDRESS


def test_traces_of_the_time_before_the_setting_go_with_the_next_purge(akismet, article, settings):
    settings.COMMENTS_KEEP_ADDRESS = True
    done = screened(factories.comment(article), akismet)
    waiting = factories.comment(article)
    assert Trace.objects.count() == 2
    settings.COMMENTS_KEEP_ADDRESS = False
    assert retention.purge(dry_run=True)["traces"] == 1
    retention.purge()
    assert Trace.objects.get().comment == waiting
    assert kinds(done)[-1] == "forgotten"


# --- Without a key ----------------------------------------------------------------------------


def test_where_nobody_is_to_be_asked_nothing_is_ever_stored(article, db):
    comment = factories.comment(article)
    assert not Trace.objects.exists()
    assert kinds(comment) == ["submitted"]


def test_a_key_that_is_taken_away_takes_the_traces_along(comment, settings):
    settings.AKISMET_API_KEY = ""
    retention.purge()
    assert not Trace.objects.exists()


def test_a_key_that_comes_later_finds_nothing_to_ask_with(article, settings, request):
    comment = factories.comment(article)
    akismet = request.getfixturevalue("akismet")
    comment = screened(comment, akismet)
    assert akismet.requests == []
    assert (comment.screening, comment.moderation) == ("failed", "pending")
    assert kinds(comment) == ["submitted", "too_late", "given_up"]


# --- Consequences -----------------------------------------------------------------------------


def test_a_contradiction_is_logged_as_too_late(akismet, comment, moderator):
    screened(comment, akismet, "spam").approve(by=moderator)
    attempts.screen_due()
    comment.refresh_from_db()
    assert akismet.reports == []
    assert (comment.moderation, comment.report_wanted) == (Moderation.APPROVED, "")
    assert kinds(comment)[-3:] == ["decided", "too_late", "given_up"]
    assert comment.events.get(kind="too_late").target == "ham"


def test_screening_again_is_refused_and_the_verdict_stays(
    akismet, comment, moderator, moderator_client
):
    comment = screened(comment, akismet)
    factories.comment(comment.article)  # This one still has its traces.
    with pytest.raises(NothingKept):
        comment.screen_again(by=moderator)
    page = words(act_on_form(moderator_client, "screen_again", comment))
    assert "cannot be screened again: its traces are deleted." in page
    comment.refresh_from_db()
    assert comment.screening == "ham"


def test_a_change_by_its_writer_is_screened_from_where_it_was_changed(akismet, client, comment):
    screened(comment, akismet)
    answer = client.post(
        f"{comment.get_receipt_url()}revise/",
        {"name": "Zoé", "comment": "Buy pills"},
        REMOTE_ADDR="192.0.2.78",
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    assert answer.status_code == 303
    comment = screened(comment, akismet, "spam")
    assert comment.screening == "spam"
    sent = akismet.checks[-1].fields
    assert (sent["user_ip"], sent["comment_content"]) == ("192.0.2.78", "Buy pills")
    assert not Trace.objects.exists()


def test_the_same_comment_is_still_stored_once(akismet, article, comment, clock):
    """For some minutes its address gets the receipt; no key with an address is kept longer."""

    def again(address):
        return factories.comment(article, name="Zoé", text="Hello", address=address)

    assert again(ADDRESS) == comment
    screened(comment, akismet)
    assert again(ADDRESS) == comment
    assert again("192.0.2.78") != comment
    clock.forward(minutes=6)
    retention.forget_submissions()
    assert not SubmissionKey.objects.exists()
    assert again(ADDRESS) != comment


def test_the_fingerprint_holds_no_address_and_goes_by_the_clock(akismet, comment, clock):
    screened(comment, akismet)
    clock.forward(days=89)
    retention.purge()
    assert Comment.objects.get().fingerprint
    clock.forward(days=1)
    assert retention.purge()["hashes"] == 1
    assert Comment.objects.get().fingerprint is None


def test_the_rate_is_limited_all_the_same(client, article, settings):
    settings.COMMENTS_RATE_LIMIT = 2
    reader = Reader(client, article, ADDRESS)
    statuses = [reader.comment(comment=f"Hello {n}").status_code for n in range(3)]
    assert statuses == [303, 303, 422]
    assert ADDRESS not in str(list(Counter.objects.values()))


def test_moderators_are_told_that_nobody_can_tell(akismet, comment, moderator_client):
    screened(comment, akismet)
    page = words(moderator_client.get(f"{LIST}{comment.pk}/moderate/"))
    assert "Its traces are deleted, so nobody can tell." in page
    assert "Deleted; it is kept no longer." in words(moderator_client.get(change(comment)))


def test_the_export_says_that_there_is_no_trace(akismet, client, comment):
    screened(comment, akismet)
    kept = json.loads(client.get(f"{comment.get_receipt_url()}export/").content)
    assert kept["trace"] is None


# --- The words for readers --------------------------------------------------------------------


def test_the_page_says_how_long(client, db, akismet):
    page = words(client.get("/comments/privacy/"))
    assert "Until Akismet has answered, and never longer than 90 days." in page
    assert "after the decision, and never" not in page


def test_the_page_says_that_nothing_is_kept(client, db):
    page = words(client.get("/comments/privacy/"))
    assert "They are not kept." in page
    assert "Until Akismet has answered" not in page
