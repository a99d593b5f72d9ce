"""What staff open is read by an index: SQLite makes no list of all articles or editions first."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

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


@pytest.mark.parametrize("query", ["", "?o=3", "?o=-3"])
def test_the_list_of_editions_is_read_in_its_order(admin_client, query):
    address = reverse("admin:articles_edition_changelist") + query
    for plan in plans(lambda: admin_client.get(address), "articles_edition"):
        assert "USING INDEX edition_by_time" in plan or "USING INDEX edition_by_end" in plan
        assert "TEMP B-TREE FOR ORDER BY" not in plan
