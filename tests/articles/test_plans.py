"""Lists of readers are read from an index, in its order: a page costs the same at any size.

For the few rows of a test a planner may prefer to read and sort them all. SQLite is not asked for
its estimates here (it has none without ANALYZE); PostgreSQL is told to avoid both where it can.
"""

import re

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import sitemaps
from articles.models import Correction, Edition
from articles.models.edition import LISTED
from articles.pages import lists
from articles.pages.front import front_page
from articles.pages.onward import onward_links
from articles.pages.teasers import rows_of
from articles.search.newest import ResultsPage
from articles.search.queries import Query
from common import reader_clock
from tests import factories
from tests.bench_growth import statements

pytestmark = pytest.mark.django_db

AVOIDED = ("seqscan", "bitmapscan", "sort", "hashjoin", "mergejoin")


def plan_of(sql, parameters=()):
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for kind in AVOIDED:
                cursor.execute(f"SET LOCAL enable_{kind} = off")
        explain = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
        cursor.execute(f"{explain} {sql}", parameters)
        steps = [row[-1].strip() for row in cursor.fetchall()]
        if connection.vendor == "postgresql":
            for kind in AVOIDED:
                cursor.execute(f"SET LOCAL enable_{kind} TO DEFAULT")
    return steps


def sorts(steps):
    """Return the steps that sort all rows, and not only those of one instant."""
    whole = re.compile(r"USE TEMP B-TREE FOR ORDER BY|(-> +)?Sort +\(.*")
    return [step for step in steps if whole.fullmatch(step)]


@pytest.fixture
def article():
    section, author, topic = factories.section(), factories.author(), factories.topic()
    found = factories.published(section=section, authors=[author], topics=[topic])
    if connection.vendor == "postgresql":
        # Not all are of the section: else it may as well read all, once it has counted them.
        for number in range(3):
            factories.published(section=factories.section(f"Other {number}"))
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE articles_edition")
    return found


LISTS = {
    "edition_newest_first": lambda a: Edition.objects.live().newest_first()[:240],
    "edition_of_section": lambda a: rows_of(
        Edition.objects.live().filter(section=a.section)
    ).newest_first()[:21],
    "topic_newest_first": lambda a: rows_of(
        Edition.objects.live().about(a.topics.get())
    ).newest_first(LISTED)[:21],
    "byline_newest_first": lambda a: rows_of(
        Edition.objects.live().signed_by(a.bylines.get().author)
    ).newest_first(LISTED)[:21],
    "correction_newest_first": lambda a: Correction.objects.public()[:21],
    "edition_updated": lambda a: sitemaps._latest()[1],
    "edition_updated_section": lambda a: sitemaps._latest(section=a.section)[1],
    "topic_updated": lambda a: sitemaps._latest("filings__", filings__topic=a.topics.get())[1],
    "byline_updated": lambda a: sitemaps._latest(
        "bylines__", bylines__author=a.bylines.get().author
    )[1],
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_read_in_the_order_of_its_index(article, name):
    steps = plan_of(*LISTS[name](article).query.sql_with_params())
    assert any(name in step for step in steps), steps
    assert sorts(steps) == [], steps


AS_AT = {
    "edition_newest_first": lambda a: front_page(),
    "edition_of_section": lambda a: lists.page_of(a.section, before="", size=20),
    "topic_newest_first": lambda a: lists.page_of(a.topics.get(), before="", size=20),
    "byline_newest_first": lambda a: lists.page_of(a.bylines.get().author, before="", size=20),
    # Under an article, those on its topics.
    "topic_newest_first U2": lambda a: onward_links(a.editions.get()),
}


@pytest.mark.parametrize("name", AS_AT)
def test_a_list_as_at_an_instant_begins_there(article, name):
    with reader_clock.as_at(timezone.now()), statements() as asked:
        AS_AT[name](article)
    steps = "\n".join(step for sql, values in asked for step in plan_of(sql, values))
    index, *_table = name.split()
    begins = {
        "sqlite": rf"{index} \([^)]*first_published_at<",
        "postgresql": rf"using {index} .*\n.*Index Cond: .*first_published_at <=",
    }
    assert re.search(begins[connection.vendor], steps), steps


def test_results_are_read_from_the_newest_on(article):
    with CaptureQueriesContext(connection) as asked:
        ResultsPage(Query.parse("bridge"), Edition.objects.live())
    steps = plan_of(asked[0]["sql"].replace("%", "%%"))
    if connection.vendor == "sqlite":
        assert sorts(steps) == [], steps
    else:
        # Few matches are sorted before their editions are looked up: the newest are enough.
        sorted_first = r"->  Subquery Scan on articles_search .*\n(Filter: .*\n)?->  Sort"
        assert re.search(sorted_first, "\n".join(steps)), steps
        # Where there are more matches than are sorted.
        assert any("Index Scan Backward using articles_search_pkey" in s for s in steps), steps


@pytest.mark.parametrize("kind", ["topic", "author", "section"])
def test_whether_there_is_anything_is_asked_without_an_order(article, kind):
    subject = {
        "topic": article.topics.get(),
        "author": article.bylines.get().author,
        "section": article.section,
    }[kind]
    with CaptureQueriesContext(connection) as asked:
        assert lists.has_editions(subject)
    (sql,) = (query["sql"] for query in asked)
    assert "ORDER BY" not in sql
    assert '"articles_article"' not in sql


def test_editions_without_an_order_of_their_own_are_sorted_by_no_other_table():
    assert '"articles_article"' not in str(Edition.objects.live().query)


def test_what_few_articles_have_is_asked_of_each_edition():
    # PostgreSQL may answer an EXISTS by reading the whole table of it.
    sql = str(Edition.objects.live().for_page().query)
    assert "articles_correction" in sql
    assert "EXISTS" not in sql
