"""PostgreSQL keeps the plans of the queries that pages ask, and of no others."""

from contextlib import suppress

import pytest
from django.db import NotSupportedError, ProgrammingError, connection, transaction

from articles.models import Edition, Section
from common.compiled_queries import compiled
from common.kept_plans import RUNS, plans_kept
from tests import factories

pytestmark = pytest.mark.django_db

of_postgresql = pytest.mark.skipif(
    connection.vendor == "sqlite", reason="only PostgreSQL keeps plans"
)


@compiled
def named(name):
    return Section.objects.filter(name=name)


def kept_plans() -> list:
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        return [statement for (statement,) in cursor.fetchall()]


@of_postgresql
def test_the_plan_of_a_compiled_query_is_kept_for_all_values():
    section = factories.section("City")
    before = len(kept_plans())
    for name in ("City", "World") * RUNS:
        assert named(name) == ([section] if name == "City" else [])
    assert len(kept_plans()) == before + 1
    list(Section.objects.filter(name="City"))
    assert len(kept_plans()) == before + 1


@of_postgresql
@pytest.mark.django_db(transaction=True)
def test_the_first_plan_is_for_all_values():
    with transaction.atomic():
        named("Before")
    for name in ("City", "World") * 4:
        named(name)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT generic_plans, custom_plans FROM pg_prepared_statements"
            ' WHERE statement LIKE \'%"articles_section"."name" = $1%\''
        )
        assert cursor.fetchall() == [(8 - RUNS + 1, 0)]


@of_postgresql
def test_a_number_of_any_size_has_the_same_plan():
    @compiled
    def with_key(key):
        return Section.objects.filter(pk=key)

    before = len(kept_plans())
    for key in (1, 40_000, 2**40, 1, 40_000, 2**40):
        assert with_key(key) == []
    assert len(kept_plans()) == before + 1


@of_postgresql
def test_queries_of_some_comments_are_planned_for_their_article(client):
    article = factories.published()
    factories.comment(article).approve(by=None)
    before = set(kept_plans())
    for _time in range(8):
        client.get(article.path)
        client.get(f"/comments/article/{article.pk}/thread/?order=newest")
    new = set(kept_plans()) - before
    assert new
    assert not any('FROM "comments_comment"' in statement for statement in new)


@of_postgresql
@pytest.mark.django_db(transaction=True)
def test_after_a_column_has_changed_its_type_the_next_request_is_answered():
    section = factories.section("City")
    for _time in range(8):
        named("City")
    width = "ALTER TABLE articles_section ALTER COLUMN name TYPE varchar"
    with connection.cursor() as cursor:
        # As another session would, so that the driver does not see it.
        cursor.execute(f"DO $$ BEGIN EXECUTE '{width}'; END $$")
    with suppress(NotSupportedError):
        named("City")
    assert named("City") == [section]
    with connection.cursor() as cursor:
        cursor.execute(f"{width}({Section._meta.get_field('name').max_length})")


@of_postgresql
def test_none_is_kept_where_a_pooler_changes_the_session(settings):
    settings.DATABASE_KEEPS_PLANS = False
    before = kept_plans()
    for _time in range(8):
        named("World")
    assert kept_plans() == before


@of_postgresql
def test_after_an_error_other_statements_are_sent_as_before():
    session = connection.connection
    before = session.cursor_factory, session.prepare_threshold
    with plans_kept(connection):
        assert (session.cursor_factory, session.prepare_threshold) != before
    with suppress(ProgrammingError), transaction.atomic(), plans_kept(connection):
        connection.cursor().execute("SELECT * FROM nothing")
    assert (session.cursor_factory, session.prepare_threshold) == before


@of_postgresql
def test_a_search_is_planned_for_its_words(client):
    factories.published("The bridge opens")
    before = set(kept_plans())
    for _time in range(8):
        assert client.get("/search/?q=bridge").status_code == 200
    new = set(kept_plans()) - before
    assert new
    assert not any("@@" in statement for statement in new)


def test_what_a_query_finds_is_the_same_with_a_plan_and_without(settings):
    article = factories.published("The bridge opens")

    @compiled
    def at(path):
        return Edition.objects.filter(article__path=path)

    found = [at(article.path) for _time in range(8)]
    settings.DATABASE_KEEPS_PLANS = False
    assert found == [at(article.path)] * 8
