"""Blocks of senders: whose comments they hold or refuse, and for how long."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comments.models import Comment, CommentEvent, Counter, SenderBlock
from comments.models.sender_block import days_left
from comments.moderation.reasons import Hold
from comments.privacy import retention
from comments.privacy.erasure import erase
from comments.privacy.export import kept_about
from comments.writing import admission
from comments.writing.refusal import Refused
from comments.writing.revision import revise
from tests import factories
from tests.comments.reader import Reader
from tests.pages import form_values, words

pytestmark = pytest.mark.django_db

PAUL, PAUL_IPV6 = "203.0.113.9", "2001:db8:1:2::9"


def sender(address):
    return factories.Sender(address=address, user_agent="", referrer="")


@pytest.mark.parametrize(
    ("network", "address", "is_held"),
    [
        ("203.0.113.9/32", "203.0.113.9", True),
        ("203.0.113.9/32", "203.0.113.10", False),
        ("203.0.113.0/24", "203.0.113.255", True),
        ("203.0.113.0/24", "203.0.114.0", False),
        ("203.0.0.0/16", "203.0.255.1", True),
        ("203.0.0.0/16", "203.1.0.1", False),
        ("2001:db8:1:2::9/128", "2001:db8:1:2::9", True),
        ("2001:db8:1:2::9/128", "2001:db8:1:2::a", False),
        ("2001:db8:1:2::/64", "2001:db8:1:2:ffff::1", True),
        ("2001:db8:1:2::/64", "2001:db8:1:3::1", False),
        ("2001:db8:1::/48", "2001:db8:1:ffff::1", True),
        ("203.0.113.0/24", None, False),
    ],
)
def test_a_block_holds_the_comments_of_its_network_and_of_no_other(
    moderator, article, network, address, is_held
):
    origin = PAUL if "." in network else PAUL_IPV6
    placed = SenderBlock.objects.place(
        factories.comment(address=origin), network, "hold", days=7, by=moderator
    )
    comment = factories.comment(article, address=address)
    assert comment.hold == (Hold.SENDER if is_held else "")
    placed.refresh_from_db()
    assert placed.stopped == int(is_held)


@pytest.fixture
def comment(article):
    return factories.comment(article, name="Paul", address=PAUL)


@pytest.fixture
def place(comment, moderator):
    """Return a function that blocks the address of `comment`."""

    def place(action="hold", network=f"{PAUL}/32", days=7, **fields):
        return SenderBlock.objects.place(
            comment, network, action, days=days, by=moderator, **fields
        )

    return place


def test_a_refused_reader_is_told_so_and_gets_the_text_back(client, article, place):
    placed = place("refuse")
    reader = Reader(client, article, PAUL)
    page = reader.comment(name="Paul", comment="Again me")
    assert page.status_code == 422
    assert "Comments from your connection are not taken at present." in words(page)
    assert form_values(page)["comment"] == "Again me"
    assert Comment.objects.count() == 1
    assert Counter.objects.get(name="refused:sender").count == 1
    placed.refresh_from_db()
    assert placed.stopped == 1


def test_another_reader_notices_nothing(client, article, place):
    place("refuse", "203.0.113.0/24")
    assert Reader(client, article, "198.51.100.1").comment().status_code == 303


def test_a_reply_is_stopped_like_a_comment(article, comment, place, moderator):
    comment.approve(by=moderator)
    place("refuse")
    with pytest.raises(Refused, match="sender"):
        admission.admit(article, sender(PAUL), name="P", text="And again", parent=comment)


def test_of_two_blocks_the_one_that_refuses_wins(article, place):
    place("hold")
    place("refuse", "203.0.113.0/24")
    with pytest.raises(Refused, match="sender"):
        factories.comment(article, address=PAUL)
    assert factories.comment(article, address="198.51.100.7").hold == ""


def test_a_double_click_counts_once(article, place):
    placed = place()
    for _time in range(2):
        factories.comment(article, address=PAUL, text="Twice")
    placed.refresh_from_db()
    assert placed.stopped == 1


def test_a_change_of_a_comment_passes_no_block(article, comment, place):
    place("refuse")
    for now in (PAUL, "198.51.100.7"):
        with pytest.raises(Refused, match="sender"):
            revise(comment, sender(now), name="Paul", text="Changed")
    place("hold")
    revise(comment, sender("198.51.100.7"), name="Paul", text="Changed")
    comment.refresh_from_db()
    assert comment.hold == Hold.SENDER


def test_a_comment_that_is_sent_from_a_blocked_address_later_is_not_changed_there(article, place):
    place("refuse")
    other = factories.comment(article, address="198.51.100.7")
    with pytest.raises(Refused, match="sender"):
        revise(other, sender(PAUL), name="Paul", text="Changed")


def test_the_check_costs_one_query_for_any_number_of_blocks(article, place, moderator):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            admission.check_sender(PAUL)
        return len(captured)

    assert queries() == 1
    SenderBlock.objects.bulk_create(
        SenderBlock(
            network=f"10.{n}.0.0/16",
            action="refuse",
            until=timezone.now() + timedelta(days=1),
            placed_at=timezone.now(),
        )
        for n in range(250)
    )
    place("hold")
    assert queries() == 1


# --- Its end ----------------------------------------------------------------------------------


def test_a_block_ends_by_itself_and_is_deleted(article, place, clock):
    place("refuse", days=2)
    clock.forward(days=1.9)
    assert retention.purge()["blocks"] == 0
    with pytest.raises(Refused):
        factories.comment(article, address=PAUL)
    clock.forward(days=0.2)
    assert factories.comment(article, address=PAUL).hold == ""
    assert retention.purge()["blocks"] == 1
    assert not SenderBlock.objects.exists()


def test_a_block_outlives_its_comment_but_not_the_longest_retention(
    comment, place, clock, settings, moderator
):
    settings.COMMENTS_TRACE_DAYS_AT_MOST = 20
    clock.forward(days=5)
    assert days_left(comment) == 14  # and a part of a day
    with pytest.raises(ValueError, match="No such block"):
        place(days=15)
    place(days=14)
    comment.mark_as_spam(by=moderator)
    clock.forward(days=13)
    Comment.objects.all().delete()
    assert SenderBlock.objects.in_force().get().comment is None
    clock.forward(days=1.1)
    assert retention.purge()["blocks"] == 1


def test_a_shorter_retention_ends_earlier_blocks(place, clock, settings):
    place(days=80)
    settings.COMMENTS_TRACE_DAYS_AT_MOST = 10
    clock.forward(days=11)
    assert retention.purge(dry_run=True)["blocks"] == 1


@pytest.mark.parametrize("network", ["198.51.100.1/32", "0.0.0.0/0", "203.0.0.0/8", "x", ""])
def test_only_networks_of_the_sender_are_blocked(place, network):
    with pytest.raises(ValueError, match="No such block"):
        place(network=network)


def test_a_sender_whose_comment_was_erased_meanwhile_is_not_blocked(comment, place, moderator):
    assert comment.ip_address == PAUL
    erase(Comment.objects.get(pk=comment.pk), by=moderator)
    with pytest.raises(ValueError, match="No such block"):
        place()
    assert not SenderBlock.objects.exists()


def test_a_second_block_of_the_same_network_replaces_the_first(place):
    place("hold", days=2, reason="Once")
    place("refuse", days=9, reason="Twice")
    placed = SenderBlock.objects.get()
    assert (placed.action, placed.reason, placed.stopped) == ("refuse", "Twice", 0)


def test_only_moderators_block_and_lift(place, comment, editor, moderator):
    with pytest.raises(PermissionDenied):
        SenderBlock.objects.place(comment, f"{PAUL}/32", "hold", days=1, by=editor)
    placed = place()
    with pytest.raises(PermissionDenied):
        placed.lift(by=editor)
    placed.lift(by=moderator)
    assert not SenderBlock.objects.exists()


def test_the_history_of_the_comment_tells_both_without_the_address(place, comment, moderator):
    place("refuse", reason="Third time").lift(by=moderator)
    told = [event.in_words for event in comment.history()][1:]
    assert told == [
        "Blocked by maurice: further comments of its sender are refused",
        "The block of its sender was lifted by maurice",
    ]
    assert PAUL not in str(list(CommentEvent.objects.values()))


# --- Privacy ----------------------------------------------------------------------------------


def test_an_erased_comment_leaves_no_address_and_its_writer_stays_blocked(
    article, comment, place, moderator
):
    placed = place("refuse", reason="Paul again")
    comment.erase()
    rows = str(list(SenderBlock.objects.values()))
    assert PAUL not in rows
    assert "Paul" not in rows
    assert str(SenderBlock.objects.get()) == "address erased"
    with pytest.raises(Refused, match="sender"):
        factories.comment(article, address=PAUL)
    SenderBlock.objects.get(pk=placed.pk).lift(by=moderator)
    assert factories.comment(article, address=PAUL)


def test_another_erased_comment_of_the_same_address_takes_it_out_of_the_block_too(
    article, comment, place, moderator
):
    other = factories.comment(article, address=PAUL)
    place("hold")
    Comment.objects.filter(pk=comment.pk).delete()
    other.erase(by=moderator)
    assert PAUL not in str(list(SenderBlock.objects.values()))


def test_an_erased_address_can_be_blocked_anew(article, comment, place, moderator):
    place("hold")
    comment.erase()
    again = factories.comment(article, address=PAUL)
    SenderBlock.objects.place(again, f"{PAUL}/32", "refuse", days=3, by=moderator)
    assert SenderBlock.objects.get().action == "refuse"


def test_the_writer_can_download_the_block_but_no_name_and_no_note(comment, place):
    place("refuse", reason="A nuisance")
    (kept,) = kept_about(comment)["blocks"]
    assert (kept["network"], kept["action"]) == (f"{PAUL}/32", "refuse")
    assert "nuisance" not in str(kept_about(comment))
    assert "maurice" not in str(kept_about(comment))


def test_a_site_that_keeps_no_addresses_blocks_nobody(article, comment, place, settings):
    place("refuse")
    settings.COMMENTS_KEEP_ADDRESS = False
    assert factories.comment(article, address=PAUL).hold == ""
    assert days_left(comment) == 0
    assert retention.purge()["blocks"] == 1


def test_the_privacy_page_names_the_blocks_while_there_can_be_any(client, db, settings):
    named = "Your IP address or its network, if moderators hold or refuse comments from there"
    page = words(client.get("/comments/privacy/"))
    assert named in page
    assert "Until the block is over, 90 days at most after you sent the comment." in page
    settings.COMMENTS_KEEP_ADDRESS = False
    assert named not in words(client.get("/comments/privacy/"))
