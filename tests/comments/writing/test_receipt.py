"""The private page of a comment's writer: the state of the comment, and nothing else."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from comments.models import AkismetStatus, Comment, CommentPolicy
from comments.writing.receipt import Receipt
from tests import factories
from tests.pages import words

pytestmark = pytest.mark.any_database

CHECKED = "It is stored, and is being checked for spam."
WAITS = "It is stored and waits for a moderator"
PUBLISHED = "It is published."
REFUSED = "A moderator has read it and decided not to publish it."


@pytest.fixture
def comment(article):
    return factories.comment(article, name="Zoé", text="Hello <b>there &eacute;")


@pytest.fixture
def receipt(client, comment):
    return client.get(comment.get_receipt_url())


@pytest.mark.parametrize(
    ("screening", "state"),
    [
        ("waiting", CHECKED),
        ("ham", WAITS),
        ("spam", WAITS),
        ("discard", WAITS),
        ("failed", WAITS),
    ],
)
def test_a_pending_comment_is_on_its_way_and_no_verdict_is_told(
    client, comment, screening, state, settings
):
    settings.AKISMET_API_KEY = "0123456789ab"
    Comment.objects.update(screening=screening)
    page = words(client.get(comment.get_receipt_url()))
    assert [state for state in (CHECKED, WAITS, PUBLISHED, REFUSED) if state in page] == [state]


def test_without_a_key_nothing_is_said_to_be_checked(client, comment):
    page = words(client.get(comment.get_receipt_url()))
    assert WAITS in page
    assert CHECKED not in page


@pytest.mark.parametrize(
    ("verb", "state"), [("approve", PUBLISHED), ("reject", REFUSED), ("mark_as_spam", REFUSED)]
)
def test_a_decision_is_told(client, comment, moderator, verb, state):
    getattr(comment, verb)(by=moderator)
    page = words(client.get(comment.get_receipt_url()))
    assert [state for state in (CHECKED, WAITS, PUBLISHED, REFUSED) if state in page] == [state]
    assert "Maurice" not in page
    assert ("It was not published." in page) is (state == REFUSED)


def test_a_published_comment_is_one_link_away(client, comment, moderator):
    comment.approve(by=moderator)
    page = client.get(comment.get_receipt_url())
    assert f'href="{comment.get_absolute_url()}"' in page.text
    answer = client.get(comment.get_absolute_url())
    assert answer.url == f"{comment.article.path}#comment-{comment.pk}"
    assert f'id="comment-{comment.pk}"' in client.get(answer.url).text


def test_the_text_is_shown_as_it_was_typed(receipt):
    assert "Hello &lt;b&gt;there &amp;eacute;" in receipt.text
    assert "Zoé" in receipt.text


def test_nobody_elses_text_is_shown(client, comment, article):
    factories.comment(article, name="Somebody", text="Something else")
    page = client.get(comment.get_receipt_url()).text
    assert "Somebody" not in page
    assert "Something else" not in page


def test_nothing_of_the_trace_is_shown(receipt):
    assert "192.0.2.1" not in receipt.text
    assert "Mozilla" not in receipt.text


def test_a_receipt_is_kept_by_no_cache_and_no_search_engine(receipt):
    assert "no-store" in receipt["Cache-Control"]
    assert receipt["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in receipt.text


def test_no_other_page_is_told_the_address(receipt):
    assert receipt["Referrer-Policy"] == "no-referrer"


def test_a_receipt_without_a_comment_is_not_found(client, db):
    assert client.get(f"/comments/receipt/{uuid.uuid4()}/").status_code == 404


@pytest.mark.parametrize("odd", ["1", "x", "00000000-0000-0000-0000-00000000000g"])
def test_what_is_no_receipt_is_not_found(client, db, odd):
    assert client.get(f"/comments/receipt/{odd}/").status_code == 404


def test_a_receipt_changes_nothing(client, comment):
    assert client.post(comment.get_receipt_url()).status_code == 405
    assert client.head(comment.get_receipt_url()).status_code == 200


def test_a_receipt_outlives_the_article(client, comment, article):
    article.withdraw(by=None)
    page = client.get(comment.get_receipt_url())
    assert page.status_code == 200
    assert "Back to the article" not in page.text


def test_a_published_comment_under_a_withdrawn_article_leads_nowhere_and_says_why(
    client, comment, article, moderator
):
    comment.approve(by=moderator)
    gone = "The article itself is not on the site at the moment."
    assert gone not in words(client.get(comment.get_receipt_url()))
    article.withdraw(by=None)
    page = client.get(comment.get_receipt_url())
    assert gone in words(page)
    assert comment.get_absolute_url() not in page.text


@pytest.mark.parametrize(
    ("verb", "sentence"),
    [
        ("withdraw", "It is on no page of this site, and no moderator decides about it."),
        ("erase", "Your name, your comment and all that was kept about them are deleted."),
    ],
)
def test_what_its_writer_did_is_said_once_and_explained(client, comment, verb, sentence):
    getattr(comment, verb)()
    page = words(client.get(comment.get_receipt_url()))
    assert page.count(Receipt(comment).heading) == 1
    assert sentence in page


def test_a_comment_that_nobody_decided_cannot_be_read_yet(client, comment):
    assert comment.get_absolute_url() not in client.get(comment.get_receipt_url()).text


def test_a_receipt_is_not_found_once_its_comment_is_deleted(client, comment):
    comment.delete()
    assert client.get(comment.get_receipt_url()).status_code == 404


def test_no_public_page_names_a_receipt(client, comment, moderator):
    comment.approve(by=moderator)
    assert str(comment.receipt) not in client.get(comment.article.path).text


def test_the_writer_of_a_held_comment_is_told_why(client, article):
    factories.author("Anne Leroy")
    held = factories.comment(article, name="anne leroy")
    page = words(client.get(held.get_receipt_url()))
    assert "It is looked at more closely: uses the name of Anne Leroy." in page
    other = factories.comment(article)
    assert "looked at more closely" not in words(client.get(other.get_receipt_url()))


# --- Steps ----------------------------------------------------------------------------------------

CHECK, READ, DONE = "Checked automatically", "Read by a moderator", "done"


@pytest.mark.parametrize(
    ("state", "screening", "key", "steps"),
    [
        ("pending", "waiting", "key", [(CHECK, "now"), (READ, ""), ("Published", "")]),
        ("pending", "waiting", "", [(CHECK, DONE), (READ, "now"), ("Published", "")]),
        ("pending", "spam", "key", [(CHECK, DONE), (READ, "now"), ("Published", "")]),
        ("approved", "waiting", "key", [(CHECK, DONE), (READ, DONE), ("Published", DONE)]),
        ("rejected", "ham", "key", [(CHECK, DONE), (READ, DONE), ("Not published", "ended")]),
        ("spam", "failed", "key", [(CHECK, DONE), (READ, DONE), ("Not published", "ended")]),
        ("withdrawn", "waiting", "key", [("Withdrawn", "ended")]),
        ("withdrawn", "ham", "key", [(CHECK, DONE), ("Withdrawn", "ended")]),
    ],
)
def test_a_comment_goes_step_by_step(article, moderator, settings, state, screening, key, steps):
    comment = factories.comment_in(state, article, by=moderator)
    Comment.objects.update(screening=screening)
    comment.refresh_from_db()
    settings.AKISMET_API_KEY = key
    found = Receipt(comment).steps
    assert [(step.label, step.state) for step in found] == [("Stored", DONE), *steps]
    # One step is the current one, and each step has either its time or a note.
    assert [step.is_current for step in found].count(True) == 1
    assert all(bool(step.at) != bool(step.note) for step in found)


@pytest.mark.parametrize(
    ("state", "screening", "note"),
    [
        ("pending", "ham", "Done"),
        ("pending", "failed", "The check gave no answer; a person decides without it."),
        ("pending", "waiting", "Not on this site: a person decides without it."),
        ("rejected", "waiting", "Not needed: a person was faster."),
    ],
)
def test_it_is_said_what_became_of_the_check(article, moderator, state, screening, note):
    comment = factories.comment_in(state, article, by=moderator)
    comment.write(screening=screening)
    assert [step.note for step in Receipt(comment).steps if step.label == CHECK] == [note]


def test_what_is_erased_is_not_called_withdrawn(comment):
    comment.erase()
    assert [step.label for step in Receipt(comment).steps][-1] == "Erased"
    assert Receipt(comment).heading == "It is erased."


# --- Whether it is being checked --------------------------------------------------------------

SILENT = "The automatic check does not answer at the moment."


@pytest.fixture
def with_key(settings, comment):
    settings.AKISMET_API_KEY = "0123456789ab"


def refuse_the_key():
    AkismetStatus.current()
    AkismetStatus.objects.first().pause()


def silence_akismet():
    AkismetStatus.current().record_failure("timed out")


def let_an_attempt_fail():
    Comment.objects.update(attempts=3, next_attempt_at=timezone.now() + timedelta(hours=1))


def stop_the_workers():
    Comment.objects.update(next_attempt_at=timezone.now() - timedelta(minutes=6))


@pytest.mark.parametrize(
    "happens", [refuse_the_key, silence_akismet, let_an_attempt_fail, stop_the_workers]
)
def test_a_check_that_does_not_work_is_not_said_to_be_going_on(client, comment, with_key, happens):
    assert CHECKED in words(client.get(comment.get_receipt_url()))
    happens()
    page = words(client.get(comment.get_receipt_url()))
    assert CHECKED not in page
    assert "within a minute" not in page
    assert WAITS in page
    assert SILENT in page


def test_once_the_key_works_the_check_goes_on(client, comment, with_key):
    refuse_the_key()
    AkismetStatus.current().resume()
    page = words(client.get(comment.get_receipt_url()))
    assert CHECKED in page
    assert SILENT not in page


@pytest.mark.parametrize(
    ("screening", "said"),
    [("ham", "Checked automatically Done"), ("failed", "The check gave no answer")],
)
def test_a_finished_check_is_finished_whatever_happens_to_the_key(
    client, comment, with_key, screening, said
):
    Comment.objects.update(screening=screening, next_attempt_at=None)
    refuse_the_key()
    page = words(client.get(comment.get_receipt_url()))
    assert said in page
    assert SILENT not in page


def test_a_decision_is_told_while_the_key_is_refused(client, comment, moderator, with_key):
    refuse_the_key()
    comment.approve(by=moderator)
    page = words(client.get(comment.get_receipt_url()))
    assert PUBLISHED in page
    assert SILENT not in page


def test_a_paused_site_says_the_same_about_what_it_has_taken(client, comment, with_key):
    CommentPolicy.objects.update_or_create(pk=1, defaults={"paused": True})
    assert CHECKED in words(client.get(comment.get_receipt_url()))
