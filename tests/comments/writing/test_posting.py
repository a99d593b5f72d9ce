"""Posting a comment: it is stored first, and its writer is redirected to the receipt."""

import pytest
from django.test import Client
from django.urls import reverse

from comments.models import Comment
from comments.moderation.states import Moderation, Screening
from tests import factories
from tests.comments.reader import SAME_ORIGIN, Reader
from tests.pages import form_values


@pytest.fixture
def reader(client, article):
    return Reader(client, article)


def test_a_comment_leads_to_its_receipt(reader):
    answer = reader.comment()
    assert answer.status_code == 303
    assert answer.url == Comment.objects.get().get_receipt_url()


def test_a_comment_is_stored_pending_and_unseen(reader, akismet):
    reader.comment(name=" Paul ", comment="Hello\r\nthere")
    stored = Comment.objects.get()
    assert (stored.name, stored.text) == ("Paul", "Hello\nthere")
    assert (stored.moderation, stored.screening) == (Moderation.PENDING, Screening.WAITING)
    assert stored.trace.ip_address == "192.0.2.1"
    reader.open()
    assert "Hello" not in reader.page.text
    assert akismet.requests == []


def test_an_approved_comment_is_in_the_thread(reader, moderator):
    reader.comment(name="<i>Paul", comment="Hello <b>there")
    Comment.objects.get().approve(by=moderator)
    reader.open()
    assert "&lt;i&gt;Paul" in reader.page.text
    assert "<p>Hello &lt;b&gt;there</p>" in reader.page.text


def test_the_form_is_the_same_bytes_for_everybody_all_day(article):
    pages = {Client(REMOTE_ADDR=f"192.0.2.{n}").get(article.path).content for n in range(3)}
    assert len(pages) == 1


def test_a_filled_honeypot_is_stored_and_held(reader):
    assert reader.comment(website="https://spam.example/").status_code == 303
    assert Comment.objects.get().hold == "honeypot"


def test_the_same_comment_sent_again_leads_to_the_same_receipt(reader):
    first = reader.comment()
    assert reader.comment().url == first.url
    assert Comment.objects.count() == 1


def test_nul_characters_are_dropped(reader):
    assert reader.comment(name="Pa\x00ul", comment="He\x00llo", website="\x00").status_code == 303
    assert (Comment.objects.get().name, Comment.objects.get().text) == ("Paul", "Hello")


def test_bytes_that_are_no_text_do_no_harm(reader):
    stamp = reader.open()["stamp"]
    body = b"name=Pa%FFul&comment=He%C3llo%ED%A0%80&stamp=" + stamp.encode()
    answer = reader.client.post(
        reader.url, body, "application/x-www-form-urlencoded", headers=SAME_ORIGIN
    )
    assert answer.status_code == 303
    assert Comment.objects.get().name == "Pa\ufffdul"


def test_a_body_beyond_all_measure_is_refused_unread(reader, settings):
    reader.open()
    assert reader.send(comment="x" * settings.LARGEST_BODY).status_code == 413
    assert not Comment.objects.exists()


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("application/json", 422),
        ("text/plain", 422),
        ("multipart/form-data", 400),
        ("application/x-www-form-urlencoded; charset=latin-1", 400),
    ],
)
def test_another_kind_of_body_is_refused(reader, content_type, status):
    answer = reader.client.post(
        reader.url, b"name=Paul&comment=Hello", content_type, headers=SAME_ORIGIN
    )
    assert answer.status_code == status
    assert not Comment.objects.exists()


def test_a_thousand_other_fields_do_no_harm(reader):
    reader.open()
    assert reader.send(**{f"field-{n}": "" for n in range(2000)}).status_code == 400
    assert not Comment.objects.exists()


# --- Other methods ----------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["get", "head"])
def test_the_address_of_the_form_leads_back_to_the_article(reader, article, method):
    answer = getattr(reader.client, method)(reader.url)
    assert answer.status_code == 302
    assert answer.url == f"{article.path}#comment-form"


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_other_methods_are_not_allowed(reader, method):
    assert getattr(reader.client, method)(reader.url).status_code == 405


@pytest.mark.parametrize("method", ["get", "post"])
def test_an_article_that_nobody_could_read_cannot_be_found_here_either(client, db, method):
    from datetime import timedelta

    from django.utils import timezone

    unread = [
        factories.article("A draft").pk,
        factories.published("To come", at=timezone.now() + timedelta(days=1)).pk,
        999_999,
    ]
    for number in unread:
        assert getattr(client, method)(reverse("comments:post", args=[number])).status_code == 404


