"""Limits on the number of comments: from an address, from its network, on one article."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from comments.models import Comment, Counter, SubmissionKey, submission_key
from comments.models.counter import memory
from comments.privacy import retention
from comments.writing import admission
from comments.writing.provenance import Sender
from comments.writing.refusal import Refused
from comments.writing.revision import revise
from tests import factories


def send(article, address="192.0.2.1", text=None):
    sender = Sender(address=address, user_agent="", referrer="")
    text = text or f"From {address}"
    return admission.admit(article, sender, name="Paul", text=text)


@pytest.mark.parametrize(
    ("addresses", "stranger"),
    [
        (["192.0.2.1", "192.0.2.2", "192.0.2.255"], "192.0.3.1"),
        (["2001:db8:1:2::1", "2001:db8:1:2::2", "2001:db8:1:2:ffff::9"], "2001:db8:1:3::1"),
    ],
)
def test_a_network_has_a_wider_limit_of_its_own(article, settings, clock, addresses, stranger):
    settings.COMMENTS_NETWORK_LIMIT = 2
    first, second, third = addresses
    send(article, first)
    send(article, second)
    with pytest.raises(Refused, match="rate"):
        send(article, third)
    assert send(article, stranger).pk


def test_what_an_address_sends_above_its_limit_is_not_its_networks(article, settings, clock):
    settings.COMMENTS_RATE_LIMIT, settings.COMMENTS_NETWORK_LIMIT = 1, 3
    send(article, "192.0.2.1")
    for number in range(4):
        # Another process, which has not met the address yet.
        memory.forget()
        with pytest.raises(Refused, match="rate"):
            send(article, "192.0.2.1", f"Again {number}")
    assert send(article, "192.0.2.2").pk
    assert send(article, "192.0.2.3").pk
    with pytest.raises(Refused, match="rate"):
        send(article, "192.0.2.4")


def test_no_network_is_kept_to_count_it(article):
    send(article, "192.0.2.77")
    send(article, "2001:db8:1:2::1")
    names = " ".join(Counter.objects.values_list("name", flat=True))
    assert "192.0" not in names
    assert "2001" not in names


def test_a_flood_on_one_article_is_stored_and_marked(article, settings, clock):
    settings.COMMENTS_FLOOD_LIMIT = 2
    marks = [send(article, f"192.0.{n}.1").hold for n in range(4)]
    assert marks == ["", "", "flood", "flood"]
    assert send(factories.published("Another"), "192.0.9.1").hold == ""
    clock.forward(minutes=1)
    assert send(article, "192.0.10.1").hold == ""


def test_a_site_may_rather_have_readers_wait(article, settings, clock):
    settings.COMMENTS_FLOOD_LIMIT, settings.COMMENTS_FLOOD_ACTION = 1, "refuse"
    send(article)
    with pytest.raises(Refused, match="flood") as caught:
        send(article, "192.0.3.1")
    assert caught.value.repeatable
    assert "send it in a minute" in str(caught.value.message)
    assert Comment.objects.count() == 1
    clock.forward(minutes=1)
    assert send(article, "192.0.3.1").pk


def test_what_a_rule_finds_says_more_than_a_flood(article, settings, clock):
    settings.COMMENTS_FLOOD_LIMIT = 0
    factories.author("Anne Leroy")
    sender = Sender(address="192.0.2.1", user_agent="", referrer="")
    held = admission.admit(article, sender, name="Anne Leroy", text="Hello")
    assert held.hold == "name"


def test_all_these_counters_go_with_their_period(article, clock, settings):
    send(article)
    clock.now += 2 * settings.COMMENTS_RATE_PERIOD
    retention.purge()
    assert not Counter.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_limit_of_an_article_is_exact_under_parallel_posts(article, settings, clock):
    settings.COMMENTS_FLOOD_LIMIT = 3

    def run(number):
        try:
            return send(article, f"192.0.{number}.1").hold
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        marks = list(pool.map(run, range(8)))
    assert sorted(marks) == ["", "", "", *["flood"] * 5]


@pytest.mark.parametrize("again", ["HELLO  there", " hello\nthere ", "Hello\u00a0there"])
def test_the_same_words_in_other_case_and_spacing_are_a_duplicate(article, again):
    first = send(article, text="Hello there")
    assert send(article, text=again) == first
    assert send(article, "198.51.100.1", text=again) != first


# --- The same words from many addresses ---------------------------------------------------------


def test_from_the_sixth_in_an_hour_on_the_same_words_are_held(article, clock):
    elsewhere = factories.published("Another")
    stored = [
        send(elsewhere if n % 2 else article, f"198.51.{n}.1", text="Buy  NOW" if n else "Buy now")
        for n in range(7)
    ]
    assert [comment.hold for comment in stored] == [*[""] * 5, "repeated", "repeated"]
    assert stored[5].why_held == "one of many with the same words"
    assert send(article, "198.51.9.1", text="Buy later").hold == ""
    clock.forward(minutes=61)
    assert send(article, "198.51.8.1", text="Buy now").hold == ""


def test_a_change_to_words_that_many_send_is_held_too(article):
    for n in range(5):
        send(article, f"198.51.{n}.1", text="Buy now")
    comment = send(article, text="Hello")
    revise(comment, factories.SENDER, name="Paul", text="Buy now")
    assert Comment.objects.get(pk=comment.pk).hold == "repeated"
    assert send(article, "198.51.8.1", text="Buy now").hold == "repeated"


def test_a_key_with_an_address_lives_for_minutes(article, clock):
    send(article)
    clock.forward(minutes=4)
    retention.forget_submissions()
    assert SubmissionKey.objects.count() == 1
    clock.forward(minutes=2)
    retention.forget_submissions()
    assert not SubmissionKey.objects.exists()


def test_what_stays_says_nothing_of_the_address(article):
    one, other = send(article, "198.51.1.1", text="Hello"), send(article, "198.51.2.1", "Hello")
    assert one.fingerprint == other.fingerprint
    assert one.submission_key.key != other.submission_key.key
    one.erase()
    assert SubmissionKey.objects.get().comment == other


def test_a_key_that_no_sweep_has_deleted_yet_counts_no_more(article, clock, settings):
    settings.COMMENTS_KEEP_ADDRESS, settings.AKISMET_API_KEY = False, ""
    first = send(article)
    clock.forward(minutes=6)
    assert send(article) != first


def test_an_expired_key_is_left_alone_if_its_writer_changes_the_comment_meanwhile(
    article, clock, settings, monkeypatch
):
    settings.COMMENTS_KEEP_ADDRESS, settings.AKISMET_API_KEY = False, ""
    settings.COMMENTS_EDIT_MINUTES = 30
    first = send(article, text="Hello")
    clock.forward(minutes=6)
    read = submission_key._with_key

    def slowly(key):
        found = read(key)
        monkeypatch.setattr(submission_key, "_with_key", read)
        revise(
            first, Sender(address="192.0.2.1", user_agent="", referrer=""), name="Paul", text="Hi"
        )
        return found

    monkeypatch.setattr(submission_key, "_with_key", slowly)
    assert send(article, text="Hello") != first
    assert send(article, text="Hi") == first


def test_an_address_in_another_form_is_the_same(article):
    send(article, "::ffff:192.0.2.9", text="Hello")
    SubmissionKey.objects.all().delete()
    for address in ("::ffff:192.0.2.9", "192.0.2.9"):
        with pytest.raises(Refused, match="duplicate"):
            send(article, address, text="hello")
