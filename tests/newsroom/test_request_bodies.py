"""Bodies are bounded before anything reads them, and only an editor's file is written to a disk."""

import pytest
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import UnreadablePostError
from django.test import Client, RequestFactory
from django.urls import reverse

from comments.models import Comment
from newsroom.content_type import with_plain_content_type
from newsroom.errors import kept_errors
from tests.comments.reader import SAME_ORIGIN, Reader

pytestmark = pytest.mark.any_database

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=x"
MB = 1024 * 1024


class Unread:
    """A body of `size` bytes that fails the test as soon as anybody reads it."""

    def read(self, size=-1):
        raise AssertionError("The body was read.")

    readline = read


def post(client, path, size, content_type=FORM, **headers):
    """Announce a body of `size` bytes that must not be read."""
    environ = {"CONTENT_TYPE": content_type, "CONTENT_LENGTH": str(size), "wsgi.input": Unread()}
    return client.generic("POST", path, headers=headers, **environ)


def upload(size):
    part = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'
    return part + b"a" * size + b"\r\n--x--\r\n"


def send_file(client, path, size):
    return client.generic("POST", path, upload(size), MULTIPART)


@pytest.fixture
def visitor():
    return Client(raise_request_exception=False)


@pytest.fixture
def no_spool(monkeypatch):
    """Fail where a file is written to the disk."""

    def refuse(self, *args, **kwargs):
        raise AssertionError("A file was spooled.")

    monkeypatch.setattr(TemporaryFileUploadHandler, "new_file", refuse)


# --- The limits -------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/comments/article/1/",
        "/comments/1/report/",
        "/nothing/",
        "/admin/login/",
        "/admin/password_reset/",
        "/admin/articles/image/add/",
        "/admin/nothing/",
    ],
)
@pytest.mark.parametrize(
    "content_type", [FORM, "multipart/form-data; boundary=x", "text/plain", ""]
)
def test_a_stranger_sends_at_most_1_mb_anywhere(visitor, path, content_type):
    answer = post(visitor, path, MB + 1, content_type)
    assert answer.status_code == 413
    assert "Too much at once" in answer.text


@pytest.mark.django_db
def test_a_forged_session_gets_no_more(visitor):
    visitor.cookies["sessionid"] = "forged"
    assert post(visitor, "/admin/articles/image/add/", 2 * MB).status_code == 413


@pytest.mark.django_db
def test_an_account_that_is_no_staff_gets_no_more(visitor, django_user_model):
    user = django_user_model.objects.create_user("reader")
    visitor.force_login(user)
    assert post(visitor, "/admin/articles/image/add/", 2 * MB).status_code == 413


@pytest.mark.parametrize("path", ["/comments/article/1/", "/comments/1/reply/", "/search/"])
def test_an_editor_gets_more_in_the_admin_only(editor_client, path):
    assert post(editor_client, path, 2 * MB).status_code == 413


def test_an_editor_sends_at_most_25_mb(editor_client):
    assert post(editor_client, "/admin/articles/image/add/", 25 * MB + 1).status_code == 413


def test_an_editor_uploads_a_picture_of_20_mb(editor_client):
    answer = send_file(editor_client, "/admin/articles/image/add/", 20 * MB)
    assert answer.status_code == 200
    assert "larger than" not in answer.text


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/comments/article/{}/", "/admin/login/", "/admin/articles/image/add/"]
)
def test_no_file_of_a_stranger_is_written_to_the_disk(visitor, article, no_spool, path):
    path = path.format(article.pk)
    for size in (10, 500_000, MB - 1000):
        assert send_file(visitor, path, size).status_code in (200, 302, 403, 422)
    assert send_file(visitor, path, MB).status_code == 413


@pytest.mark.django_db
@pytest.mark.parametrize("length", ["", "-5", "abc", "1e9", "9" * 50])
def test_a_length_that_is_none_breaks_nothing(visitor, article, length):
    answer = visitor.generic(
        "POST", f"/comments/article/{article.pk}/", b"a", FORM, CONTENT_LENGTH=length
    )
    assert answer.status_code in (413, 422)


# --- The answer -------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "site", "browser", "title"),
    [
        ("/comments/article/1/", "fr", "en", "Trop d’un seul coup"),
        ("/comments/article/1/", "en", "fr", "Too much at once"),
        ("/admin/login/", "en", "fr", "Trop d’un seul coup"),
        ("/admin/login/", "fr", "en", "Too much at once"),
    ],
)
def test_the_page_is_in_the_readers_language(visitor, settings, path, site, browser, title):
    settings.LANGUAGE_CODE = site
    answer = post(visitor, path, 2 * MB, **{"Accept-Language": browser})
    assert f"<h1>{title}</h1>" in answer.text
    assert f'<html lang="{"fr" if title.startswith("Trop") else "en"}">' in answer.text


def test_the_page_needs_no_database(rf):
    """No `db` fixture: pytest-django fails a test that opens the database without it."""
    assert post(Client(), "/comments/article/1/", 2 * MB).status_code == 413


@pytest.mark.django_db
def test_a_comment_that_is_too_long_but_under_1_mb_comes_back(client, article):
    reader = Reader(client, article)
    reader.open()
    text = "Too long. " * 80_000
    answer = reader.send(name="Zoé", comment=text)
    assert answer.status_code == 422
    assert text.strip() in answer.text
    assert not Comment.objects.exists()


# --- Bodies that cannot be read ---------------------------------------------------------------


class Broken(Unread):
    def read(self, size=-1):
        raise OSError("The connection was reset.")

    readline = read


@pytest.mark.django_db
@pytest.mark.parametrize("content_type", [FORM, MULTIPART])
def test_a_connection_that_ends_inside_the_body_is_no_error_of_ours(
    visitor, article, settings, tmp_path, content_type
):
    settings.VAR_DIR = tmp_path
    answer = visitor.generic(
        "POST",
        reverse("comments:post", args=[article.pk]),
        headers=SAME_ORIGIN,
        **{"CONTENT_TYPE": content_type, "CONTENT_LENGTH": "100", "wsgi.input": Broken()},
    )
    assert answer.status_code == 400
    assert not kept_errors.path().exists()


def test_such_an_error_is_djangos_own():
    environ = {"CONTENT_TYPE": FORM, "CONTENT_LENGTH": "100", "wsgi.input": Broken()}
    request = RequestFactory().generic("POST", "/", **environ)
    with pytest.raises(UnreadablePostError):
        request.POST  # noqa: B018


# --- Content types ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "used"),
    [
        (FORM, FORM),
        (f"{FORM}; charset=utf-8", FORM),
        (f"{FORM}; charset=hex", FORM),
        ("text/plain; charset*=bogus''x", "text/plain"),
        ("multipart/form-data; boundary=----WebKit0", "multipart/form-data; boundary=----WebKit0"),
        ('multipart/form-data;boundary="a b"; charset=idna', 'multipart/form-data; boundary="a b"'),
        ("multipart/form-data; charset=x; boundary=y", "multipart/form-data; boundary=y"),
        ("a" * 5000 + "/b", ""),
        ("", ""),
        (";", ""),
        ("\xff/\xff", ""),
    ],
)
def test_only_the_media_type_and_the_boundary_are_passed_on(sent, used):
    seen = with_plain_content_type(lambda environ, _start: environ["CONTENT_TYPE"])
    assert seen({"CONTENT_TYPE": sent}, None) == used


def test_a_request_without_a_content_type_has_none():
    seen = with_plain_content_type(lambda environ, _start: environ["CONTENT_TYPE"])
    assert seen({}, None) == ""