@pytest.mark.parametrize("number", [999_999, 2**63 - 1, 2**63, 10**40])
def test_a_number_that_no_article_has_is_not_found(client, db, number):
    for send in (client.get, client.post):
        assert send(f"/comments/article/{number}/").status_code == 404


# --- No cookie, no cache ----------------------------------------------------------------------


def test_no_answer_sets_a_cookie(reader, article):
    reader.open()
    answers = [
        reader.page,
        reader.send(name="", comment=""),
        reader.send(name="Paul", comment="Hello", headers={}),
        reader.send(name="Paul", comment="Hello"),
        reader.client.get(Comment.objects.get().get_receipt_url()),
        reader.client.get("/comments/privacy/"),
    ]
    assert [answer.status_code for answer in answers] == [200, 422, 422, 303, 200, 200]
    for answer in answers:
        assert not answer.cookies
        assert "cookie" not in answer.get("Vary", "").lower()


@pytest.mark.parametrize("cookies", [{}, {"csrftoken": "x" * 32}, {"csrftoken": "?", "a": "b"}])
def test_csrf_cookies_change_nothing(article, cookies):
    client = Client(enforce_csrf_checks=True)
    client.cookies.load(cookies)
    assert Reader(client, article).comment().status_code == 303


def test_somebody_logged_in_comments_as_a_reader(moderator_client, article):
    assert Reader(moderator_client, article).comment().status_code == 303


def test_no_shared_cache_keeps_an_answer_to_a_post(reader):
    reader.open()
    for answer in (reader.send(name="", comment=""), reader.send(name="Paul", comment="Hello")):
        assert "no-store" in answer["Cache-Control"]


# --- Errors in the form -----------------------------------------------------------------------


def test_an_empty_form_comes_back_with_what_is_missing(reader):
    answer = reader.comment(name="", comment="")
    assert answer.status_code == 422
    assert "Please enter your name here" in answer.text
    assert "Please enter your comment!" in answer.text
    assert answer.text.count(" autofocus") == 1
    assert 'aria-describedby="comment-name_error"' in answer.text
    assert 'id="comment-name_error"' in answer.text
    assert 'id="comment-comment_error"' in answer.text


def test_a_form_with_errors_keeps_what_was_typed(reader):
    text = "<script>alert(1)</script> &eacute;\r\n\r\n\r\n" + "x" * 5001
    answer = reader.comment(name=' "Zoé" <', comment=text)
    assert answer.status_code == 422
    assert (form_values(answer)["name"], form_values(answer)["comment"]) == (' "Zoé" <', text)
    assert "A comment has at most 5000 characters" in answer.text


def test_a_mended_form_is_accepted(reader):
    reader.comment(comment="")
    assert reader.send(comment="Hello").status_code == 303


def test_the_page_with_errors_is_the_article_around_the_form(reader):
    assert "It was closed for a year." in reader.comment(name="").text


@pytest.mark.parametrize(
    "unseen", ["\u3164", "\u2800\u2800", "\U000e0041\u200d", "\xad\n\u2029"], ids=ascii
)
@pytest.mark.parametrize("field", ["name", "comment"])
def test_words_that_nobody_can_see_are_none_and_the_rest_is_kept(reader, field, unseen):
    answer = reader.comment(**{"name": "Zoé", "comment": "  Bravo, Zoé", field: unseen})
    assert answer.status_code == 422
    asked = {"name": "Please enter your name here", "comment": "Please enter your comment!"}
    assert asked[field] in answer.text
    kept = form_values(answer)
    assert (kept["name"], kept["comment"].strip())[field == "name"] in ("Zoé", "Bravo, Zoé")
    assert not Comment.objects.exists()


def test_code_and_quotations_are_stored_and_shown_as_they_were_typed(reader, moderator):
    typed = "> why?\u2028Because:\n\n    if a:\n\tb()"
    reader.comment(comment=typed)
    comment = Comment.objects.get()
    assert comment.text == typed.replace("\u2028", "\n")
    comment.approve(by=moderator)
    reader.open()
    assert "<p>&gt; why?<br>Because:</p>\n<p>    if a:<br>\tb()</p>" in reader.page.text
