"""The privacy page compared with the facts: Akismet's requests, every table, and the logs.

A reader whose data are all canaries (values found nowhere else) comments over HTTP. Then the test
reads each column of each model, so a new table or column must keep the same promises.
"""

import re
from datetime import timedelta

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils.translation import override

from comments.models import Comment, Complaint
from comments.privacy import notice, retention
from comments.screening import attempts
from newsroom.errors import mail as error_mail
from tests import factories
from tests.comments.reader import SAME_ORIGIN, Reader
from tests.pages import words

#: The data of the reader, by the kind of field in which each may be kept.
CANARIES = {
    "name": "Canaryname",
    "text": "Canarytext",
    "address": "192.0.2.77",
    "agent": "Canaryagent",
    "referrer": "canary.example",
}
TYPED = {"comments.Comment": {"name", "text"}}
ALL = {**TYPED, "comments.Trace": set(CANARIES)}
NONE = {}


def kept() -> dict[str, set]:
    """Return, for each model that has any, the canaries found in any column of any row."""
    found = {}
    for model in apps.get_models():
        rows = str(list(model._base_manager.values()))
        if held := {name for name, canary in CANARIES.items() if canary in rows}:
            found[model._meta.label] = held
    return found


@pytest.fixture
def send(client, article):
    """Return a function that sends the canaries as a comment or an answer, and returns that."""

    def send(parent=None):
        reader = Reader(client, article, CANARIES["address"])
        if parent:
            reader.url = reverse("comments:reply", args=[parent.pk])
        headers = {
            **SAME_ORIGIN,
            "User-Agent": f"{CANARIES['agent']}/1.0",
            "Referer": f"https://{CANARIES['referrer']}/",
        }
        reader.open()
        text = f"{CANARIES['text']} {Comment.objects.count()}"
        answer = reader.send(headers, name=CANARIES["name"], comment=text)
        assert answer.status_code == 303, answer.text
        return Comment.objects.last()

    return send


def screened(comment, akismet, mode="ham"):
    akismet.set_mode(mode)
    attempts.screen_due()
    return Comment.objects.get(pk=comment.pk)


# --- Fields sent to Akismet -------------------------------------------------------------------


def named_on_the_page(client):
    return re.findall(r"<code>(\w+)</code>", client.get("/comments/privacy/").text)


@pytest.mark.any_database
@pytest.mark.parametrize("language", ["en", "fr"])
def test_akismet_receives_what_the_page_names_no_less_and_no_more(
    client, akismet, send, moderator, settings, language
):
    """Every kind of request: a comment, a reply, a second check, both reports, a test site."""
    settings.LANGUAGE_CODE = language
    comment = screened(send(), akismet, "spam")
    comment.approve(by=moderator)
    screened(comment, akismet)
    reply = screened(send(comment), akismet)
    reply.screen_again(by=moderator)
    reply = screened(reply, akismet)
    settings.AKISMET_IS_TEST = True
    reply.mark_as_spam(by=moderator)
    screened(reply, akismet)

    requests = [r for r in akismet.requests if r.endpoint != "verify-key"]
    assert [r.endpoint for r in requests] == [
        *("comment-check", "submit-ham", "comment-check", "comment-check", "submit-spam"),
    ]
    for request in requests:
        assert (request.fields["api_key"], request.fields["blog"]) == (
            settings.AKISMET_API_KEY,
            settings.SITE_URL,
        )
    # The key and the URL of the site itself are sent too; the page says so in its text.
    received = {name for r in requests for name in r.fields} - {"api_key", "blog"}
    with override(language):
        assert received == set(named_on_the_page(client))


@pytest.mark.any_database
def test_akismet_receives_each_thing_under_its_own_name_and_nothing_in_a_header(akismet, send):
    screened(send(), akismet)
    (check,) = akismet.checks
    places = {
        **{"name": "comment_author", "text": "comment_content", "address": "user_ip"},
        **{"agent": "user_agent", "referrer": "referrer"},
    }
    for name, canary in CANARIES.items():
        assert [f for f, value in check.fields.items() if canary in value] == [places[name]]
        assert canary not in str(check.headers)
    assert set(map(str.lower, check.headers)) <= {
        *("host", "accept", "accept-encoding", "connection", "content-length", "content-type"),
        "user-agent",
    }


@pytest.mark.any_database
def test_each_meaning_is_said_in_french(client, db, settings):
    settings.LANGUAGE_CODE = "fr"
    with override("fr"):
        french = {str(meaning) for meaning in notice.FIELD_MEANINGS.values()}
        page = words(client.get("/comments/privacy/"))
    with override("en"):
        english = {str(meaning) for meaning in notice.FIELD_MEANINGS.values()}
    assert french.isdisjoint(english)
    assert [meaning for meaning in french if meaning not in page] == []


def test_one_day_is_no_days(client, db, settings):
    settings.COMMENTS_SPAM_DAYS, settings.COMMENTS_REJECTED_DAYS = 1, 2
    page = words(client.get("/comments/privacy/"))
    assert "deleted after 1 day, a rejected or withdrawn one after 2 days." in page


# --- Data kept, and its retention -------------------------------------------------------------

