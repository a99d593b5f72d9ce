"""The users, the fixtures and the pytest hooks that many tests need."""

import gc
import itertools
import os
import shutil
from collections import Counter

import pytest
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import translation
from environ import Env

from articles.models import Change, change
from comments.models.counter import memory
from common.statement_limits import statements_limited
from newsroom.groups import EDITOR, MODERATOR

from . import factories
from .akismet_server import AkismetServer
from .journeys.site import migrated_database, new_database
from .made_once import is_shared, made_once

pytest_plugins = ["tests.parts"]

AKISMET_KEY = "0123456789ab"


#: Folders of tests that start servers, workers and browsers. Other slow tests have the mark `slow`.
SLOW = ("tests/browser/", "tests/journeys/")


def pytest_xdist_auto_num_workers():
    """Return two more than the number of cores: workers often wait for a browser or a server."""
    return (os.cpu_count() or 1) + 2


@pytest.hookimpl(tryfirst=True)  # before pytest evaluates `-m "not slow"`
def pytest_collection_modifyitems(items):
    """Mark the slow tests and run them first, so that no core waits for them at the end.

    For the same reason modules with many tests come before those with few. Also mark those that
    touch neither a database nor a part that only some machines have: they pass on any database if
    they pass on one.
    """
    for item in items:
        if item.nodeid.startswith(SLOW):
            item.add_marker(pytest.mark.slow)
        if not _may_depend_on_database(item):
            item.add_marker(pytest.mark.any_database)
    sizes = Counter(item.path for item in items)
    items.sort(key=lambda item: (not item.get_closest_marker("slow"), -sizes[item.path], item.path))


def _may_depend_on_database(item):
    marks = {mark.name for mark in item.iter_markers()}
    needs_parts = any(name.startswith("needs_") for name in marks)
    fixtures = {"db", "transactional_db"} & set(item.fixturenames)
    return needs_parts or fixtures or marks & {"django_db", "slow"}


def pytest_collection_finish():
    """Let Python look for garbage seldom: Django's and our modules, which stay, are most of it."""
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


@pytest.fixture(scope="session")
def migrated(tmp_path_factory):
    """The address of a migrated database, of which each of several processes takes a copy.

    None where one process runs the tests: it migrates its own.
    """
    if not is_shared():
        yield None
        return
    with made_once(tmp_path_factory, "migrated", migrated_database) as (_folder, database):
        yield database


@pytest.fixture(scope="session")
def django_db_keepdb(migrated, django_db_keepdb):
    """Let Django begin with the copy that SQLite's test database is."""
    return django_db_keepdb or bool(migrated and connection.vendor == "sqlite")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix, migrated, tmp_path_factory
):
    """Keep SQLite's test database in a file, which threads and processes of a test can share."""
    test = connection.settings_dict["TEST"]
    if connection.vendor == "sqlite":
        test["NAME"] = str(tmp_path_factory.mktemp("db") / "test.sqlite3")
        if migrated:
            shutil.copyfile(migrated.removeprefix("sqlite:///"), test["NAME"])
    elif migrated:
        test["TEMPLATE"] = migrated.rpartition("/")[2]


@pytest.fixture(scope="session")
def media_folders(tmp_path_factory):
    """Names of new folders. Most tests keep no file, so none is made for them."""
    folder = tmp_path_factory.mktemp("media")
    return (folder / str(number) for number in itertools.count())


@pytest.fixture(autouse=True)
def quick_settings(settings, media_folders):
    """Set static files without a manifest, a fast password hash, and a media folder for each test.

    Also reset the language, which the last request of the test before may have changed, the cache,
    the counts in memory, and the rows that the process has kept.
    """
    translation.deactivate()
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.MEDIA_ROOT = next(media_folders)
    cache.clear()
    memory.forget()
    change.mark.move()


def make_user(django_user_model, name, group, **fields):
    user = django_user_model.objects.create_user(
        name, f"{name}@news.example", "correct horse battery", is_staff=True, **fields
    )
    user.groups.add(Group.objects.get(name=group))
    return user


def smtp(port):
    """Return `MAILERS` for a mail server of this machine; none listens on port 9."""
    return {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {"host": "127.0.0.1", "port": port, "timeout": 2},
        }
    }


@pytest.fixture
def editor(db, django_user_model):
    return make_user(django_user_model, "edith", EDITOR, first_name="Edith")


@pytest.fixture
def moderator(db, django_user_model):
    return make_user(django_user_model, "maurice", MODERATOR, first_name="Maurice")


@pytest.fixture
def second_moderator(db, django_user_model):
    return make_user(django_user_model, "simone", MODERATOR, first_name="Simone")


@pytest.fixture
def editor_client(client, editor):
    client.force_login(editor)
    return client


@pytest.fixture
def moderator_client(client, moderator):
    client.force_login(moderator)
    return client


@pytest.fixture
def no_statement_limit_afterwards(db):
    """Take the limit from the database's session, which keeps it for the tests that follow."""
    yield
    with statements_limited(None), connection.cursor() as cursor:
        cursor.execute("SELECT 1")


@pytest.fixture
def article(db):
    return factories.published()


@pytest.fixture
def changes(db):
    """Return a function that returns the kind and key of each change since its last call."""
    seen = [0]

    def changes():
        rows = list(Change.objects.filter(pk__gt=seen[0]).order_by("pk"))
        seen[0] = max([seen[0], *(row.pk for row in rows)])
        return {(row.kind, row.key) for row in rows}

    return changes


@pytest.fixture
def akismet(settings):
    """Run our Akismet server, and set the site to use it with a valid key."""
    with AkismetServer(key=AKISMET_KEY) as server:
        settings.AKISMET_API_URL = server.url
        settings.AKISMET_API_KEY = AKISMET_KEY
        settings.AKISMET_TIMEOUT = 1
        yield server


@pytest.fixture
def migrate(transactional_db, tmp_path, monkeypatch):
    """Return a function that migrates an app to its migration whose name ends with `name`.

    With `before`, the function migrates to the one before. It returns the historical `apps` of
    that state. All of it happens in a database of the test's own, which is empty at first: Django
    takes three times as long on the way back from the last migration.
    """

    def migrate(name, *, before=False):
        executor = MigrationExecutor(connection)
        [node] = [n for n in executor.loader.graph.nodes if n[1].endswith(name)]
        if before:
            parents = executor.loader.graph.node_map[node].parents
            node = next(parent.key for parent in parents if parent.key[0] == node[0])
        return executor.migrate([node]).apps

    with new_database(tmp_path) as database, monkeypatch.context() as changed:
        connection.close()
        changed.setitem(connection.settings_dict, "NAME", Env.db_url_config(database)["NAME"])
        yield migrate
        connection.close()
