"""A refused comment goes back to its writer, with the reason and every typed word."""

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings as django_settings

from comments.models import Comment, CommentPolicy, Counter, SubmissionKey
from comments.privacy import retention
from comments.writing import provenance
from tests import factories
from tests.comments.reader import Reader
from tests.pages import field_values, form_values, forms_of, words

pytestmark = pytest.mark.any_database

TYPED = {"name": " Zoé ", "comment": "One <b>\r\n\r\n\r\nTwo &eacute; "}


@pytest.fixture
def reader(client, article):
    reader = Reader(client, article)
    reader.open()
    return reader


def refused(answer, code):
    """Check that no comment was stored and that the refusal is counted; return the page's words."""
    assert answer.status_code == 422
    assert Counter.objects.get(name=f"refused:{code}").count == 1
    assert not Comment.objects.filter(name="Zoé").exists()
    return words(answer)


def keeps_the_text(answer):
    """Say whether the page's form contains all the typed text, ready to be sent again."""
    return {name: form_values(answer)[name] for name in TYPED} == TYPED


def shows_the_text(answer):
    """Say whether the page shows all the typed text, so that the reader can copy it."""
    return {name: field_values(answer)[f"typed-{name}"] for name in TYPED} == TYPED


# --- Closed, paused, gone ---------------------------------------------------------------------


def test_a_late_comment_on_a_closed_article(reader, article):
    article.comments_open = False
    article.save()
    answer = reader.send(**TYPED)
    assert "Comments on this article are closed." in refused(answer, "closed")
    assert shows_the_text(answer)
    assert forms_of(answer.text) == {}


def test_a_late_comment_on_a_paused_site(reader):
    CommentPolicy(paused=True, pause_reason="We are <moving>.").save()
    answer = reader.send(**TYPED)
    assert "We are <moving>." in refused(answer, "paused")
    assert shows_the_text(answer)


def test_a_pause_without_a_reason_says_that_it_is_one(reader):
    CommentPolicy(paused=True).save()
    assert "Comments are paused on the whole site" in refused(reader.send(**TYPED), "paused")


def test_a_late_comment_on_an_article_withdrawn_meanwhile(reader, article):
    article.withdraw(by=None)
    answer = reader.send(**TYPED)
    assert "This article is no longer available" in refused(answer, "gone")
    assert shows_the_text(answer)
    assert "It was closed for a year." not in answer.text


def test_a_reason_to_refuse_comes_before_the_errors_of_the_form(reader):
    CommentPolicy(paused=True).save()
    answer = reader.send(name="", comment="Hello")
    assert "paused" in words(answer)
    assert "Please enter your name here" not in answer.text


@pytest.mark.parametrize("closing", ["article", "site"])
def test_where_nobody_may_comment_there_is_no_form(client, article, closing):
    if closing == "site":
        CommentPolicy(paused=True).save()
    else:
        article.comments_open = False
        article.save()
    page = client.get(article.path)
    assert forms_of(page.text) == {}
    assert "Comments" in words(page)


# --- The stamp --------------------------------------------------------------------------------


def stamp_of(article, *, days):
    day = datetime.now(UTC) - timedelta(days=days)
    return provenance._signer("stamp").sign(f"{article.pk}:{day:%Y%m%d}")


@pytest.mark.parametrize("odd", ["", "x", "1:20260101", "1:20260101:x", "\x00", "é", "x" * 9999])
def test_a_form_without_a_true_stamp_comes_back_with_one(reader, odd):
    answer = reader.send(**TYPED, stamp=odd)
    assert "Please send your comment once more." in refused(answer, "stamp")
    assert keeps_the_text(answer)
    assert reader.send().status_code == 303


@pytest.mark.parametrize("days", [32, 400, -3])
def test_a_stamp_from_another_time_is_none(reader, article, days):
    answer = reader.send(**TYPED, stamp=stamp_of(article, days=days))
    assert refused(answer, "stamp")
    assert keeps_the_text(answer)
    assert reader.send().status_code == 303


@pytest.mark.parametrize("days", [0, 1, 30, -1])
def test_a_stamp_of_these_days_is_good(reader, article, days):
    assert reader.send(**TYPED, stamp=stamp_of(article, days=days)).status_code == 303


