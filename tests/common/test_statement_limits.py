"""Statements that take too long are ended, on both databases."""

from contextlib import nullcontext, suppress

import pytest
from django.db import OperationalError, connection, transaction

from common.database_failures import is_operational, took_too_long
from common.statement_limits import statements_limited

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("no_statement_limit_afterwards"),
]

#: Each would take minutes.
ENDLESS = """
    WITH RECURSIVE numbers (n) AS (
        SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 1000000000
    )
    SELECT count(*) FROM numbers
"""


def ask(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()


@pytest.mark.parametrize("block", [nullcontext, transaction.atomic])
def test_a_statement_is_ended_after_its_time_and_the_next_one_runs(block):
    with statements_limited(0.05):
        with pytest.raises(OperationalError) as error, block():
            ask(ENDLESS)
        assert took_too_long(error.value)
        assert is_operational(error.value)
        assert ask("SELECT 1") == (1,)


def test_each_statement_has_the_whole_time():
    short = ENDLESS.replace("1000000000", "100000")
    with statements_limited(30):
        assert [ask(short) for _ in range(3)] == [(100000,)] * 3


def test_outside_of_the_block_nothing_is_ended():
    with statements_limited(0.001):
        pass
    assert ask(ENDLESS.replace("1000000000", "300000")) == (300000,)
    with statements_limited(0.001), statements_limited(None):
        assert connection.vendor == "sqlite" or ask("SHOW statement_timeout") == ("0",)


def test_a_limit_that_a_transaction_took_with_it_is_set_again():
    with statements_limited(0.05):
        with transaction.atomic():
            ask("SELECT 1")
            transaction.set_rollback(True)
        with pytest.raises(OperationalError):
            ask(ENDLESS)


@pytest.mark.skipif(connection.vendor == "sqlite", reason="only PostgreSQL has such a session")
def test_a_limit_that_a_transaction_of_the_driver_took_with_it_is_set_again():
    with statements_limited(0.05):
        with connection.cursor() as cursor, cursor.connection.transaction(force_rollback=True):
            cursor.execute("SELECT 1")
        with pytest.raises(OperationalError):
            ask(ENDLESS)


def test_a_transaction_goes_on_after_an_error_in_a_part_of_it():
    with statements_limited(5), transaction.atomic():
        with suppress(Exception), transaction.atomic():
            ask("SELECT nothing FROM nowhere_at_all_nothing")
        assert ask("SELECT 1") == (1,)


def test_another_failure_is_no_matter_of_time():
    with statements_limited(5), pytest.raises(Exception, match="nothing") as error:
        ask("SELECT nothing FROM nowhere_at_all_nothing")
    assert not took_too_long(error.value)
