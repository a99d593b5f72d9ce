"""The indexes of words follow every way of writing, and are brought up to date after `migrate`."""

import sqlite3
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.db.models.signals import post_save

from articles.models import Article, Author
from articles.publishing.takedown import rows
from articles.search import staff
from comments.models import Comment, Complaint, PublicName, SenderBlock
from comments.moderation import word_indexes
from common.search import databases, index, upkeep
from common.search.upkeep import sync
from newsroom.accounts.word_indexes import users as people
from tests import factories

pytestmark = pytest.mark.django_db


def entries(words_index):
    with connection.cursor() as cursor:
        sql = f"SELECT rowid FROM {words_index.table} WHERE rowid > 0 ORDER BY rowid"  # noqa: S608
        cursor.execute(sql)
        return [key for (key,) in cursor.fetchall()]


def found(words_index, typed):
    rows = words_index.model.objects.all()
    return sorted(words_index.filter(rows, typed).values_list("pk", flat=True))


# --- Writing --------------------------------------------------------------------------------------


def test_saves_and_updates_are_followed(article):
    comment = factories.comment(article, name="Alice", text="Alpha")
    for write, word in [
        (lambda: comment.write(text="Beta"), "beta"),
        (lambda: Comment.objects.filter(text="Beta").update(text="Gamma"), "gamma"),
        (lambda: Comment.objects.filter(pk=comment.pk).update(name="Delta"), "delta"),
    ]:
        write()
        assert found(word_indexes.comments, word) == [comment.pk]
    assert found(word_indexes.comments, "alpha") == found(word_indexes.comments, "beta") == []
    comment.refresh_from_db()
    comment.name, comment.text = "Unsaved", "Epsilon"
    comment.save(update_fields=["text", "html"])
    assert found(word_indexes.comments, "delta epsilon") == [comment.pk]
    assert found(word_indexes.comments, "unsaved") == []


def test_rows_that_are_made_or_changed_in_bulk_are_followed():
    made = Author.objects.bulk_create(Author(name=f"Zoé {n}", slug=f"z{n}") for n in range(3))
    assert found(staff.authors, "zoe") == [author.pk for author in made]
    for author in made:
        author.name = "Noé"
    Author.objects.bulk_update(made, ["name"])
    assert found(staff.authors, "noe") == [author.pk for author in made]
    Author.objects.all().delete()
    assert entries(staff.authors) == []


def test_what_is_written_past_the_models_in_a_takedown_is_followed():
    article = factories.published("Bridge", body="<p>Alpha</p>")
    assert found(staff.articles, "alpha") == [article.pk]
    rows.write(article, {"headline": "Nothing", "body": ""})
    assert found(staff.articles, "alpha") == []
    assert found(staff.articles, "nothing") == [article.pk]


def test_the_name_of_a_deleted_account_is_forgotten_where_its_rows_stay(article, moderator):
    comment = factories.comment(article, address="192.0.2.7")
    block = SenderBlock.objects.place(
        comment, "192.0.2.7/32", "hold", days=7, by=moderator, reason="Alpha"
    )
    assert found(word_indexes.sender_blocks, moderator.username) == [block.pk]
    comment.events.all().delete()
    moderator.delete()
    assert found(word_indexes.sender_blocks, "maurice") == []
    assert found(word_indexes.sender_blocks, "alpha") == [block.pk]


def test_words_of_another_row_are_those_of_the_database(article, moderator):
    comment = factories.comment_in("approved", article, by=moderator, text="Alpha")
    Comment.objects.get(pk=comment.pk).write(text="Beta")
    assert comment.text == "Alpha"
    complaint = Complaint.objects.file(comment, grounds="other", words="", address="192.0.2.7")
    assert found(word_indexes.complaints, "beta") == [complaint.pk]
    assert found(word_indexes.complaints, "alpha") == []


