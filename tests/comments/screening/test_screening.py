"""The fields sent to Akismet, and the meaning of its answers."""

import pytest

from comments.models import AkismetStatus, Comment, CommentEvent
from comments.moderation.states import Screening
from comments.screening import api, attempts
from tests import factories
from tests.conftest import AKISMET_KEY

#: All fields that may be sent, apart from the two that identify the site: `api_key` and `blog`.
ALLOWED = {
    *("user_ip", "user_agent", "referrer", "permalink", "comment_type", "comment_author"),
    *("comment_content", "comment_date_gmt", "comment_post_modified_gmt", "blog_lang"),
    *("blog_charset", "recheck_reason", "is_test"),
}


@pytest.fixture
def comment(article):
    return factories.comment(article)


def screen(comment):
    """Screen all that is due; return the comment as it is afterwards."""
    attempts.screen_due()
    comment.refresh_from_db()
    return comment


# --- Fields sent ------------------------------------------------------------------------------


def test_akismet_receives_exactly_the_allowed_fields_as_submitted(db, akismet, settings, clock):
    settings.SITE_URL = "https://news.example"
    article = factories.published("Le pont", language="fr")
    comment = factories.comment(
        article,
        name="Zoé",
        text="Un <b>mot</b> &eacute;\n\nhttps://a.example/?x=1&y=2",
        address="2001:db8::1",
        user_agent="Mozilla/5.0",
        referrer="https://search.example/?q=pont",
    )
    screen(comment)
    assert [received.fields for received in akismet.requests] == [
        {
            "api_key": AKISMET_KEY,
            "blog": "https://news.example",
            "user_ip": "2001:db8::1",
            "user_agent": "Mozilla/5.0",
            "referrer": "https://search.example/?q=pont",
            "permalink": f"https://news.example{article.path}",
            "comment_type": "comment",
            "comment_author": "Zoé",
            "comment_content": "Un <b>mot</b> &eacute;\n\nhttps://a.example/?x=1&y=2",
            "comment_date_gmt": comment.submitted_at.isoformat(timespec="seconds"),
            "comment_post_modified_gmt": article.first_published_at.isoformat(timespec="seconds"),
            "blog_lang": "fr",
            "blog_charset": "UTF-8",
        }
    ]


def test_the_allow_list_is_the_one_of_the_design():
    assert set(api.FIELDS) == ALLOWED


def test_no_header_speaks_of_the_reader_or_of_the_secret(akismet, comment):
    screen(comment)
    (received,) = akismet.requests
    assert set(received.headers) <= {
        *("Host", "Accept", "Accept-Encoding", "Connection", "User-Agent"),
        *("Content-Length", "Content-Type"),
    }
    assert received.headers["User-Agent"].startswith("Newsroom/")
    assert f"http://{received.headers['Host']}" == akismet.url


def test_what_an_editor_changes_later_is_not_what_akismet_is_sent(akismet, comment):
    Comment.objects.filter(pk=comment.pk).update(name="Mended", text="Mended")
    screen(comment)
    assert akismet.checks[0].fields["comment_author"] == "Paul"
    assert "trams" in akismet.checks[0].fields["comment_content"]


def test_an_unknown_address_is_sent_as_none(akismet, article):
    screen(factories.comment(article, address=None))
    assert akismet.checks[0].fields["user_ip"] == "0.0.0.0"


def test_a_test_site_says_that_it_is_one(akismet, comment, settings):
    settings.AKISMET_IS_TEST = True
    screen(comment)
    assert akismet.checks[0].fields["is_test"] == "1"


def test_a_second_check_says_that_it_is_one(akismet, comment, moderator):
    screen(comment).screen_again(by=moderator)
    screen(comment)
    assert [check.fields.get("recheck_reason") for check in akismet.checks] == [None, "recheck"]


# --- Answers ----------------------------------------------------------------------------------


@pytest.mark.parametrize("verdict", ["ham", "spam", "discard"])
def test_a_verdict_is_recorded_and_decides_nothing(akismet, comment, verdict):
    akismet.set_mode(verdict)
    screened = screen(comment)
    assert (screened.screening, screened.moderation) == (verdict, "pending")
    assert (screened.attempts, screened.next_attempt_at, screened.leased_until) == (0, None, None)
    assert not Comment.objects.published().exists()


def test_a_guaranteed_spammer_is_spam(akismet, article):
    assert screen(factories.comment(article, name="akismet-guaranteed-spam")).screening == "spam"


def test_a_verdict_is_asked_for_once(akismet, comment):
    screen(comment)
    assert attempts.screen_due() == 0
    assert len(akismet.requests) == 1


def test_the_history_names_the_fields_that_were_sent_and_holds_no_value(akismet, article):
    comment = screen(factories.comment(article, name="Zoé", text="Words", address="192.0.2.77"))
    event = comment.events.get(kind=CommentEvent.Kind.SCREENED)
    assert (event.origin, event.target) == ("waiting", "ham")
    assert event.data["fields"] == sorted({*ALLOWED} - {"referrer", "recheck_reason", "is_test"})
    for value in ("Zoé", "Words", "192.0.2.77", "Mozilla"):
        assert value not in str(list(comment.events.values()))


@pytest.mark.parametrize(
    ("mode", "header", "value"),
    [
        ("ham", "x-akismet-guid", "0" * 31 + "1"),
        ("discard", "x-akismet-pro-tip", "discard"),
        ("recheck_after", "x-akismet-recheck-after", "60"),
        ("alert", "x-akismet-alert-code", "10502"),
        ("alert", "x-akismet-alert-msg", "Over the usage limit"),
    ],
)
def test_the_headers_of_the_answer_are_kept(akismet, comment, mode, header, value):
    akismet.set_mode(mode)
    event = screen(comment).events.get(kind=CommentEvent.Kind.SCREENED)
    assert event.data["headers"][header] == value