#: The state; the period (a key of `retention.periods()`); the data kept before and after its end.
PERIODS = [
    ("pending", "trace_at_most", ALL, TYPED),
    ("approved", "trace", ALL, TYPED),
    ("rejected", "trace", ALL, TYPED),
    ("rejected", "rejected", TYPED, NONE),
    ("withdrawn", "trace", ALL, TYPED),
    ("withdrawn", "rejected", TYPED, NONE),
    ("spam", "spam", ALL, NONE),
]
#: The same on a site that keeps no address: the trace is deleted when screening ends.
PERIODS_WITHOUT_ADDRESS = [
    (state, period, TYPED, after) for state, period, _before, after in PERIODS
]


@pytest.mark.parametrize(
    ("keep", "state", "period", "before", "after"),
    [*((True, *case) for case in PERIODS), *((False, *case) for case in PERIODS_WITHOUT_ADDRESS)],
)
def test_the_database_holds_what_the_page_says_before_and_after_each_period(
    akismet, send, moderator, clock, settings, keep, state, period, before, after
):
    settings.COMMENTS_KEEP_ADDRESS = keep
    comment = send()
    assert kept() == ALL
    comment = screened(comment, akismet)
    assert kept() == (ALL if keep else TYPED)
    if state == "withdrawn":
        comment.withdraw()
    elif state != "pending":
        comment.decide(state, by=moderator)
    attempts.screen_due()
    start = comment.submitted_at if period == "trace_at_most" else clock.now
    clock.now = start + timedelta(days=retention.periods()[period], seconds=-1)
    retention.purge()
    assert kept() == before
    clock.forward(seconds=1)
    retention.purge()
    assert kept() == after


def test_a_site_without_a_key_that_keeps_no_address_never_stores_one(send, settings):
    settings.COMMENTS_KEEP_ADDRESS = False
    send()
    assert kept() == TYPED


@pytest.mark.parametrize("keep", [True, False])
def test_nothing_is_left_once_it_is_erased(akismet, send, moderator, settings, keep):
    settings.COMMENTS_KEEP_ADDRESS = keep
    comment = screened(send(), akismet, "spam")
    comment.reject(by=moderator, note="Says Canarytext")
    comment.erase(by=moderator)
    assert kept() == NONE


def test_who_reports_a_comment_leaves_a_hash_and_their_words_for_as_long_as_the_page_says(
    article, moderator, clock
):
    comment = factories.comment_in("approved", article, by=moderator)

    filed = Complaint.objects.file(
        comment, grounds="other", words="Canarytext", address=CANARIES["address"]
    )
    periods = retention.periods()
    clock.now = filed.submitted_at + timedelta(days=periods["trace_at_most"], seconds=-1)
    for hashes in (1, 0):
        retention.purge()
        assert Complaint.objects.exclude(address_hash="").count() == hashes
        clock.forward(seconds=1)
    filed.dismiss(by=moderator)
    clock.forward(days=periods["complaint"], seconds=-1)
    for held in ({"comments.Complaint": {"text"}}, NONE):
        retention.purge()
        assert kept() == held
        clock.forward(seconds=1)


def test_what_counts_posts_is_gone_within_the_hours_that_the_page_says(send, clock, settings):
    from comments.models import Counter

    settings.COMMENTS_RATE_PERIOD *= 9
    send()
    # The worker purges once an hour, so at most one hour after the end of the period.
    clock.forward(hours=retention.periods()["counter_hours"] - 1)
    retention.purge()
    assert not Counter.objects.filter(name__startswith="post:").exists()


# --- Logs and mail ----------------------------------------------------------------------------


@pytest.mark.any_database
@pytest.mark.parametrize(
    "mode", ["ham", "invalid_key", "error_header", "unavailable", "html", "slow", "reset"]
)
def test_no_log_and_no_mail_holds_anything_of_a_comment(
    akismet, send, settings, moderator, caplog, capfd, mailoutbox, mode
):
    settings.ADMINS = ["chief@news.example"]
    settings.AKISMET_TIMEOUT = 0.2
    caplog.set_level("DEBUG")
    comment = screened(send(), akismet, mode)
    comment.mark_as_spam(by=moderator)
    screened(comment, akismet, mode)
    said = caplog.text + "".join(capfd.readouterr()) + "".join(m.body for m in mailoutbox)
    assert [canary for canary in CANARIES.values() if canary in said] == []


def test_a_page_that_breaks_says_nothing_of_the_reader_either(
    client, akismet, send, settings, capsys, mailoutbox, monkeypatch, tmp_path
):
    """The worker mails each error to ADMINS, with facts about its request."""
    from comments.writing import admission

    def broken(*args, **kwargs):
        raise RuntimeError("Broken.")

    settings.ADMINS = ["chief@news.example"]
    settings.VAR_DIR = tmp_path
    monkeypatch.setattr(admission, "admit", broken)
    client.raise_request_exception = False
    with pytest.raises(AssertionError):
        send()
    assert mailoutbox == []
    error_mail.send_due()
    (mail,) = mailoutbox
    assert "builtins.RuntimeError: Broken." in mail.body
    assert "POST /comments/article/" in mail.body
    said = mail.body
    assert [canary for canary in CANARIES.values() if canary in said] == []
