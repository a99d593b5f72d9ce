"""While the database fails, every page says so, and every typed word comes back."""

import logging
import re
from contextlib import contextmanager

import pytest
from django.db import DataError, IntegrityError, OperationalError, ProgrammingError, connection
from django.utils.translation import override

from articles.models import Article
from comments.models import Comment
from common.database_failures import is_locked, is_operational
from newsroom import forms_again
from tests import factories
from tests.comments.reader import SAME_ORIGIN, Reader
from tests.pages import form_values, forms_of, words

pytestmark = pytest.mark.django_db(transaction=True)

IS_SQLITE = connection.vendor == "sqlite"
UNKNOWN = "We can’t tell whether it was stored. Send it again in a moment; it won’t appear twice."


@contextmanager
def read_only():
    with connection.cursor() as cursor:
        cursor.execute(
            "PRAGMA query_only = ON" if IS_SQLITE else "SET default_transaction_read_only = on"
        )
    try:
        yield
    finally:
        connection.close()


@contextmanager
def full():
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")  # Now the file has no free page.
        cursor.execute("PRAGMA page_count")
        cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0]}")
    try:
        yield
    finally:
        connection.close()


@contextmanager
def stopped():
    """Have no server listen, or no file be there: not even the first query finds a database."""
    connection.close()
    name = "NAME" if IS_SQLITE else "PORT"
    before = connection.settings_dict[name]
    connection.settings_dict[name] = "/nowhere/at/all.sqlite3" if IS_SQLITE else "9"
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict[name] = before


@contextmanager
def restarted():
    """End the server's side of a connection that is kept; the next query fails, and no other."""
    other = connection.copy()
    with connection.cursor() as cursor, other.cursor() as ending:
        cursor.execute("SELECT pg_backend_pid()")
        ending.execute("SELECT pg_terminate_backend(%s)", cursor.fetchone())
    other.close()
    try:
        yield
    finally:
        connection.close()


SMALL_FAILURES = [
    read_only,
    stopped,
    pytest.param(restarted, marks=pytest.mark.needs_postgresql),
]
#: On a full disk, a row of a few words may still find room in a page of SQLite's file.
FAILURES = [*SMALL_FAILURES, pytest.param(full, marks=pytest.mark.needs_sqlite)]


@pytest.fixture
def reader(client, article):
    reader = Reader(client, article)
    reader.open()
    return reader


def failed(answer):
    """Check that the answer says that the database failed; return its words."""
    assert answer.status_code == 503
    assert int(answer["Retry-After"]) > 0
    assert answer["Cache-Control"] == "no-store"
    return words(answer)


# --- Readers ----------------------------------------------------------------------------------


@pytest.mark.parametrize("failure", FAILURES)
def test_a_comment_comes_back_and_is_stored_once_when_it_is_sent_again(reader, failure):
    text = " One <b>\r\n\r\nTwo &eacute; " + "x" * 4900
    with failure():
        answer = reader.send(name="Zoé", comment=text)
        assert UNKNOWN in failed(answer)
    assert form_values(answer)["comment"] == text
    assert form_values(answer)["name"] == "Zoé"
    assert "Set-Cookie" not in answer
    assert not Comment.objects.exists()
    stored = reader.send()
    assert stored.status_code == 303
    reader.page = answer
    assert reader.send().url == stored.url
    assert Comment.objects.count() == 1


@pytest.mark.parametrize("text", ["👍 100 %", "12 / 7", "…"])
def test_a_comment_without_a_letter_is_shown_as_well(reader, text):
    with stopped():
        answer = reader.send(name="7", comment=text)
        assert UNKNOWN in failed(answer)
    typed = re.sub(r'<input type="hidden"[^>]*>', "", answer.text)
    assert text in typed
    assert 'name="name" value="7"' in typed


def test_a_comment_whose_commit_was_not_confirmed_leads_to_its_receipt(reader, monkeypatch):
    commit = connection.commit

    def commit_without_answer():
        commit()
        is_stored = Comment.objects.exists()
        commit()  # PostgreSQL began a transaction for that question.
        if is_stored:
            raise OperationalError("server closed the connection unexpectedly")

    with monkeypatch.context() as broken:
        broken.setattr(connection, "commit", commit_without_answer)
        page = reader.send(name="Zoé", comment="Hello")
        assert UNKNOWN in failed(page)
    answer = reader.send()
    assert answer.status_code == 303
    assert answer.url == Comment.objects.get().get_receipt_url()


@pytest.mark.parametrize("failure", SMALL_FAILURES)
def test_a_report_and_a_change_come_back_as_well(client, reader, article, failure):
    comment = factories.comment(article, address="127.0.0.1")
    public = factories.comment_in("approved", article)
    stamp = form_values(reader.page)["stamp"]
    sent = {"grounds": "abuse", "words": "He insults me.\r\nTruly.", "stamp": stamp}
    with failure():
        answer = client.post(f"/comments/{public.pk}/report/", sent, headers=SAME_ORIGIN)
        failed(answer)
    kept = form_values(answer, "form-again")
    assert kept["words"] == sent["words"]
    assert (kept["grounds"], kept["stamp"]) == ("abuse", stamp)
    sent = {"name": "Zoé", "comment": "Something else"}
    with failure():
        answer = client.post(f"{comment.get_receipt_url()}revise/", sent, headers=SAME_ORIGIN)
        failed(answer)
    assert form_values(answer)["comment"] == "Something else"


