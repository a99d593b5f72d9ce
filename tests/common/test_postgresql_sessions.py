"""Sessions of PostgreSQL are set for short statements."""

import pytest
from django.db import connection

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no such settings"),
]


def test_a_session_starts_no_processes_and_compiles_nothing(django_assert_num_queries):
    connection.close()
    with django_assert_num_queries(2), connection.cursor() as cursor:
        for name, value in (("max_parallel_workers_per_gather", "0"), ("jit", "off")):
            cursor.execute(f"SHOW {name}")
            assert cursor.fetchone() == (value,)
