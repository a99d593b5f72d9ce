"""The checks before a comment is stored: its sender, the rate limits and the duplicates."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import RequestFactory

from comments.models import Comment, CommentEvent, CommentPolicy, Counter, Trace
from comments.models.counter import memory
from comments.writing import admission
from comments.writing.admission import apply_rules
from comments.writing.provenance import Sender, client_address
from comments.writing.refusal import Refused
from tests import factories


def request(remote="192.0.2.9", forwarded=None, **headers):
    if forwarded is not None:
        headers["X-Forwarded-For"] = forwarded
    return RequestFactory().post("/", REMOTE_ADDR=remote, headers=headers)


def admit(article, *, address="192.0.2.1", name="Paul", text="Hello", **kwargs):
    sender = Sender(address=address, user_agent="Mozilla", referrer="")
    return admission.admit(article, sender, name=name, text=text, **kwargs)


# --- The sender's address ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, None, "192.0.2.9"),
        (0, "203.0.113.5", "192.0.2.9"),
        (1, "203.0.113.5", "203.0.113.5"),
        (1, "198.51.100.66, 203.0.113.5", "203.0.113.5"),
        (1, " 198.51.100.66 ,203.0.113.5 ", "203.0.113.5"),
        (2, "203.0.113.5, 10.0.0.1", "203.0.113.5"),
        (2, "198.51.100.66, 203.0.113.5, 10.0.0.1", "203.0.113.5"),
        # Fewer hops than proxies: the request bypassed them, so only its own address is known.
        (1, None, "192.0.2.9"),
        (1, "", "192.0.2.9"),
        (2, "198.51.100.66", "192.0.2.9"),
        (1, "198.51.100.66,", "192.0.2.9"),
    ],
)
def test_the_address_is_the_one_that_our_own_proxies_saw(settings, proxies, forwarded, address):
    settings.TRUSTED_PROXY_COUNT = proxies
    assert client_address(request(forwarded=forwarded)) == address


@pytest.mark.parametrize(
    ("remote", "address"),
    [
        ("2001:DB8:0::1", "2001:db8::1"),
        ("::ffff:192.0.2.9", "192.0.2.9"),
        ("::1", "::1"),
        ("fe80::1%eth0", "fe80::1"),
    ],
)
def test_an_address_has_one_spelling(remote, address):
    assert client_address(request(remote)) == address


@pytest.mark.parametrize(
    "remote", ["", "unix:", "localhost", "192.0.2", "192.0.2.1:80", "'; DROP TABLE", "1" * 9999]
)
def test_what_is_no_address_is_none(remote):
    assert client_address(request(remote)) is None


def test_garbage_from_a_proxy_is_no_address(settings):
    settings.TRUSTED_PROXY_COUNT = 1
    assert client_address(request(forwarded="203.0.113.5, unknown")) is None


@pytest.mark.parametrize("address", [None, "2001:db8::1", "fe80::1%eth0", "::ffff:192.0.2.9"])
def test_a_comment_from_any_address_is_stored(article, address):
    sender = Sender.of(request(address or "unix:"))
    stored = admission.admit(article, sender, name="Paul", text="Hello")
    assert Trace.objects.get(comment=stored).ip_address == sender.address


# --- Data kept about the sender ---------------------------------------------------------------


def test_browser_and_referrer_are_kept(article):
    sender = Sender.of(request(**{"User-Agent": "Mozilla/5.0", "Referer": "https://a.example/b"}))
    assert (sender.user_agent, sender.referrer) == ("Mozilla/5.0", "https://a.example/b")


def test_headers_of_any_length_and_with_control_characters_fit():
    sender = Sender.of(
        request(**{"User-Agent": "x\x00\x1b" * 5000, "Referer": "http://a.example/" + "y" * 9000})
    )
    assert len(sender.user_agent) == len(sender.referrer) == 500
    assert "\x00" not in sender.user_agent


@pytest.mark.parametrize(
    "referrer",
    [
        "http://testserver/comments/receipt/6f1c1f9e-0000-4000-8000-000000000000/",
        "https://elsewhere.example/comments/receipt/x",
    ],
)
def test_the_address_of_a_receipt_is_never_kept_as_a_referrer(referrer):
    assert Sender.of(request(Referer=referrer)).referrer == ""


# --- Storing ----------------------------------------------------------------------------------


def test_a_comment_is_stored_pending_with_its_trace_history_and_task(article):
    from django_tasks_db.models import DBTaskResult

    stored = admit(article, name="Paul", text="Hello")
    stored.refresh_from_db()
    assert (stored.moderation, stored.screening) == ("pending", "waiting")
    assert (stored.trace.name, stored.trace.text) == ("Paul", "Hello")
    assert [event.kind for event in stored.events.all()] == [CommentEvent.Kind.SUBMITTED]
    assert [task.args_kwargs["args"] for task in DBTaskResult.objects.all()] == [[stored.pk]]
    assert Comment.objects.due().get() == stored


def test_a_comment_whose_screening_cannot_be_ordered_is_not_stored_either(article, monkeypatch):
    monkeypatch.setattr(admission.tasks, "screen", None)  # The last step fails.
    with pytest.raises(AttributeError):
        admit(article)
    assert not Comment.objects.exists()
    assert not Trace.objects.exists()


# --- Rate limits ------------------------------------------------------------------------------


def test_an_address_may_post_so_often_and_no_more(settings, article, clock):
    settings.COMMENTS_RATE_LIMIT = 2
    admit(article, text="One")
    admit(article, text="Two")
    with pytest.raises(Refused, match="rate"):
        admit(article, text="Three")
    assert Comment.objects.count() == 2


def test_another_address_is_not_held_back(settings, article, clock):
    settings.COMMENTS_RATE_LIMIT = 1
    admit(article, text="One")
    assert admit(article, text="Two", address="192.0.2.2").pk


def test_the_next_period_begins_at_nought(settings, article, clock):
    settings.COMMENTS_RATE_LIMIT = 1
    settings.COMMENTS_RATE_PERIOD = timedelta(minutes=10)
    clock.now = datetime(2030, 1, 1, 12, 9, 59, tzinfo=UTC)
    admit(article, text="One")
    with pytest.raises(Refused, match="rate"):
        admit(article, text="Two")
    clock.forward(seconds=1)
    assert admit(article, text="Two").pk


def test_comments_of_unknown_addresses_share_one_limit(settings, article, clock):
    settings.COMMENTS_RATE_LIMIT = 1
    admit(article, text="One", address=None)
    with pytest.raises(Refused, match="rate"):
        admit(article, text="Two", address=None)


def test_no_address_is_kept_to_count_it(article):
    admit(article, address="192.0.2.77")
    assert not Counter.objects.filter(name__contains="192").exists()


# --- Duplicates -------------------------------------------------------------------------------


def test_the_same_comment_from_the_same_address_is_the_stored_one(article):
    first = admit(article)
    assert admit(article) == first
    assert Comment.objects.count() == 1
    assert first.events.count() == 1


@pytest.mark.parametrize(
    "again",
    [
        *({"name": "PAUL"}, {"name": "Pàul"}),
        *({"text": "Hello"}, {"text": " Hello\n"}, {"text": "HELLO"}),
    ],
)
def test_a_difference_that_nobody_hears_is_none(article, again):
    first = admit(article)
    assert admit(article, **again) == first


@pytest.mark.parametrize("other", [{"name": "Paula"}, {"text": "Hello!"}, {"text": "Hèllo"}])
def test_a_comment_that_says_something_else_is_another(article, other):
    first = admit(article)
    assert admit(article, **other) != first


def test_the_same_words_under_another_article_are_another_comment(article):
    assert admit(article) != admit(factories.published("Another"))


@pytest.mark.parametrize("address", ["192.0.2.2", None])
def test_the_same_comment_from_another_address_is_another(article, address):
    assert admit(article) != admit(article, address=address)
    assert Comment.objects.count() == 2


def test_nobody_without_an_address_is_led_to_a_strangers_receipt(article):
    admit(article, address=None)
    with pytest.raises(Refused, match="duplicate"):
        admit(article, address=None)


def test_once_the_trace_is_gone_the_same_words_are_a_new_comment(article, clock):
    from comments.privacy import retention

    first = admit(article)
    clock.forward(days=91)
    retention.purge()
    assert admit(article, address="192.0.2.2") != first


# --- Held comments ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Anne Leroy", "anne LEROY", "Ãnne  Leroy", "Ａnne\u00a0Leroy"])
def test_a_name_of_an_author_is_held_whatever_its_case_and_accents(article, name):
    factories.author("Änne Leroy")
    stored = admit(article, name=name)
    assert stored.why_held == "uses the name of Änne Leroy"


def test_the_name_of_the_site_is_held(article, settings):
    settings.SITE_NAME = "L’Écho"
    assert admit(article, name="l’echo").why_held == "uses the name of L’Écho"


def test_a_part_of_an_authors_name_is_free(article):
    factories.author("Anne Leroy")
    assert admit(article, name="Anne").why_held == ""


def test_a_filled_honeypot_holds_and_never_refuses(article):
    stored = admit(article, honeypot="https://spam.example/")
    assert stored.hold == "honeypot"
    assert stored.why_held == "filled in a field that people do not see"


def test_what_was_typed_into_the_honeypot_is_not_kept(db):
    assert apply_rules("Paul", "Hello", "secret")["hold"] == "honeypot"


def test_a_held_comment_is_screened_like_any_other(article):
    stored = admit(article, honeypot="x")
    assert Comment.objects.due().get() == stored


# --- Closed comments --------------------------------------------------------------------------


def test_a_closed_article_refuses(article):
    article.comments_open = False
    with pytest.raises(Refused, match="closed"):
        admission.check_open(article)


def test_a_paused_site_refuses_with_its_reason(article):
    CommentPolicy(paused=True, pause_reason="We are moving.").save()
    with pytest.raises(Refused, match="paused") as caught:
        admission.check_open(article)
    assert caught.value.message == "We are moving."


def test_a_site_without_a_policy_is_open(article):
    admission.check_open(article)
    assert not CommentPolicy.objects.exists()


# --- Counting refusals ------------------------------------------------------------------------


def test_refusals_are_counted_by_rule_and_day(db, clock):
    # A day begins at midnight in the site's own time zone, Paris.
    clock.now = datetime(2030, 1, 1, 22, 59, tzinfo=UTC)
    admission.count_refusal(Refused("rate"))
    admission.count_refusal(Refused("rate"))
    admission.count_refusal(Refused("stamp"))
    clock.forward(minutes=1)
    admission.count_refusal(Refused("rate"))
    memory.write()
    assert sorted(Counter.objects.values_list("name", "since__day", "count")) == [
        ("refused:rate", 1, 2),
        ("refused:rate", 2, 1),
        ("refused:stamp", 1, 1),
    ]