@pytest.mark.parametrize("path", ["/", "/archive/", "/admin/", "/comments/1/", "/search/?q=pont"])
def test_a_page_says_that_it_cannot_be_read_and_that_it_will_be(client, db, path):
    with stopped():
        answer = client.get(path)
        status = answer.status_code
    # The login page of the admin needs no database.
    if status != 302:
        assert "Please try again in a moment." in failed(answer)
        assert forms_of(answer.text) == {}


def test_the_page_is_in_the_language_of_the_site(reader, settings):
    settings.LANGUAGE_CODE = "fr"
    with stopped():
        answer = reader.send(name="Zoé", comment="Bonjour")
    assert '<html lang="fr">' in answer.text
    assert "Votre texte est toujours là" in failed(answer)


def test_the_page_of_another_site_has_nothing_of_it_shown_here(reader):
    with stopped():
        answer = reader.send({"Sec-Fetch-Site": "cross-site"}, name="Zoé", comment="Buy pills")
    failed(answer)
    assert "Buy pills" not in answer.text


def test_nobody_is_mailed_while_the_database_is_away(client, db, settings, mailoutbox, caplog):
    settings.ADMINS = ["chief@news.example"]
    settings.DEBUG = False
    with stopped():
        for _time in range(3):
            failed(client.get("/"))
    assert mailoutbox == []
    assert [r.levelno for r in caplog.records if "database failed" in r.message] == [
        logging.WARNING
    ] * 3


# --- Editors and moderators -------------------------------------------------------------------


@pytest.mark.parametrize("failure", FAILURES)
def test_an_editors_save_comes_back_with_all_that_was_typed(editor_client, article, failure):
    url = f"/admin/articles/article/{article.pk}/change/"
    sent = form_values(editor_client.get(url), "article_form")
    sent |= {"headline": "A new headline", "body": "<p>A new body.</p>\r\n<p>Of two.</p>"}
    # A body too large for the pages that SQLite's file has left.
    sent["body"] += "<p>So many words.</p>" * 3000
    with failure():
        answer = editor_client.post(url, sent)
        assert "We can’t tell whether it was stored." in failed(answer)
    assert forms_of(answer.text)["form-again"]["action"] == url
    values = form_values(answer, "form-again")
    token = values.pop("csrfmiddlewaretoken")
    assert len(token) == 64
    sent.pop("csrfmiddlewaretoken", None)
    assert {name: values.get(name) for name in sent if sent[name]} == {
        name: value for name, value in sent.items() if value
    }
    assert editor_client.post(url, values).status_code == 302
    assert Article.objects.get(pk=article.pk).headline == "A new headline"


def test_a_field_that_comes_back_is_named_in_the_language_of_the_page():
    with override("fr"):
        named = [forms_again.Field(name, "…").label for name in ("standfirst", "lead_image")]
    assert named == ["Chapô", "Image principale"]


def test_neither_passwords_nor_files_are_kept_and_the_page_says_so(client, db):
    from django.core.files.uploadedfile import SimpleUploadedFile

    sent = {
        "username": "edith",
        "password": "correct horse",
        "new_password1": "battery",
        "file": SimpleUploadedFile("a.png", factories.picture_bytes()),
    }
    with stopped():
        answer = client.post("/admin/login/", sent)
    said = failed(answer)
    assert "edith" in answer.text
    assert "horse" not in answer.text
    assert "battery" not in answer.text
    assert "you will be asked for them again" in said
    assert "choose them again" in said


@pytest.mark.parametrize("failure", SMALL_FAILURES)
def test_a_moderators_decision_can_be_sent_again(moderator_client, moderator, article, failure):
    comment = factories.comment(article)
    url = f"/admin/comments/comment/{comment.pk}/moderate/"
    page = moderator_client.get(url)
    with failure():
        answer = moderator_client.post(
            url, {"reason": "insult", "note": "Really rude.", "seen_at": page.context["seen_at"]}
        )
        failed(answer)
    values = form_values(answer, "form-again")
    assert values["note"] == "Really rude."
    moderator_client.post(url, values)
    comment.refresh_from_db()
    assert (comment.moderation, comment.reason) == ("rejected", "insult")


def test_a_middleware_that_the_database_fails_is_answered_in_the_same_way(editor_client, settings):
    settings.SESSION_SAVE_EVERY_REQUEST = True
    editor_client.raise_request_exception = False
    with read_only():
        answer = editor_client.get("/admin/articles/article/")
        assert "Please try again in a moment." in failed(answer)


# --- The rule ---------------------------------------------------------------------------------


def raised(sql):
    with pytest.raises(Exception) as caught, connection.cursor() as cursor:  # noqa: PT011
        cursor.execute(sql)
    return caught.value


def test_faults_of_the_code_stay_faults():
    assert not is_operational(raised("SELECT * FROM nothing_like_this"))
    assert not is_operational(raised("SELEC"))
    for kind in (IntegrityError, DataError, ProgrammingError):
        assert not is_operational(kind("no"))
    assert not is_operational(ValueError("no"))


def test_a_missing_table_is_a_fault_and_is_shown_as_one(client, db, monkeypatch):
    client.raise_request_exception = False
    monkeypatch.setattr(Article._meta, "db_table", "articles_nothing")
    assert client.get("/").status_code == 500


def test_a_write_where_only_reading_is_allowed_is_no_fault():
    with read_only():
        error = raised("DELETE FROM comments_counter")
    assert is_operational(error)
    assert not is_locked(error)
