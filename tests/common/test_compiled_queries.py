"""A query that is compiled once gives for each set of values what Django's own would give."""

import gc
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from django.db import connection
from django.db.models.sql.compiler import SQLCompiler

from articles.models import Article, Edition
from comments.models import Comment
from common import compiled_queries
from common.compiled_queries import compiled
from tests import factories
from tests.threads import in_threads, many_switches

NOON = datetime(2025, 5, 4, 12, tzinfo=UTC)


def of_section(section, before):
    editions = Edition.objects.filter(section=section, visible_from__lt=before)
    return editions.select_related("article").order_by("visible_from", "pk")


def among(keys, headline):
    return Article.objects.filter(pk__in=keys).exclude(headline=headline).order_by("pk")


def of_either(first, second):
    articles = Article.objects.order_by().values_list("pk", "headline")
    return articles.filter(pk=first).union(articles.filter(pk=second), all=True).order_by("pk")


@pytest.fixture
def articles(db):
    return [
        factories.published(f"No {number}", at=NOON - timedelta(hours=number))
        for number in range(5)
    ]


def test_each_run_has_its_own_values(articles):
    run, city, sports = compiled(of_section), factories.section(), factories.section("Sports")
    factories.published("A goal", section=sports, at=NOON)
    for section in (city, sports, city):
        for hours in (0, 2, -1, 9):
            before = NOON - timedelta(hours=hours)
            found = run(section.pk, before)
            assert found == list(of_section(section.pk, before))
            # The columns of both tables stand where they belong.
            assert [e.article.headline for e in found] == [e.headline for e in found]
    assert run(sports.pk, NOON + timedelta(seconds=1)) != []


def test_a_list_may_have_any_length(articles):
    run, keys = compiled(among), [article.pk for article in articles]
    for chosen in (keys, keys[:2], keys[1:3], (), keys[::-1]):
        assert run(chosen, "No 1") == list(among(chosen, "No 1"))
    # A quotation mark is a letter like others, and not the end of a text.
    assert run(keys, "No 1' OR '1'='1") == articles


def test_rows_and_unions_are_compiled_too(articles):
    run = compiled(of_either)
    for first, second in ((articles[0], articles[3]), (articles[4], articles[1])):
        assert run(first.pk, second.pk) == list(of_either(first.pk, second.pk)) != []


def test_the_largest_key_fits(articles):
    assert compiled(of_either)(2**63 - 1, articles[0].pk) == [(articles[0].pk, "No 0")]


def test_an_argument_by_name_makes_another_query(articles):
    @compiled
    def newest(before, *, size, order):
        return Edition.objects.filter(visible_from__lte=before).order_by(order)[:size]

    found = {
        (size, order): [e.pk for e in newest(NOON, size=size, order=order)]
        for size in (2, 4)
        for order in ("visible_from", "-visible_from")
    }
    assert [len(keys) for keys in found.values()] == [2, 2, 4, 4]
    assert found[4, "visible_from"][:2] == found[2, "visible_from"] != found[2, "-visible_from"]
    assert len(newest(NOON, size=2, order="pk")) == 2


def test_a_number_that_no_column_holds_is_found_nowhere(articles):
    run = compiled(of_either)
    for number in (2**63, -(2**63) - 1, 10**30):
        assert run(number, articles[0].pk) == [(articles[0].pk, "No 0")]


def test_an_address_is_found_as_it_was_stored(articles):
    @compiled
    def from_address(address):
        return Comment.objects.filter(trace__ip_address=address)

    addresses = ["192.0.2.7", "2001:db8::7", "192.0.2.8", "2001:db8::8"]
    for address in addresses:
        factories.comment(articles[0], name=address, address=address)
    for address in addresses:
        assert [c.name for c in from_address(ip_address(address))] == [address]
    assert from_address(ip_address("192.0.2.9")) == []


def test_its_sql_is_made_once(articles, monkeypatch):
    run, made = compiled(of_section), []
    section = articles[0].section_id
    run(section, NOON)
    as_sql = SQLCompiler.as_sql
    monkeypatch.setattr(SQLCompiler, "as_sql", lambda *a, **k: made.append(1) or as_sql(*a, **k))
    assert run(section, NOON - timedelta(hours=2)) != run(section, NOON)
    assert made == []


def test_what_is_found_prefetches_and_defers_as_ever(articles, django_assert_num_queries):
    @compiled
    def editions(article):
        found = Edition.objects.filter(article=article).defer("standfirst")
        return found.prefetch_related("bylines__author")

    article = factories.published("Signed", authors=[factories.author("Zoé")])
    editions(articles[0].pk)
    with django_assert_num_queries(3):
        [edition] = editions(article.pk)
        assert [credit.author.name for credit in edition.bylines.all()] == ["Zoé"]
    with django_assert_num_queries(1):
        assert edition.standfirst == ""


def test_a_run_leaves_no_rubbish(articles):
    run = compiled(of_section)
    section = articles[0].section_id
    run(section, NOON)
    gc.collect()
    gc.disable()
    try:
        for _time in range(20):
            run(section, NOON)
        # Whatever else there is, it is less than one thing for each run.
        assert gc.collect() < 20
    finally:
        gc.enable()


def test_a_long_list_and_many_queries_take_no_memory(articles, monkeypatch):
    run, keys = compiled(among), [article.pk for article in articles]
    assert run(keys * 21, "No 1") == list(among(keys, "No 1"))
    monkeypatch.setattr(compiled_queries, "MOST", 2)
    for length in (1, 2, 3, 1):
        assert run(keys[:length], "") == articles[:length]
    assert len(compiled_queries._kept) == 2


@pytest.mark.parametrize("value", [True, None, 1.5, b"x", {1}, [1, None], ["5"], [True]])
def test_other_types_of_values_are_refused(db, value):
    with pytest.raises(TypeError, match="can be no value of a compiled query"):
        compiled(among)([1], value)


def test_a_value_that_changes_on_its_way_to_the_database_is_refused(db):
    @compiled
    def that_begin_with(words):
        return Article.objects.filter(headline__startswith=words)

    with pytest.raises(ValueError, match="Value 1 of that_begin_with is not in its SQL"):
        that_begin_with("No")


@pytest.mark.django_db(transaction=True)
def test_threads_that_compile_it_at_once_share_it():
    """Django's compiler changes the query that it compiles; tables would be missing in its SQL."""
    articles = [factories.published(f"No {number}") for number in range(4)]

    @compiled
    def edition_of(article):
        editions = Edition.objects.filter(article=article)
        return editions.select_related("article__section", "section", "lead_image", "series")

    def ask(index):
        return [e.article for e in edition_of(articles[index].pk)] == [articles[index]]

    with many_switches():
        for _time in range(25):
            compiled_queries._kept.clear()
            assert all(in_threads(4, ask, prepare=connection.ensure_connection))
