"""Rows change while their entries are written: the words are true in the end."""

import pytest
from django.db import connection

from articles.models import Author
from articles.search import staff
from comments.models import Comment, Complaint
from comments.moderation import word_indexes
from common.search import upkeep
from common.search.upkeep import sync
from tests import factories
from tests.threads import meanwhile

from .test_word_index import entries, found

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time"),
]


@pytest.fixture(params=["all", "those that are missing"])
def written(request, monkeypatch):
    """Have the next `sync` write all entries of authors anew, or the missing ones."""

    def forget():
        if request.param == "all":
            monkeypatch.setattr(upkeep, "VERSION", upkeep.VERSION + 1)
        else:
            staff.authors.remove(entries(staff.authors))

    return forget


def test_a_row_that_is_saved_during_a_sync_is_found_by_its_words_of_then(written):
    author = factories.author("Anne Leroy")
    written()

    def rename():
        author.name = "Zoe Martin"
        author.save()

    meanwhile(rename, lambda: sync(staff.authors))
    assert found(staff.authors, "zoe") == [author.pk]
    assert found(staff.authors, "anne") == []


def test_a_row_that_is_deleted_during_a_sync_leaves_no_words(written):
    author = factories.author("Anne Leroy")
    written()
    meanwhile(Author.objects.get(pk=author.pk).delete, lambda: sync(staff.authors))
    assert entries(staff.authors) == []


def test_a_report_that_is_deleted_while_its_comment_changes_leaves_no_words(article, moderator):
    comment = factories.comment_in("approved", article, by=moderator, text="Alpha")
    complaint = Complaint.objects.file(comment, grounds="other", words="", address="192.0.2.7")

    def edit():
        Comment.objects.filter(pk=comment.pk).update(text="Beta")

    meanwhile(Complaint.objects.filter(pk=complaint.pk).delete, edit)
    assert entries(word_indexes.complaints) == []