def test_a_stamp_of_another_article_is_none(reader):
    other = factories.published("Another")
    assert refused(reader.send(**TYPED, stamp=provenance.stamp(other)), "stamp")


def test_a_stamp_signed_with_another_key_is_none(reader, article, settings):
    stamp = provenance.stamp(article)
    settings.SECRET_KEY = f"not {django_settings.SECRET_KEY}"
    assert refused(reader.send(**TYPED, stamp=stamp), "stamp")


def test_a_confirmation_is_no_stamp(reader, article):
    value = provenance.confirmation(article, "192.0.2.1")
    assert refused(reader.send(**TYPED, stamp=value), "stamp")


# --- Rate and duplicates ----------------------------------------------------------------------


def test_too_many_comments_from_one_address(reader, article, settings, clock):
    settings.COMMENTS_RATE_LIMIT = 1
    reader.send(name="Paul", comment="First")
    reader.open()
    answer = reader.send(**TYPED)
    assert "Please try again in a few minutes." in refused(answer, "rate")
    assert keeps_the_text(answer)
    clock.now += settings.COMMENTS_RATE_PERIOD
    assert reader.send().status_code == 303


def test_the_limit_counts_the_reader_behind_our_proxy_and_not_the_proxy(
    client, article, settings, clock
):
    settings.TRUSTED_PROXY_COUNT = 1
    settings.COMMENTS_RATE_LIMIT = 1
    statuses = []
    for forwarded in ("203.0.113.1", "203.0.113.2", "198.51.100.7, 203.0.113.1"):
        reader = Reader(client, article, address="10.0.0.1")
        reader.open()
        answer = reader.send(
            headers={"Sec-Fetch-Site": "same-origin", "X-Forwarded-For": forwarded},
            name="Paul",
            comment=f"From {forwarded}",
        )
        statuses.append(answer.status_code)
    assert statuses == [303, 303, 422]


@pytest.mark.parametrize("verb", ["approve", "reject", "mark_as_spam", "withdraw"])
@pytest.mark.parametrize("minutes", [0, 6, 60 * 24])
def test_words_that_others_may_know_lead_to_no_receipt(reader, article, clock, verb, minutes):
    """A neighbour behind the same NAT has the same address, and can copy a published comment."""
    first = factories.comment(article, name="Paul", text="Hello")
    getattr(first, verb)(**({} if verb == "withdraw" else {"by": None}))
    clock.forward(minutes=minutes)
    answer = reader.send(name="PAUL", comment=" hello ")
    assert answer.status_code == 422
    assert "This very comment was already sent." in words(answer)
    assert str(first.receipt) not in answer.text
    assert "Location" not in answer
    assert Comment.objects.count() == 1


def test_an_old_undecided_comment_leads_to_no_receipt_either(reader, article, clock):
    first = factories.comment(article, name="Paul", text="Hello")
    clock.forward(minutes=6)
    retention.forget_submissions()
    answer = reader.send(name="Paul", comment="Hello")
    assert "This very comment was already sent." in words(answer)
    assert str(first.receipt) not in answer.text


def test_a_comment_from_before_an_upgrade_is_recognised(reader, article):
    """`migrate` has deleted its hash, which was of another kind."""
    factories.comment(article, name="Paul", text="Hello")
    Comment.objects.update(fingerprint=None)
    SubmissionKey.objects.all().delete()
    answer = reader.send(name="Paul", comment="Hello")
    assert "This very comment was already sent." in words(answer)
    assert reader.send(name="Paul", comment="Hello again").status_code == 303


def test_a_stranger_may_say_the_same(reader, article):
    first = factories.comment(article, name="Marie", text="Bravo !", address="192.0.2.200")
    answer = reader.send(name="Marie", comment="Bravo !")
    assert answer.status_code == 303
    assert str(first.receipt) not in answer.url
    assert Comment.objects.count() == 2


def test_what_is_refused_is_kept_nowhere(reader):
    from django_tasks_db.models import DBTaskResult

    reader.send(**TYPED, stamp="")
    assert not Comment.objects.exists()
    assert not DBTaskResult.objects.exists()
    assert list(Counter.objects.values_list("name", flat=True)) == ["refused:stamp"]
