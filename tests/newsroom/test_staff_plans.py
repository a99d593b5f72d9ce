"""What staff open is read by an index: SQLite makes no list of all articles or editions first."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from articles.models import Image
from articles.pictures import places_of_use
from tests import factories

pytestmark = [
    pytest.mark.django_db,
    # PostgreSQL chooses by the number of rows, and reads a whole table of few rows at once.
    pytest.mark.skipif(connection.vendor != "sqlite", reason="EXPLAIN QUERY PLAN is SQLite's"),
]


def plans(act, table):
    """Return the plans of the statements of `act` that read rows of `table` in an order."""
    with CaptureQueriesContext(connection) as queries:
        assert act().status_code == 200
    found = []
    for sql in [query["sql"] for query in queries]:
        if f'FROM "{table}"' in sql and sql.startswith("SELECT") and "ORDER BY" in sql:
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
                found.append("\n".join(row[3] for row in cursor))
    assert found, table
    return found


def test_the_desk_finds_scheduled_editions_by_their_time(admin_client):
    found = plans(lambda: admin_client.get(reverse("admin:index")), "articles_edition")
    assert any("USING INDEX edition_by_time (visible_from>?)" in plan for plan in found), found


def test_the_list_of_editions_is_read_in_its_order(admin_client):
    address = reverse("admin:articles_edition_changelist")
    page = plans(lambda: admin_client.get(address), "articles_edition")
    assert any("USING INDEX edition_by_time" in plan for plan in page), page
    assert not any("USE TEMP B-TREE" in plan for plan in page), page


@pytest.mark.parametrize(
    ("query", "index", "is_sorted"),
    [
        ({"article": 1}, "comment_of_article (article_id=?)", True),
        ({"hold__exact": "flood"}, "comment_held (hold=?)", True),
        ({"screening__exact": "failed"}, "comment_not_ham (screening=?)", True),
        # Two verdicts, of which the rows of some weeks are kept.
        ({"akismet": "spam"}, "comment_not_ham (screening=?)", False),
    ],
)
def test_comments_that_may_all_be_new_have_an_index(admin_client, query, index, is_sorted):
    factories.comment()
    address = reverse("admin:comments_comment_changelist")
    query = {"moderation": "all", **query}
    found = plans(lambda: admin_client.get(address, query), "comments_comment")
    page = [plan for plan in found if f"USING INDEX {index}" in plan]
    assert page, found
    assert not (is_sorted and any("USE TEMP B-TREE" in plan for plan in page)), page


def test_the_media_library_asks_each_use_and_does_not_list_the_live_editions():
    image = factories.image()
    with CaptureQueriesContext(connection) as queries:
        places_of_use.uses_of([image])
        list(places_of_use.live(Image.objects.all()))
    of_uses = [query["sql"] for query in queries if "articles_imageuse" in query["sql"]]
    assert of_uses
    for sql in of_uses:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
            plan = "\n".join(row[3] for row in cursor)
        assert "LIST SUBQUERY" not in plan, plan
        assert "edition_by_" not in plan, plan