@pytest.mark.django_db(transaction=True)
def test_outside_of_a_transaction_the_words_are_those_of_the_database():
    former = User.objects.create_user("zoe", first_name="Olga")
    User.objects.filter(pk=former.pk).update(first_name="Zelda")
    post_save.send(User, instance=former, created=False, update_fields=None, using="default")
    assert found(people, "zelda") == [former.pk]
    assert found(people, "olga") == []
    User.objects.filter(pk=former.pk).delete()
    post_save.send(User, instance=former, created=False, update_fields=None, using="default")
    assert entries(people) == []


def test_rows_that_a_deletion_takes_along_leave_no_words(article, moderator):
    comment = factories.comment_in("approved", article, by=moderator, text="Alpha")
    file = Complaint.objects.file
    complaint = file(comment, grounds="other", words="Omega", address="192.0.2.7")
    assert found(word_indexes.complaints, "omega alpha") == [complaint.pk]
    comment.write(text="Beta")
    assert found(word_indexes.complaints, "alpha") == []
    assert found(word_indexes.complaints, "beta") == [complaint.pk]
    comment.delete()
    assert entries(word_indexes.comments) == entries(word_indexes.complaints) == []


def test_a_name_is_found_by_the_account_that_it_belongs_to():
    user = User.objects.create_user("renee")
    name = PublicName.objects.create(user=user, name="R. D.")
    user.username = "rené"
    user.save()
    assert found(word_indexes.public_names, "rené") == [name.pk]
    user.delete()
    assert entries(word_indexes.public_names) == []


def test_a_change_of_other_columns_writes_no_index(article, django_assert_num_queries):
    comment = factories.comment(article)
    with django_assert_num_queries(1):
        Comment.objects.filter(pk=comment.pk).update(attempts=2)
    with django_assert_num_queries(1):
        comment.save(update_fields=["attempts"])


def test_a_new_comment_costs_one_statement_more(article, django_assert_num_queries):
    with django_assert_num_queries(2) as queries:
        Comment.objects.create(article=article, name="Paul", text="Bravo")
    assert "comments_comment_words" in queries[-1]["sql"]


def test_a_long_body_is_indexed_as_far_as_both_databases_can():
    body = f"<p>début {'mot ' * 20_000} fin {'a-' * 2000} {'a’b ' * 9000}</p>"
    article = factories.article("Pont", body=body)
    assert found(staff.articles, "pont debut") == [article.pk]


def test_a_short_word_is_a_beginning_only_where_the_table_is_small(article):
    author = factories.author("Elvire")
    comment = factories.comment(article, name="Elvire")
    assert found(staff.authors, "e") == found(staff.authors, "el") == [author.pk]
    assert found(word_indexes.comments, "el") == []
    assert found(word_indexes.comments, "elv") == [comment.pk]


@pytest.fixture
def only_postgresql():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite can ask nothing but the index.")


def test_postgresql_does_not_guess_from_the_words_how_many_rows_have_them(only_postgresql):
    plans = {
        staff.articles.filter(Article.objects.all(), word).explain(costs=True).replace(word, "")
        for word in ("common", "rare")
    }
    assert len(plans) == 1
    assert "InitPlan" in plans.pop()


def test_postgresql_reads_no_other_rows_than_the_few_that_match(only_postgresql, article):
    for text in ("Bravo", "Bravo again", "No"):
        factories.comment(article, text=text)
    plan = word_indexes.comments.filter(Comment.objects.all(), "bravo").explain()
    assert "comments_comment_words" not in plan
    in_order = staff.articles.filter(Article.objects.all(), "bridge", in_order=True)
    assert "articles_article_words" not in in_order.explain()


@pytest.mark.parametrize("most", [1, 2, 3])
def test_few_matches_and_many_are_the_same_rows(article, monkeypatch, most):
    monkeypatch.setattr(databases, "MOST_LISTED", most)
    bravos = [factories.comment(article, text=f"Bravo {number}") for number in range(2)]
    factories.comment(article, text="No")
    assert found(word_indexes.comments, "bravo") == [comment.pk for comment in bravos]
    assert found(word_indexes.comments, "encore") == []
    monkeypatch.setattr(index, "MOST_IN_ORDER", most)
    bravos = {factories.article(f"Bravo {number}") for number in range(2)}
    for typed, expected in (("bravo", bravos), ("encore", set())):
        in_order = staff.articles.filter(Article.objects.all(), typed, in_order=True)
        assert set(in_order) == expected


