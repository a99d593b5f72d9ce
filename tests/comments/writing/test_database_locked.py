"""A database that stays locked too long: no comment is stored, and no typed text is lost."""

from contextlib import contextmanager

import pytest
from django.db import connection

from comments.models import Comment, Counter
from tests import factories
from tests.comments.reader import Reader
from tests.pages import words

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def locked():
    """Lock the table of comments, and let this thread's connection wait for the lock only 50 ms."""
    is_sqlite = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 50" if is_sqlite else "SET lock_timeout = '50ms'")
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("BEGIN IMMEDIATE" if is_sqlite else "BEGIN")
        if not is_sqlite:
            cursor.execute("LOCK TABLE comments_comment, comments_counter IN SHARE MODE")
        yield
        cursor.execute("ROLLBACK")
    other.close()
    # The next connection waits for the usual time.
    connection.close()


@pytest.fixture
def reader(client, article):
    return Reader(client, article)


def test_the_form_comes_back_with_the_text_and_can_be_sent_again(reader):
    with locked():
        answer = reader.comment(comment="What I have to say")
    assert answer.status_code == 503
    assert "The site is very busy, so your comment is not stored yet." in words(answer)
    assert "What I have to say" in answer.text
    assert not Comment.objects.exists()
    assert not Counter.objects.exists()
    assert reader.send().status_code == 303
    assert Comment.objects.get().text == "What I have to say"


def test_an_answer_comes_back_with_the_text_as_well(reader, article):
    parent = factories.comment(article)
    parent.approve(by=None)
    reader.open()
    reader.url = f"/comments/{parent.pk}/reply/"
    with locked():
        answer = reader.send(name="Paul", comment="What I have to say")
    assert answer.status_code == 503
    assert "What I have to say" in answer.text


def test_what_would_be_refused_anyway_keeps_the_text_too(reader, article):
    reader.open()
    type(article).objects.update(comments_open=False)
    with locked():
        answer = reader.send(name="Paul", comment="What I have to say")
    assert answer.status_code == 503
    assert "What I have to say" in answer.text
