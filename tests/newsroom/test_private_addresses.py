"""Private addresses: masked in every log line, and told to no other page, site or service."""

import logging
import re

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from comments.models import Comment, Complaint
from common.private_paths import MASK, is_private, mask
from tests import factories
from tests.comments.reader import SAME_ORIGIN, Reader
from tests.private_addresses import PRIVATE, RECEIPT, SECRETS, TOKEN

pytestmark = pytest.mark.any_database

PUBLIC = ["/", "/2026/01/02/a-story/", "/comments/12/report/", "/static/css/base.0123456789ab.css"]


@pytest.fixture
def log(capsys):
    """Return a function that returns the lines that the site's log has got, as it writes them."""
    console = next(h for h in logging.getLogger().handlers if h.name == "console")
    lines = []

    class Recorder(logging.Handler):
        def emit(self, record):
            lines.append(console.format(record))

    recorder = Recorder()
    logging.getLogger().addHandler(recorder)
    yield lambda: "\n".join(lines)
    logging.getLogger().removeHandler(recorder)


# --- The list ---------------------------------------------------------------------------------


@pytest.mark.parametrize("address", PRIVATE)
@pytest.mark.parametrize("words", ["{}", "Not Found: {}", "Referer '{}' refused", '["{}"]'])
def test_a_private_address_is_masked_wherever_it_stands(address, words):
    masked = mask(words.format(address))
    assert MASK in masked
    for secret in SECRETS:
        assert secret not in masked.lower()
    assert masked.startswith(words.partition("{}")[0])


@pytest.mark.parametrize("address", PRIVATE)
def test_a_private_address_is_seen(address):
    assert is_private(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_left_alone(address):
    assert mask(address) == address
    assert not is_private(address)


def patterns(resolver, prefix=""):
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield route
        else:
            yield from patterns(pattern, route)


def test_every_page_whose_address_is_a_key_is_in_the_list():
    """Such a route has a UUID or a token in it; a page that is added later is tested too."""
    secret = {"uuid": RECEIPT, "token": TOKEN}
    tested = 0
    for route in patterns(get_resolver()):
        if not re.search(r"uuid:|token|preview", route):
            continue
        tested += 1
        address = re.sub(r"<(?:(\w+):)?(\w+)>", lambda f: secret.get(f[1] or f[2], "4711"), route)
        address = "/" + address.replace("^", "").replace("$", "").replace("\\Z", "")
        assert "4711" not in mask(address), route
        assert not any(value in mask(address) for value in secret.values()), route
    assert tested >= 8


# --- Logs -------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_no_answer_writes_a_private_address_into_the_log(client, article, log, monkeypatch):
    comment = factories.comment(article)
    client.raise_request_exception = False
    monkeypatch.setattr("comments.views.receipt.Receipt", None)
    assert client.get(comment.get_receipt_url()).status_code == 500
    assert client.get(f"/comments/receipt/{RECEIPT}/").status_code == 404
    assert client.get(f"/comments/receipt/{RECEIPT}/").status_code == 404
    assert client.put(comment.get_receipt_url()).status_code == 405
    too_many = "&".join(f"a{number}=1" for number in range(1100))
    form = "application/x-www-form-urlencoded"
    revise = reverse("comments:revise", args=[comment.receipt])
    assert client.post(revise, too_many, form, headers=SAME_ORIGIN).status_code == 400
    referer = {"Referer": f"https://testserver/comments/receipt/{comment.receipt}/"}
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/admin/login/", headers=referer, secure=True).status_code == 403
    assert f"Internal Server Error: /comments/receipt/{MASK}" in log()
    assert str(comment.receipt) not in log()
    assert RECEIPT not in log()


def test_an_exception_with_a_private_address_in_its_words_is_masked(log):
    logger = logging.getLogger("newsroom.worker")
    try:
        raise RuntimeError(f"Cannot open /admin/reset/MQ/{TOKEN}/")
    except RuntimeError:
        logger.exception("Failed at %s.", f"/comments/receipt/{RECEIPT}/")
    assert "Failed at /comments/receipt/[private]" in log()
    assert "RuntimeError: Cannot open /admin/reset/[private]" in log()
    assert TOKEN not in log()
    assert RECEIPT not in log()


@pytest.mark.django_db
def test_pages_that_are_not_found_write_nothing(client, log, django_assert_num_queries):
    client.get("/nothing/")
    for path in ("/nothing/", "/media/nothing.jpg", "/comments/article/999/", "/admin/nothing/"):
        client.get(path)
    assert log() == ""


@pytest.mark.parametrize(
    "words", ["two\nlines", "carriage\rreturn", "bell\x07", "line\u2028separator", "\x1b[31mred"]
)
def test_a_message_stays_on_one_line(log, words):
    logging.getLogger("newsroom").warning("Said: %s", words)
    assert len(log().splitlines()) == 1
    assert log().isprintable()


def test_a_message_is_cut(log):
    logging.getLogger("newsroom").warning("Said: %s", "a b " * 100_000)
    assert len(log()) < 600


# --- Referrers --------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    "referrer",
    [*PRIVATE, "https://news.example/admin/comments/comment/?q=Jean", "https://[broken/admin/"],
)
def test_no_private_referrer_is_stored_or_sent(client, article, akismet, referrer):
    reader = Reader(client, article)
    reader.open()
    answer = reader.send({**SAME_ORIGIN, "Referer": referrer}, name="Zoé", comment="Hello")
    assert answer.status_code == 303
    assert Comment.objects.get().trace.referrer == ""


@pytest.mark.django_db
def test_a_private_page_tells_its_address_to_no_page(client, article):
    comment = factories.comment_in("approved", article)
    complaint = Complaint.objects.file(comment, grounds="abuse", words="", address=None)
    actions = ("receipt", "revise", "withdraw", "erase", "export")
    addresses = [reverse(f"comments:{name}", args=[comment.receipt]) for name in actions]
    for address in [*addresses, complaint.get_absolute_url()]:
        assert client.get(address)["Referrer-Policy"] == "no-referrer", address


@pytest.mark.django_db
@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Site": "same-origin"}])
def test_the_forms_of_a_private_page_work_with_an_origin_of_null(client, article, headers):
    """As browsers send it from a page without a referrer (Fetch, “append a request Origin”)."""
    comment = factories.comment(article)
    for name, expected in (("revise", "Bonjour"), ("withdraw", "Bonjour"), ("erase", "")):
        address = reverse(f"comments:{name}", args=[comment.receipt])
        sent = {"name": "Zoé", "comment": "Bonjour"}
        answer = client.post(address, sent, headers={**headers, "Origin": "null"})
        assert answer.status_code == 303, name
        comment.refresh_from_db()
        assert comment.text == expected


@pytest.mark.django_db
def test_another_site_cannot_send_the_forms_of_a_private_page(client, article):
    comment = factories.comment(article)
    address = reverse("comments:erase", args=[comment.receipt])
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        assert client.post(address, headers=headers).status_code == 422
    comment.refresh_from_db()
    assert comment.erased_at is None


# --- What the privacy page says of the web server's log ---------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(("days", "said"), [(14, "14 days."), (1, "1 day."), (0, "not in it.")])
def test_the_privacy_page_says_how_long_the_web_server_keeps_its_log(client, settings, days, said):
    settings.ACCESS_LOG_DAYS = days
    page = client.get(reverse("comments:privacy")).text
    entry = page.partition("The web server’s log")[2].partition("</div>")[0]
    assert said in entry
    assert ("your IP address" in entry) == bool(days)
