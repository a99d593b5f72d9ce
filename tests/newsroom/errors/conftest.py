"""The errors of each test are kept in a folder of its own."""

import time

import pytest
from django.test import Client

from comments.writing import admission
from newsroom.errors import kept_errors


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    """Keep the errors of each test in a folder of its own."""
    settings.VAR_DIR = tmp_path / "var"
    settings.VAR_DIR.mkdir()
    return settings.VAR_DIR


@pytest.fixture
def admins(settings):
    settings.ADMINS = ["chief@news.example"]


@pytest.fixture
def clock(monkeypatch):
    """Return a clock for the file of errors. A test moves it by writing `now`."""

    class Clock:
        now = time.time()

        def time(self):
            return self.now

    clock = Clock()
    monkeypatch.setattr(kept_errors, "time", clock)
    return clock


@pytest.fixture
def broken(monkeypatch):
    """Break the storing of comments, with the exception that the test sets as `error`."""

    class Broken:
        error = RuntimeError("Broken.")

        def __call__(self, *args, **kwargs):
            raise self.error

    broken = Broken()
    monkeypatch.setattr(admission, "admit", broken)
    return broken


@pytest.fixture
def visitor():
    return Client(raise_request_exception=False)
