"""Fixtures that the tests of the newsroom share."""

import pytest
from django_tasks_db.models import DBTaskResult

from tests.comments.conftest import clock

__all__ = ["clock"]


@pytest.fixture
def run_tasks(db):
    """Return a function that runs the tasks that are due, as a worker does."""

    def run_tasks():
        for row in DBTaskResult.objects.ready():
            row.claim("tests")
            row.set_successful(row.task.call(*row.args_kwargs["args"], **row.args_kwargs["kwargs"]))

    return run_tasks
