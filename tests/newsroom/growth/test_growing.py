"""A site that was grown is as if its articles and comments had come one by one."""

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import Count, F, Q
from django.utils import timezone

from articles.models import (
    Article,
    ArticleEvent,
    ArticlePath,
    Byline,
    Correction,
    Edition,
    EditionByline,
    Month,
    MonthMark,
    Revision,
)
from articles.publishing.importing import PastEdition, import_article
from articles.publishing.snapshots import snapshot
from articles.publishing.stages import Stage
from articles.search import index, staff
from articles.text import cleaner
from comments.models import Comment, CommentEvent, Trace
from comments.moderation import word_indexes
from comments.moderation.states import Moderation
from comments.writing.text import to_html
from common.search.databases import backend_of
from newsroom.growth import growing, library, plans, vocabulary
from tests import factories

pytestmark = pytest.mark.django_db

MODELS = [
    *(Article, ArticleEvent, ArticlePath, Byline, Correction, Edition, EditionByline, Revision),
    *(Article.topics.through, Edition.topics.through, Comment, CommentEvent, Trace),
]
ARTICLES, COMMENTS = 60, 400


def filled():
    shelves = library.Library()
    shelves.fill()
    return shelves


def grow(shelves, report=lambda number: None):
    growth = growing.Growth(shelves, report)
    growth.add_articles(ARTICLES)
    growth.add_comments(COMMENTS)
    growth.finish()


def words_of(table, columns="words"):
    with connection.cursor() as cursor:
        sql = f"SELECT rowid, {columns} FROM {table} WHERE rowid > 0 ORDER BY rowid"  # noqa: S608
        cursor.execute(sql)
        return cursor.fetchall()


def rows(model, *, without=(), **conditions):
    """Return the rows of `model` without the columns `without`, in the order of their keys."""
    columns = [f.attname for f in model._meta.concrete_fields if f.attname not in without]
    return list(model.objects.filter(**conditions).order_by("pk").values(*columns))


# --- What is derived ------------------------------------------------------------------------------


def test_what_is_derived_is_as_the_usual_writers_derive_it():
    grow(filled())
    assert (Article.objects.count(), Comment.objects.count()) == (ARTICLES, COMMENTS)

    wrong = Article.objects.annotate(
        public=Count("comments", filter=Q(comments__moderation=Moderation.APPROVED))
    ).exclude(comment_count=F("public"))
    assert not wrong.exists()
    comments = list(Comment.objects.select_related("parent"))
    shown_answers = {each.parent_id for each in comments if each.is_shown}
    for comment in comments:
        assert comment.html == to_html(comment.text)
        assert comment.is_shown == (comment.is_public or comment.pk in shown_answers)
        if comment.parent:
            assert comment.root_id == (comment.parent.root_id or comment.parent_id)
            assert comment.parent.article_id == comment.article_id
            assert comment.parent.submitted_at <= comment.submitted_at
    assert len(set(Comment.objects.values_list("moderation"))) > 2
    assert Comment.objects.filter(parent__parent__isnull=False).exists()

    assert not MonthMark.objects.exists()
    live = Edition.objects.live(timezone.now())
    assert sum(month.articles for month in Month.objects.all()) == live.count() > 0

    columns = ", ".join(index.COLUMNS[backend_of("default")][1:])
    searched = words_of("articles_search", columns)
    index.index_editions(Edition.objects.all())
    assert words_of("articles_search", columns) == searched != []
    for each in (staff.articles, word_indexes.comments):
        before = words_of(each.table)
        each.write_keys([key for key, _words in before])
        assert words_of(each.table) == before != []
    assert all(cleaner.clean(body) == body for (body,) in Article.objects.values_list("body"))


def belongings(article):
    """Return what the press, the import and the history wrote of `article`, without its keys."""
    keys = {"id", "article_id", "edition_id"}
    article.refresh_from_db()
    return {
        "article": rows(Article, without=("id", "slug", "path", "comment_count"), pk=article.pk),
        "editions": rows(Edition, without=keys, article=article),
        "content": [snapshot(each) for each in (article, *article.editions.order_by("pk"))],
        "corrections": rows(Correction, without=keys, article=article),
        "events": rows(ArticleEvent, without=keys, article=article),
        "addresses": rows(ArticlePath, without={*keys, "path"}, article=article),
    }


def test_the_rows_of_an_article_are_those_of_an_import():
    shelves = filled()
    grow(shelves)
    account = get_user_model().objects.get(pk=shelves.account)
    for kind in (plans.LIVE, plans.CORRECTED, plans.RETRACTED, plans.MENDED):
        made = Article.objects.order_by("pk")[plans.FIRST.index(kind)]
        first, *others = made.editions.order_by("number")
        assert bool(others) == (kind != plans.LIVE)
        article = Article(**first.content(), slug="again", started_by=account)
        article.save()
        article.topics.set(made.topics.all())
        for credit in made.bylines.all():
            article.bylines.create(author=credit.author, position=credit.position)
        editions = [PastEdition(first.visible_from)]
        for each in others:
            told = Correction.objects.filter(edition=each).first()
            correction = told and Correction(kind=told.kind, text=told.text)
            editions.append(PastEdition(each.visible_from, None, each.content(), correction))
        import_article(article, editions, by=account)
        assert belongings(article) == belongings(made)