# --- After `migrate` ------------------------------------------------------------------------------


@pytest.fixture
def authors():
    return [factories.author(f"Zoé {n}", slug=f"z{n}") for n in range(5)]


def test_an_index_is_brought_up_to_date(authors, monkeypatch):
    monkeypatch.setattr(index, "BATCH", 2)
    monkeypatch.setattr(upkeep, "BATCH", 2)
    sync(staff.authors)
    keys = [author.pk for author in authors]
    assert sync(staff.authors) == 0
    staff.authors.remove(keys[:3])
    staff.authors.insert(
        [(10_000, "elsewhere" if connection.vendor == "sqlite" else "'x'")], "default"
    )
    assert sync(staff.authors) == 3
    assert entries(staff.authors) == keys


def test_an_index_of_another_version_is_written_anew(authors, monkeypatch):
    sync(staff.authors)
    wrong = "wrong" if connection.vendor == "sqlite" else "'wrong':1"
    staff.authors.insert([(author.pk, wrong) for author in authors], "default")
    assert sync(staff.authors) == 0
    monkeypatch.setattr(upkeep, "VERSION", upkeep.VERSION + 1)
    assert sync(staff.authors) == 5
    assert found(staff.authors, "wrong") == []
    assert len(found(staff.authors, "zoe")) == 5


def test_migrate_writes_what_is_missing(authors, article):
    staff.authors.remove([author.pk for author in authors])
    staff.articles.remove([article.pk])
    call_command("migrate", verbosity=0, stdout=StringIO())
    assert len(found(staff.authors, "zoe")) == 5
    assert found(staff.articles, "bridge") == [article.pk]


# --- Forgetting -----------------------------------------------------------------------------------


def kept(words_index, word):
    """Return the tables in which SQLite keeps `word` for the index."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE %s",
            [f"{words_index.table}_%"],
        )
        tables = [name for (name,) in cursor.fetchall()]
        return [
            table
            for table in tables
            if any(
                word in (v.decode("latin-1") if isinstance(v, bytes) else str(v))
                for row in cursor.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608
                for v in row
            )
        ]


@pytest.fixture
def only_sqlite():
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL overwrites what is deleted when it vacuums.")


def test_an_erased_comment_leaves_no_word_in_the_index(only_sqlite, article, moderator):
    comment = factories.comment_in("approved", article, by=moderator, text="zanzibarquok")
    Complaint.objects.file(comment, grounds="other", words="x", address="192.0.2.7")
    assert kept(word_indexes.comments, "zanzibarquok")
    assert kept(word_indexes.complaints, "zanzibarquok")
    comment.erase()
    assert kept(word_indexes.comments, "zanzibarquok") == []
    assert kept(word_indexes.complaints, "zanzibarquok") == []


def test_a_large_index_of_an_older_sqlite_is_merged_in_steps(only_sqlite, article, monkeypatch):
    if sqlite3.sqlite_version_info >= upkeep.SECURE_DELETE:
        pytest.skip("This SQLite overwrites tokens at once.")
    monkeypatch.setattr(upkeep, "MOST_MERGED_AT_ONCE", 1)
    monkeypatch.setattr(upkeep, "MERGED_PAGES", 1)
    make = Comment.objects.create
    comments = [make(article=article, name="A", text=f"quok{n} " * 50) for n in range(60)]
    comments[7].erase()
    assert kept(word_indexes.comments, "quok7 ") == []
    upkeep.finish_forgetting()
    assert kept(word_indexes.comments, "quok7") == []
    assert found(word_indexes.comments, "quok59") == [comments[59].pk]
    upkeep.finish_forgetting()


def test_articles_are_the_rows_that_the_models_have(article):
    assert entries(staff.articles) == list(Article.objects.values_list("pk", flat=True))
