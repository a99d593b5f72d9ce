"""Limits on the number of comments: from an address, from its network, on one article."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from comments.models import Comment, Counter
from comments.privacy import retention
from comments.writing import admission
from comments.writing.provenance import Sender
from comments.writing.refusal import Refused
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
    with pytest.raises(Refused, match="duplicate"):
        send(article, "198.51.100.1", text=again)