def written_of(comment):
    """Return what the import and the decisions wrote of `comment`, without its keys."""
    own = rows(Comment, without=("id", "receipt"), pk=comment.pk)
    return own, rows(CommentEvent, without=("id", "comment_id"), comment=comment)


def test_the_rows_of_a_comment_are_those_of_an_import():
    grow(filled())
    alike = ("article", "name", "text", "submitted_at", "parent")
    answered = Comment.objects.filter(events__isnull=False, replies=None).order_by("pk")
    for decision in (Moderation.APPROVED, Moderation.REJECTED, Moderation.SPAM, Moderation.PENDING):
        made = answered.filter(moderation=decision).first()
        copy = Comment.objects.import_one(
            **{name: getattr(made, name) for name in alike},
            verdict=made.screening,
            decision=made.moderation,
            by=made.decided_by,
            decided_at=made.decided_at,
            reason=made.reason,
        )
        assert written_of(copy) == written_of(made)


# --- Going on -------------------------------------------------------------------------------------


def everything():
    """Return all rows, without the keys that only the database gives."""
    own_keys = {Article, Edition, Comment}
    return {
        model: rows(model, without=() if model in own_keys else ("id",)) for model in MODELS
    } | {table: words_of(table) for table in (staff.articles.table, word_indexes.comments.table)}


class Killed(Exception):
    pass


def test_a_run_that_was_killed_goes_on_to_the_same_rows():
    shelves = filled()
    with transaction.atomic():
        grow(shelves)
        whole = everything()
        transaction.set_rollback(True)

    transactions = 0

    def report(number):
        nonlocal transactions
        transactions += 1
        if transactions in (2, 6):
            raise Killed

    for _ in range(2):
        with pytest.raises(Killed):
            grow(shelves, report)
    assert 0 < Comment.objects.count() < COMMENTS
    grow(shelves, report)
    assert everything() == whole


def test_another_run_adds_the_difference(capsys):
    call_command("grow", articles=30, comments=50)
    first = everything()
    call_command("grow", articles=30, comments=50)
    assert everything() == first
    call_command("grow", articles=40, comments=90)
    assert "40 articles and 90 comments" in capsys.readouterr().out
    assert (Article.objects.count(), Comment.objects.count()) == (40, 90)
    kept = {row["id"] for row in first[Article]}
    assert [r for r in rows(Article, without=["comment_count"]) if r["id"] in kept] == [
        {name: value for name, value in row.items() if name != "comment_count"}
        for row in first[Article]
    ]


def test_a_run_after_a_deletion_makes_no_article_twice():
    call_command("grow", articles=30, verbosity=0)
    Article.objects.filter(stage=Stage.DRAFT)[0].delete()
    call_command("grow", articles=40, verbosity=0)
    numbers = [
        int(slug.rpartition("-")[2]) for slug in Article.objects.values_list("slug", flat=True)
    ]
    assert len(numbers) == len(set(numbers)) == 39
    assert max(numbers) == 40


def test_a_long_thread_waits_until_there_is_room_for_it(monkeypatch):
    monkeypatch.setattr(growing, "LONG_THREADS", {1: 50})
    for number in (70, 110, 160):
        call_command("grow", articles=60, comments=number, verbosity=0)
        assert Comment.objects.count() == number
    assert Article.objects.order_by("pk").first().comments.count() == 50


def test_what_is_written_afterwards_gets_keys_of_its_own():
    grow(filled())
    article = Article.objects.filter(comment_count__gt=0).last()
    assert factories.comment(article).pk > COMMENTS
    assert factories.published("The bridge").pk > ARTICLES


# --- Refusals -------------------------------------------------------------------------------------


def test_a_newsroom_with_articles_of_its_own_is_not_flooded():
    factories.published("The bridge")
    with pytest.raises(CommandError, match="articles that this command did not make"):
        call_command("grow", articles=1, verbosity=0)
    assert Article.objects.count() == 1
    call_command("grow", articles=1, force=True, verbosity=0)
    assert Article.objects.count() == 2


def test_the_account_of_a_person_is_not_taken(django_user_model):
    django_user_model.objects.create_user(library.ACCOUNT)
    with pytest.raises(CommandError, match="the name “grow”"):
        call_command("grow", articles=1, verbosity=0)


@pytest.mark.parametrize(
    ("articles", "comments"),
    [("-1", "0"), ("ten", "0"), ("1.5", "0"), ("100000000", "0"), ("9", "-5"), ("9", "5")],
)
def test_numbers_without_a_sense_are_refused(articles, comments):
    with pytest.raises(CommandError):
        call_command("grow", f"--articles={articles}", f"--comments={comments}", verbosity=0)
    assert not Article.objects.exists()


def test_rare_words_are_of_one_article_each():
    assert len({vocabulary.rare_word(number) for number in range(5000)}) == 5000