# --- Comments to check, and their order -------------------------------------------------------


def test_a_comment_is_stored_before_akismet_is_asked(akismet, comment):
    assert Comment.objects.filter(pk=comment.pk).exists()
    assert akismet.requests == []


def test_the_task_of_a_comment_screens_that_comment(akismet, article):
    from comments import tasks

    comments = [factories.comment(article) for _number in range(2)]
    tasks.screen.call(comments[1].pk)
    assert [check.fields["comment_content"] for check in akismet.checks] == [comments[1].text]


def test_the_task_of_a_comment_deleted_meanwhile_does_nothing(akismet, comment):
    from comments import tasks

    number = comment.pk
    comment.delete()
    tasks.screen.call(number)
    assert akismet.requests == []


def test_without_a_key_nothing_is_sent_and_comments_wait(akismet, comment, settings):
    settings.AKISMET_API_KEY = ""
    assert screen(comment).screening == Screening.WAITING
    assert akismet.requests == []
    assert (comment.attempts, comment.leased_until) == (0, None)


def test_a_key_added_later_screens_what_is_undecided_only(akismet, article, moderator, settings):
    settings.AKISMET_API_KEY = ""
    comments = {
        verb: factories.comment(article) for verb in ("", "approve", "reject", "mark_as_spam")
    }
    for verb, comment in comments.items():
        if verb:
            getattr(comment, verb)(by=moderator)
    attempts.screen_due()
    settings.AKISMET_API_KEY = AKISMET_KEY
    attempts.screen_due()
    assert [check.fields["comment_content"] for check in akismet.checks] == [comments[""].text]
    # A person's “spam” is reported even if Akismet was never asked about the comment.
    assert [report.endpoint for report in akismet.reports] == ["submit-spam"]


def test_the_longest_waiting_comment_is_asked_about_first(akismet, article, clock):
    texts = []
    for number in range(3):
        texts.append(factories.comment(article, text=f"Number {number}").text)
        clock.forward(seconds=1)
    attempts.screen_due()
    assert [check.fields["comment_content"] for check in akismet.checks] == texts


def test_a_worker_told_to_end_begins_no_other_comment(akismet, article):
    for _number in range(3):
        factories.comment(article)
    assert attempts.screen_due(should_continue=lambda: len(akismet.checks) < 1) == 1
    assert len(akismet.checks) == 1


def test_an_answer_ends_a_failure_and_the_last_one_is_remembered(akismet, article, clock):
    akismet.set_mode("unavailable")
    screen(factories.comment(article))
    begun = clock.now
    clock.forward(minutes=1)
    screen(factories.comment(article))
    status = AkismetStatus.current()
    assert (status.state, status.failing_since, status.failed_at) == ("failing", begun, clock.now)
    akismet.set_mode("ham")
    screen(factories.comment(article))
    status = AkismetStatus.current()
    assert (status.state, status.failing_since, status.answered_at) == ("running", None, clock.now)
    assert "503" in status.failure


def test_the_command_screens_what_is_due(akismet, comment, capsys):
    from django.core.management import call_command

    call_command("screen_comments")
    assert capsys.readouterr().out == "1 answered\n"
    comment.refresh_from_db()
    assert comment.screening == Screening.HAM


# --- Leases -----------------------------------------------------------------------------------


def test_a_comment_is_claimed_by_one_worker(comment):
    other = Comment.objects.get(pk=comment.pk)
    assert comment.claim()
    assert not other.claim()


def test_a_lease_that_ran_out_is_taken_over(akismet, comment, clock, settings):
    assert comment.claim()
    attempts.screen_due()
    assert akismet.requests == []
    clock.forward(seconds=3 * settings.AKISMET_TIMEOUT)
    assert screen(comment).screening == Screening.HAM


@pytest.mark.parametrize(
    "late_answer",
    [
        lambda comment: comment.record_verdict(Screening.SPAM),
        lambda comment: comment.record_report("spam"),
        lambda comment: comment.record_failure("too late"),
        lambda comment: comment.give_up_without_trace(),
        lambda comment: comment.release(),
    ],
    ids=["verdict", "report", "failure", "no trace", "release"],
)
def test_a_late_answer_of_a_worker_that_lost_its_lease_changes_nothing(
    comment, clock, settings, late_answer
):
    first, second = comment, Comment.objects.get(pk=comment.pk)
    assert first.claim()
    clock.forward(seconds=3 * settings.AKISMET_TIMEOUT)
    assert second.claim()
    before = Comment.objects.filter(pk=comment.pk).values().get()
    late_answer(first)
    assert Comment.objects.filter(pk=comment.pk).values().get() == before
    assert comment.events.count() == 1
    second.record_verdict(Screening.HAM)
    assert Comment.objects.get().screening == Screening.HAM


def test_a_late_answer_after_the_verdict_changes_nothing(comment, clock, settings):
    first, second = comment, Comment.objects.get(pk=comment.pk)
    assert first.claim()
    clock.forward(seconds=3 * settings.AKISMET_TIMEOUT)
    assert second.claim()
    second.record_verdict(Screening.HAM)
    first.record_verdict(Screening.SPAM)
    assert Comment.objects.get().screening == Screening.HAM


def test_a_clock_set_back_hides_no_comment_for_long(akismet, comment, clock):
    assert comment.claim()
    comment.record_failure("unavailable")
    clock.forward(days=-30)
    assert screen(comment).screening == Screening.HAM
